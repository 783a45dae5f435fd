"""Periods and how they are counted: language, section 3.

None stands for a result outside the range of instants.
"""
from __future__ import annotations

from dataclasses import dataclass

from clocks import Clocks
from instants import DAY, SECOND, date_of, day_of, in_range, month_length


@dataclass(frozen=True)
class Period:
    """Section 3: years and months, weeks and days, hours minutes and seconds, each
    summed. """

    months: int = 0
    days: int = 0
    seconds: int = 0

    @property
    def is_exact(self) -> bool:
        """Hours, minutes and seconds alone."""
        return self.months == 0 and self.days == 0


@dataclass(frozen=True)
class Date:
    """The value of a field of type `date`: a day, wherever it is reckoned."""

    day: int


def checked(instant: int | None) -> int | None:
    """Section 3: "a result outside flags"."""
    return instant if instant is not None and in_range(instant) else None


def _after_months(day: int, months: int) -> tuple[int, bool]:
    """The same day of a later month. "Where the target month has no such day, the period
    ends with that month: day 1, 00:00 of the next": that day, and that it is so. """
    year, month, number = date_of(day)
    total = year * 12 + month - 1 + months
    year, month = total // 12, total % 12 + 1
    if number <= month_length(year, month):
        return day_of(year, month, number), False
    return day_of(year, month, 1) + month_length(year, month), True


def plus(clocks: Clocks, t: int, period: Period) -> int | None:
    """t + P of an instant: "computed on the civil time: months first, then days, then
    back to an instant, then hours". """
    if period.is_exact:
        return checked(t + period.seconds * SECOND)
    day, time = divmod(clocks.civil(t), DAY)
    day, is_missing = _after_months(day, period.months)
    if is_missing:
        time = 0
    civil = (day + period.days) * DAY + time
    return checked(clocks.instant(civil) + period.seconds * SECOND)


def plus_day(clocks: Clocks, day: int, period: Period) -> int | None:
    """D + P of a whole day: "the end of the day D + P (with a missing day, of that
    month)". """
    day, is_missing = _after_months(day, period.months)
    end = day + period.days if is_missing else day + period.days + 1
    return checked(clocks.instant(end * DAY) + period.seconds * SECOND)


def next_unit(day: int, unit: str) -> int:
    """The first day after the day, week, month ... that holds this one."""
    year, month, _ = date_of(day)
    if unit == "day":
        return day + 1
    if unit == "week":  # ISO: from Monday; 1970-01-01 was a Thursday
        return day + 7 - (day + 3) % 7
    if unit == "sunday_week":
        return day + 7 - (day + 4) % 7
    if unit == "month":
        return day_of(year, month, 1) + month_length(year, month)
    if unit == "quarter":
        last = (month - 1) // 3 * 3 + 3
        return day_of(year, last, 1) + month_length(year, last)
    if unit == "year":
        return day_of(year + 1, 1, 1)
    raise ValueError(unit)


@dataclass(frozen=True)
class Reckoning:
    """How an anchor becomes the time at which something is due, in one module."""

    clocks: Clocks
    whole_days: bool
    rounding: str
    period: Period

    def due(self, anchor: int | Date) -> int | None:
        """[end of U of] anchor + P. Rounding comes first and gives an instant, so that
        then P counts from there; else a `date`, and with `count whole days` everything,
        stands for its whole day. """
        if self.rounding != "none":
            end = next_unit(self._day(anchor), self.rounding)
            start = checked(self.clocks.instant(end * DAY))
            return None if start is None else plus(self.clocks, start, self.period)
        if self.whole_days or isinstance(anchor, Date):
            return plus_day(self.clocks, self._day(anchor), self.period)
        return plus(self.clocks, anchor, self.period)

    def _day(self, anchor: int | Date) -> int:
        return anchor.day if isinstance(anchor, Date) else self.clocks.day(anchor)
