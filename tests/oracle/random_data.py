"""Random records and facts, close to what decides.

Most instants are a period of the policy before the instant of evaluation, give or take
a nanosecond; the rest are month ends, changes of the clocks, ends of the range, nulls
and junk.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from random import Random
from typing import Any

from clocks import clocks_of
from drafts import FactsDraft, MapDraft
from instants import (DAY, FIRST, LAST, SECOND, date_of, day_of, in_range, month_length,
                      read_instant, write_day, write_instant)
from random_conditions import WORDS
from reckoning import Period

NANOS = [0, 0, 0, 1, -1, SECOND, -SECOND, 3600 * SECOND, -3600 * SECOND, DAY, -DAY]

# Where clocks did odd things, so that instants of evaluation lie there too.
ODD_DAYS = ["2011-12-30T10:00:00Z", "1993-08-21T12:00:00Z", "2018-02-18T02:00:00Z",
            "2024-02-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z",
            "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z", "2006-10-29T02:31:00Z",
            "2016-05-01T00:00:00Z", "2015-08-14T15:00:00Z", "2026-02-15T02:00:00Z",
            "1972-01-07T00:44:30Z", "2025-12-31T23:59:59.999999999Z",
            "2027-01-01T00:00:00Z", "2023-05-09T22:00:00Z"]
FAR_DAYS = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z",
            "1970-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "0004-02-29T12:00:00Z",
            "9998-12-31T12:00:00Z", "5000-02-28T00:00:00Z", "1971-01-01T00:00:00Z"]

JUNK: list[Any] = ["", "yesterday", "2024-02-30", "2024-01-01", "2024-01-01T00:00:00",
                   "2024-01-01 00:00:00Z", "2024-01-01T00:00:60Z", "9999-12-31", 0, -1,
                   1700000000, 1700000000000, 1.5, True, False, [], {}, "null",
                   "0000-00-00T00:00:00Z", "2024-01-01t00:00:00z",
                   "2024-01-01T24:00:00Z", "2024-01-01T00:00:00+0100",
                   "9999-12-31T23:59:59-00:01", "2024-06-31T00:00:00Z"]

BROKEN_LINES = [b"", b" \t", b"[]", b"7", b"null", b"{", b'{"t0":', b'{"t0":"\xff"}',
                b'{"t0":01}', b'{"t0":NaN}', b"{'t0':1}", b'{"t0":1}{', b'{"t0":1,}',
                b'{"s1":"a\tb"}', b'{"s1":"\\x"}', b'{"s1":"\xc3"}',
                b'{"y1":' + b"[" * 100 + b"]" * 100 + b"}",
                b'{"y1":' + b"[" * 101 + b"]" * 101 + b"}"]


def sentinel(random: Random, kind: str, encoding: str) -> Any:
    """What a column of this kind might say for null; None: it has no such thing."""
    if kind in ("timestamp", "event"):
        if encoding.startswith("unix"):
            return random.choice((0, -1, 253402300799))
        return random.choice(("9999-12-31", "never", "0000-00-00 00:00:00",
                              "2026-01-01T00:00:00Z"))
    if kind in ("int", "uint"):
        return random.choice((0, 7))
    if kind in ("string", "date"):
        return random.choice(("", "a", "9999-12-31"))
    return None


# JSON that readers have read in different ways.
ODD_JSON = ["1e2", "1E2", "1.0", "-0", "-0.0", "0.0", "1e400", "-1e400", "1e-400",
            "9223372036854775807", "9223372036854775808", "-9223372036854775809",
            "18446744073709551616", "100000000000000000000", "1.7976931348623157e308",
            '"\\u0000"', '"a\\u0000b"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00"',
            '"\\/"', '"\\b\\f\\n\\r\\t"', '{"a":1,"a":2}', '[1,[2,[3]]]', '{"": null}',
            '"\\u00e9"', '"e\\u0301"', "[]", "{}", '[{"a":[{}]}]', '"2024-01-01"', "1.",
            ".5", "+1", "0x10", "1e", "tru", "True", "'a'", "[1,]", '{"a":}', "\x0b1"]


@dataclass
class Reach:
    """A period that something is counted by, in which zone, and from what, if it is one
    field or event. """

    period: Period
    zone: str
    anchor: str | None = None


class DataMaker:
    """Makes records and facts for one scenario."""

    def __init__(self, random: Random, zones: list[str], reaches: list[Reach]) -> None:
        self.random = random
        self.zones = zones
        self.reaches = reaches or [Reach(Period(), "UTC")]
        self.change_share = 0.1  # how often it is about changes of clocks
        self.is_good = False
        self.maps: dict[str, MapDraft] = {}
        self.fact_maps: dict[str, dict[str, MapDraft]] = {}
        self.now = self._choose_now()
        self.now_text = write_instant(self.now)

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.random.random() < share

    def _near_change(self, t: int) -> int:
        """The change of some zone's clocks nearest after t - 200 days."""
        clocks = clocks_of(self.random.choice(self.zones))
        low = max(t - 200 * DAY, FIRST + 400 * DAY)
        changes = clocks.changes(low, min(low + 400 * DAY, LAST - 400 * DAY)) \
            if low < LAST - 800 * DAY else []
        return self.random.choice(changes).instant if changes else t

    def _choose_now(self) -> int:
        choice = self.random.random()
        if choice < 0.03:
            text = self.random.choice(FAR_DAYS)
        elif choice < 0.5:
            text = self.random.choice(ODD_DAYS)
        else:
            year = self.random.randrange(2015, 2040)
            text = f"{year}-{self.random.randrange(1, 13):02}-28T12:00:00Z"
        now = read_instant(text) or 0
        if self.chance(0.3):
            now = self._near_change(now)
        now += self.random.choice(NANOS) + self.random.choice((0, 0, DAY, 2 * DAY))
        return min(max(now, FIRST), LAST)

    # --- instants

    def _before(self, t: int, period: Period) -> int:
        """Roughly t less a period."""
        day, time = divmod(t - period.seconds * SECOND, DAY)
        year, month, number = date_of(day - period.days)
        total = year * 12 + month - 1 - period.months
        year, month = total // 12, total % 12 + 1
        number = min(number, month_length(year, month))
        if self.chance(0.1):
            number = month_length(year, month)
        return day_of(year, month, number) * DAY + time

    def _reach(self, name: str | None) -> Reach:
        """One that is counted from this field or event, if there is any."""
        near = [reach for reach in self.reaches if reach.anchor == name]
        return self.random.choice(near if near and self.chance(0.7) else self.reaches)

    def _falls_on_change(self, reach: Reach) -> int | None:
        """What is due, some period later, at a time that clocks skip or repeat."""
        period, clocks = reach.period, clocks_of(reach.zone)
        low = max(self.now - 380 * DAY, FIRST + 400 * DAY)
        high = min(self.now + 30 * DAY, LAST - 400 * DAY)
        changes = clocks.changes(low, high) if low < high else []
        if not changes:
            return None
        change = self.random.choice(changes)
        edge = self.random.choice((change.before, change.before, change.after,
                                   change.after, (change.before + change.after) // 2))
        civil = change.instant + edge + self.random.choice((0, 1, 1, -1, SECOND))
        t = clocks.instant(self._before(civil + period.seconds * SECOND, period))
        return t if in_range(t) else None

    def instant(self, name: str | None = None) -> int:
        """One that matters, likely, to what is counted from this field or event."""
        if self.chance(self.change_share):
            found = self._falls_on_change(self._reach(name))
            if found is not None:
                return found
        choice = self.random.random()
        if choice < 0.015:
            t = read_instant(self.random.choice(FAR_DAYS)) or 0
        elif choice < 0.035:
            t = self.now + self.random.choice((0, DAY, 2 * DAY, 90 * DAY, 91 * DAY))
        elif choice < 0.75:
            t = self._before(self.now, self._reach(name).period)
            if self.chance(0.15):
                t = self._before(t, self._reach(None).period)
        else:
            t = self.now - self.random.randrange(3000) * DAY
        if in_range(t) and self.chance(0.15):
            changed = self._near_change(t)
            t = changed if changed <= self.now or self.chance(0.1) else t
        if in_range(t) and self.chance(0.15):
            clocks = clocks_of(self.random.choice(self.zones))
            t = clocks.instant(clocks.day(t) * DAY)
        t += self.random.choice(NANOS)
        if self.chance(0.2):
            t -= self.random.choice((1800, 86399, 43200)) * SECOND
        return min(max(t, FIRST), LAST)

    def time_text(self, t: int) -> str:
        """The same instant in one of its spellings."""
        if self.chance(0.8) or not FIRST + DAY < t < LAST - DAY:
            return write_instant(t)
        minutes = self.random.choice((60, -210, 345, 840, -720, 0))
        text = write_instant(t + minutes * 60 * SECOND)[:-1]
        sign = "-" if minutes < 0 else "+"
        return f"{text}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"

    # --- values

    def value(self, kind: str) -> Any:
        """A value of a type, null, or something else."""
        choice = self.random.random()
        if choice < 0.06:
            return None
        if choice < 0.12:
            return self.random.choice(JUNK)
        return self.good(kind)

    def good(self, kind: str, name: str | None = None) -> Any:
        """A value of a type; `name` is the field's."""
        pick = self.random.choice
        if kind in ("timestamp", "event"):
            return self.time_text(self.instant(name))
        if kind == "date":
            return write_day(self.instant(name) // DAY)
        if kind == "string":
            return pick(WORDS)
        if kind == "int":
            return pick((0, 1, 2, -1, 7, 16, 13, 3, 100) * 3
                        + (9223372036854775807, -9223372036854775808))
        if kind == "uint":
            return pick((0, 1, 2, 7, 18446744073709551615))
        if kind == "double":
            return pick((0.0, 1.5, -2.25, 1e300, 1, -0.0, 2))
        if kind == "bool":
            return self.chance(0.5)
        if kind.startswith("list") and self.chance(0.08):
            return pick((["a", 1], [1, "a"], [None], [1.5], [[]], [True, "a"], [1.0, 2]))
        if kind == "map<string, int>" and self.chance(0.08):
            return pick(({"a": "1"}, {"a": None}, {"": 1.0}, {"a": {}}, {}))
        if kind == "list<string>":
            return [pick(WORDS) for _ in range(self.random.randrange(4))]
        if kind == "list<int>":
            return [pick((0, 1, 2, 7, -1)) for _ in range(self.random.randrange(4))]
        if kind == "map<string, int>":
            return {pick(WORDS): pick((0, 1, 2)) for _ in range(2)}
        if kind == "dyn":
            return pick((0, 1, "a", "DE", 1.5, True, [1], {"a": 1}, [[], {}, None], 1e3,
                         18446744073709551615, -0.0, 18446744073709551616, {"a": {}}))
        return pick(WORDS)  # bytes: never readable

    # --- columns

    def encoded(self, draft: MapDraft, kind: str) -> Any:
        """A good value of a column that is mapped so."""
        if draft.absent is not None and self.chance(0.15):
            return draft.absent
        if draft.encoding == "none" or kind not in ("timestamp", "event"):
            return self.good(kind, draft.name)
        t = self.instant(draft.name)
        if draft.encoding != "local":
            return t // {"unix_s": SECOND, "unix_ms": 10 ** 6, "unix_us": 1000,
                         "unix_ns": 1}[draft.encoding]
        civil = clocks_of(draft.zone).shown(t)
        if self.chance(0.2):
            changes = clocks_of(draft.zone).changes(t - 200 * DAY, t)
            if changes:  # what the clocks skip, or show twice
                change = self.random.choice(changes)
                civil = change.instant + (change.before + change.after) // 2 \
                    + self.random.choice(NANOS[:7])
        if not in_range(civil):
            return None
        text = write_instant(civil)[:-1]
        return text.replace("T", self.random.choice("TTTT    _"))

    def member(self, maps: dict[str, MapDraft], name: str, kind: str,
               is_good: bool) -> tuple[str, Any]:
        """A field or fact in its column."""
        draft = maps.get(name, MapDraft(name, name))
        value = self.value(kind)
        if is_good or (value is not None and self.chance(0.5)):
            value = self.encoded(draft, kind)
        return draft.value.removeprefix("record."), value

    # --- lines

    def object(self, members: list[tuple[str, Any]]) -> bytes:
        """A line of JSON."""
        self.random.shuffle(members)
        texts = [json.dumps(name, ensure_ascii=self.chance(0.5)) + ":"
                 + self._json(value) for name, value in members]
        blank = self.random.choice(("", "", " ", "\t"))
        return (blank + "{" + ("," + blank).join(texts) + blank + "}" + blank).encode()

    def _json(self, value: Any) -> str:
        if self.chance(0.004):
            return self.random.choice(ODD_JSON)
        text = json.dumps(value, ensure_ascii=self.chance(0.5))
        if isinstance(value, str) and value and self.chance(0.01):
            text = '"' + "".join(f"\\u{ord(char):04X}" for char in value) + '"'
        return text

    def key(self) -> Any:
        """Whose record it is: one of those in facts(), most of the time."""
        if self.chance(0.95):
            return self.random.choice((1, 2, 3, 4, 5, 6, 7, 8, "9", "é", "3"))
        return self.random.choice((None, "", "01", 1.0, 99, -1, True, [], "10",
                                   18446744073709551615))

    def record(self, types: dict[str, str], keys: dict[str, str]) -> bytes:
        """A record, good for the most part."""
        if not self.is_good and self.chance(0.01):
            return self.random.choice(BROKEN_LINES)
        is_good = self.is_good or self.chance(0.75)
        members: list[tuple[str, Any]] = []
        for name, kind in types.items():
            if self.chance(0.03 if not is_good else 0.004):
                continue
            members.append(self.member(self.maps, name, kind, is_good))
            if self.chance(0.003):
                members.append(self.member(self.maps, name, kind, False))
        for column in keys.values():
            for _ in range(1 + self.chance(0.003)):
                if not self.chance(0.03):
                    members.append((column, self.key()))
        if self.maps:
            members += [("kind", self.random.choice(("a", "b", "draft", "a", None, 3))),
                        ("size", self.random.choice((0, 1, 2, 3, 3, "x", 1.5)))]
        if self.chance(0.1):
            members.append(("undeclared", 1))
        return self.object(members)

    def facts(self, entity: str, types: dict[str, str], may_be_none: bool) -> FactsDraft:
        """The rows of an entity, with holds, duplicates and junk."""
        if may_be_none and self.chance(0.05):
            return FactsDraft(entity, None)
        rows = []
        maps = self.fact_maps.get(entity, {})
        extra = [self.key()] if self.chance(0.4) else []
        for key in [1, 2, 3, 4, 5, 6, 7, 8, "9", "é", *extra]:
            members = [("id", key)]
            for name, kind in types.items():
                is_silent = kind == "event" and self.chance(0.4)
                if self.chance(0.1):
                    continue
                column, value = self.member(maps, name, kind, self.chance(0.7))
                members.append((column, None if is_silent else value))
            if self.chance(0.01):
                members.append(self.random.choice(members))
            members += self._hold(maps)
            rows.append(self.object(members))
        if self.chance(0.2):
            rows.append(self.random.choice(BROKEN_LINES))
        return FactsDraft(entity, rows)

    def _hold(self, maps: dict[str, MapDraft]) -> list[tuple[str, Any]]:
        choice = self.random.random()
        found: list[tuple[str, Any]] = []
        if self.fact_maps and self.chance(0.1):
            found.append(("hold_at", self.random.choice((None, "2020", 7, "3"))))
        column = "hold_col" if "hold" in maps and maps["hold"].value == "hold_col" \
            else "hold"
        if choice < 0.3:
            return found
        if choice < 0.7:
            return found + [(column, False)]
        if choice < 0.78:
            return found + [(column, self.random.choice((True, True, None, "no", 0, 1)))]
        for name in ("hold_from", "hold_until"):
            if self.chance(0.8):
                column, value = self.member(maps, name, "timestamp", self.chance(0.8))
                if isinstance(value, str) and self.chance(0.04):
                    value = self.random.choice(("1971-01-01T00:00:00Z",
                                                "1970-12-31T23:59:59.999999999Z"))
                found.append((column, value))
        return found
