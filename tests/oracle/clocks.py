"""The clocks of a zone: language, section 3, civil(t) and instant(c).

zoneinfo tells what the clocks show at an instant, and nothing else is asked of it: the
changes of the clocks are found by looking at them again and again. In the tz database
no two changes of one zone lie within LOOK_EVERY of each other (tests/oracle checks
that), so that none is missed.
"""
from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from instants import DAY, FIRST, LAST, SECOND, day_of

LOOK_EVERY = DAY

# No clock is further than this from UTC (Manila was 15:56 behind, Alaska 15:02 ahead).
FARTHEST = DAY

# The rules of a zone repeat with the calendar: every 400 years, whole weeks.
_CYCLE = 146_097 * DAY
_SETTLED = day_of(9000, 1, 1) * DAY

_STRETCH = 64 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Change(NamedTuple):
    """From this instant on the clocks are `after` ahead of UTC, no longer `before`."""

    instant: int
    before: int
    after: int


class Clocks:
    """The clocks of one zone."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._zone = ZoneInfo(name)
        self._stretches: dict[int, list[Change]] = {}

    def ahead(self, t: int) -> int:
        """How far the clocks are ahead of UTC at t, in nanoseconds."""
        if t > _SETTLED:
            t -= -(-(t - _SETTLED) // _CYCLE) * _CYCLE
        t = max(t, FIRST + 2 * FARTHEST)
        moment = _EPOCH + timedelta(seconds=t // SECOND)
        shown = moment.astimezone(self._zone)
        behind = shown.replace(tzinfo=None) - moment.replace(tzinfo=None)
        return (behind.days * 86_400 + behind.seconds) * SECOND

    def _look(self, low: int, high: int) -> list[Change]:
        """The change within (low, high], if there is one; both are whole seconds."""
        before, after = self.ahead(low), self.ahead(high)
        if before == after:
            return []
        while high - low > SECOND:
            middle = (low + high) // 2 // SECOND * SECOND
            if self.ahead(middle) == before:
                low = middle
            else:
                high = middle
        return [Change(high, before, after)]

    def _stretch(self, number: int) -> list[Change]:
        found = self._stretches.get(number)
        if found is None:
            start = number * _STRETCH
            found = []
            for low in range(start, start + _STRETCH, LOOK_EVERY):
                found += self._look(low, low + LOOK_EVERY)
            self._stretches[number] = found
        return found

    def changes(self, low: int, high: int) -> list[Change]:
        """All changes within [low, high]."""
        found = []
        # What changes at the first instant of a stretch is seen from the one before.
        for number in range((low - 1) // _STRETCH, high // _STRETCH + 1):
            found += self._stretch(number)
        return [change for change in found if low <= change.instant <= high]

    def shown(self, t: int) -> int:
        """What the clocks show at t."""
        return t + self.ahead(t)

    def shown_before(self, t: int) -> int:
        """What the clocks had come to, at most, before t (and did not show)."""
        recent = self.changes(t - 2 * FARTHEST, t)
        return max((c.instant + c.before for c in recent), default=FIRST - DAY)

    def civil(self, t: int) -> int:
        """Section 3: "civil(t) is the local time; where the clocks repeat a stretch, in
        the later pass the stretch's end". """
        return max(self.shown(t), self.shown_before(t))

    def day(self, t: int) -> int:
        """The civil date of t; in the later pass of a repeated stretch, that of its
        last nanosecond. """
        shown, end = self.shown(t), self.shown_before(t)
        return (end - 1 if shown < end else shown) // DAY

    def instant(self, c: int) -> int:
        """Section 3: "instant(c) is the first instant from which the clocks never again
        show less than c": the end of the last time at which they do. """
        low, high = c - 2 * FARTHEST, c + 2 * FARTHEST
        changes = self.changes(low, high)
        starts = [low] + [change.instant for change in changes]
        ends = [change.instant for change in changes] + [high]
        last = low
        for start, end in zip(starts, ends):
            ahead = self.ahead(start)
            if start + ahead < c:
                last = min(end, c - ahead)
        return last


@lru_cache(maxsize=None)
def clocks_of(name: str) -> Clocks:
    """The clocks of a zone, looked at once."""
    return Clocks(name)


assert FIRST + 2 * FARTHEST < _SETTLED < LAST
