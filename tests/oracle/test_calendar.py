"""The calendar of the oracle against section 3, and against looking at the clocks one
nanosecond or one minute at a time. """
from __future__ import annotations

import struct
import unittest
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, available_timezones

from clocks import LOOK_EVERY, Clocks, clocks_of
from instants import DAY, LAST, SECOND, date_of, day_of, read_instant, write_instant
from reckoning import Date, Period, Reckoning, plus

UTC = clocks_of("UTC")
MINUTE = 60 * SECOND


def at(text: str) -> int:
    """An instant; its text is known to be one."""
    instant = read_instant(text)
    assert instant is not None, text
    return instant


def shown(clocks: Clocks, text: str) -> str:
    """civil(t) as text, without its zone."""
    return write_instant(clocks.civil(at(text)))[:-1]


def back(clocks: Clocks, text: str) -> str:
    """instant(c) as text."""
    return write_instant(clocks.instant(at(text + "Z")))


class Instants(unittest.TestCase):
    """Text and numbers."""

    def test_text(self) -> None:
        for text in ("2024-02-29T10:00:00Z", "0001-01-01T00:00:00Z",
                     "9999-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.5Z"):
            self.assertEqual(write_instant(at(text)), text)
        self.assertEqual(at("2024-01-01T00:00:00+05:30"), at("2023-12-31T18:30:00Z"))

    def test_what_is_no_instant(self) -> None:
        for text in ("2024-02-30T00:00:00Z", "2024-01-01t00:00:00Z",
                     "2024-01-01T00:00:00z", "2024-01-01T24:00:00Z",
                     "2024-01-01T00:00:60Z", "2024-01-01T00:00:00",
                     "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00.1234567890Z",
                     "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+0100",
                     "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
                     "9999-12-31T23:59:59-00:01", "2024-01-01", " 2024-01-01T00:00:00Z",
                     "2024-01-01T00:00:00Z\n", "٢٠٢٤-01-01T00:00:00Z"):
            self.assertIsNone(read_instant(text), text)

    def test_days_outside_the_years_of_python(self) -> None:
        self.assertEqual(day_of(10000, 1, 1) * DAY, LAST + 1)
        for parts in ((0, 12, 31), (-1, 3, 1), (10000, 2, 29), (1, 1, 1)):
            self.assertEqual(date_of(day_of(*parts)), parts)


class Civil(unittest.TestCase):
    """civil(t) and instant(c)."""

    def test_a_fold_is_passed_once(self) -> None:
        paris = Clocks("Europe/Paris")  # 2026-10-25: 03:00 summer time is 02:00
        self.assertEqual(shown(paris, "2026-10-25T00:59:59Z"), "2026-10-25T02:59:59")
        self.assertEqual(shown(paris, "2026-10-25T01:00:00Z"), "2026-10-25T03:00:00")
        self.assertEqual(shown(paris, "2026-10-25T01:59:59Z"), "2026-10-25T03:00:00")
        self.assertEqual(shown(paris, "2026-10-25T02:00:01Z"), "2026-10-25T03:00:01")
        self.assertEqual(back(paris, "2026-10-25T02:00:00"), "2026-10-25T00:00:00Z")
        self.assertEqual(back(paris, "2026-10-25T02:00:01"), "2026-10-25T01:00:01Z")
        self.assertEqual(back(paris, "2026-10-25T02:30:00"), "2026-10-25T01:30:00Z")

    def test_a_gap_ends_at_once(self) -> None:
        paris = Clocks("Europe/Paris")  # 2026-03-29: 02:00 is 03:00
        for c in ("2026-03-29T02:00:00", "2026-03-29T02:30:00", "2026-03-29T03:00:00"):
            self.assertEqual(back(paris, c), "2026-03-29T01:00:00Z")

    def test_a_day_that_was_skipped(self) -> None:
        apia = Clocks("Pacific/Apia")
        for c in ("2011-12-30T00:00:00", "2011-12-30T12:00:00", "2011-12-31T00:00:00"):
            self.assertEqual(back(apia, c), "2011-12-30T10:00:00Z")

    def test_midnight_comes_twice(self) -> None:
        azores = Clocks("Atlantic/Azores")  # 2026-10-25: 01:00 summer time is 00:00
        self.assertEqual(back(azores, "2026-10-25T00:00:00"), "2026-10-25T00:00:00Z")
        paulo = Clocks("America/Sao_Paulo")  # 2018-02-18: 00:00 is 23:00 of the 17th
        self.assertEqual(back(paulo, "2018-02-18T00:00:00"), "2018-02-18T03:00:00Z")
        late = at("2018-02-18T02:30:00Z")
        self.assertEqual(write_instant(paulo.civil(late)), "2018-02-18T00:00:00Z")
        self.assertEqual(date_of(paulo.day(late)), (2018, 2, 17))

    def test_by_the_definitions_around_changes(self) -> None:
        """Where it is shown minute by minute what section 3 says."""
        places = [("Australia/Lord_Howe", "2026-04-04T12:00:00Z"),
                  ("Australia/Lord_Howe", "2026-10-03T12:00:00Z"),
                  ("America/Sao_Paulo", "2018-02-17T14:00:00Z"),
                  ("America/St_Johns", "2006-10-29T00:00:00Z"),
                  ("Pacific/Kwajalein", "1993-08-20T20:00:00Z"),
                  ("Africa/Casablanca", "2026-02-14T22:00:00Z"),
                  ("Antarctica/Troll", "2026-10-24T22:00:00Z")]
        for zone, text in places:
            with self.subTest(zone):
                self.compare(Clocks(zone), at(text), 26 * 60)

    def compare(self, clocks: Clocks, start: int, minutes: int) -> None:
        """Both, for every minute from start on."""
        before = [clocks.shown(start - m * MINUTE) for m in range(3000, 0, -1)]
        times = [start + m * MINUTE for m in range(minutes)]
        after = [start + (minutes + m) * MINUTE for m in range(3000)]
        highest = max(before) + MINUTE
        for t in times:
            # the end of a stretch is a whole minute in these places
            self.assertEqual(clocks.civil(t), max(highest, clocks.shown(t)))
            highest = max(highest, clocks.shown(t) + MINUTE)
        lowest = min(clocks.shown(t) for t in after)
        first: dict[int, int] = {}
        for t in reversed(times):
            lowest = min(lowest, clocks.shown(t))
            first[lowest] = t
        for c, t in first.items():
            if t > times[0]:
                self.assertEqual(clocks.instant(c), t)

    def test_no_change_is_missed(self) -> None:
        """No two changes of any zone are as near as the oracle looks."""
        for zone in sorted(available_timezones()):
            last = None
            for instant in _table_of(zone):
                if last is not None:
                    self.assertGreater((instant - last) * SECOND, LOOK_EVERY, zone)
                last = instant

    def test_all_changes_of_the_tables(self) -> None:
        """What is found by looking is what the tables of some zones hold."""
        for zone in ("Europe/Vienna", "America/Noronha", "Asia/Gaza", "Africa/Tunis"):
            clocks = Clocks(zone)
            table = [t * SECOND for t in _table_of(zone) if -2**31 <= t < 2**32]
            found = [change.instant for change in clocks.changes(table[0], table[-1])]
            self.assertEqual(found, table)


def _table_of(zone: str) -> list[int]:
    """The instants at which a TZif file (RFC 8536) changes the offset, in seconds."""
    data = next((path.read_bytes() for path in
                 (Path(root) / zone for root in TZPATH) if path.exists()), None)
    if data is None:
        data = resources.files("tzdata").joinpath("zoneinfo", zone).read_bytes()
    place = 44
    counts = struct.unpack(">6l", data[20:44])
    ut, std, leap, times, types, chars = counts
    if data[4:5] >= b"2":
        place += times * 5 + types * 6 + chars + leap * 8 + std + ut
        ut, std, leap, times, types, chars = struct.unpack(
            ">6l", data[place + 20:place + 44])
        place += 44
    size = 8 if data[4:5] >= b"2" else 4
    instants = struct.unpack(f">{times}{'q' if size == 8 else 'l'}",
                             data[place:place + times * size])
    place += times * size
    kinds = data[place:place + times]
    place += times
    offsets = [struct.unpack(">l", data[place + 6 * i:place + 6 * i + 4])[0]
               for i in range(types)]
    found, last = [], offsets[0] if offsets else 0
    for instant, kind in zip(instants, kinds):
        if offsets[kind] != last and instant > -2**40:
            found.append(instant)
        last = offsets[kind]
    return found


class Reckonings(unittest.TestCase):
    """t + P, D + P, end of U."""

    def check(self, start: str, period: Period, expected: str,
              clocks: Clocks = UTC) -> None:
        found = plus(clocks, at(start), period)
        self.assertEqual(None if found is None else write_instant(found), expected)

    def test_examples_of_section_3(self) -> None:
        self.check("2024-02-29T10:00:00Z", Period(months=12), "2025-03-01T00:00:00Z")
        self.check("2026-01-30T10:00:00Z", Period(months=1), "2026-03-01T00:00:00Z")

    def test_months_first_then_days_then_hours(self) -> None:
        self.check("2026-01-31T10:00:00Z", Period(1, 1), "2026-03-02T00:00:00Z")
        self.check("2026-01-28T10:00:00Z", Period(1, 1, 3600), "2026-03-01T11:00:00Z")
        self.check("2026-03-28T12:00:00Z", Period(0, 1, 7200), "2026-03-29T13:00:00Z",
                   Clocks("Europe/Paris"))
        self.check("2026-03-28T12:00:00Z", Period(0, 0, 93600), "2026-03-29T14:00:00Z",
                   Clocks("Europe/Paris"))

    def test_the_range(self) -> None:
        self.assertIsNone(plus(UTC, at("9999-06-01T00:00:00Z"), Period(months=12)))
        self.check("9999-12-31T15:00:00Z", Period(seconds=3600), "9999-12-31T16:00:00Z")
        self.check("9999-12-30T14:00:00Z", Period(days=1), "9999-12-31T14:00:00Z",
                   Clocks("Pacific/Kiritimati"))
        self.check("0001-01-01T00:00:00Z", Period(days=1), "0001-01-02T00:00:00Z",
                   Clocks("America/New_York"))

    def due(self, anchor: int | Date, rounding: str, period: Period,
            whole_days: bool = False) -> str:
        reckoning = Reckoning(UTC, whole_days, rounding, period)
        found = reckoning.due(anchor)
        return "out" if found is None else write_instant(found)

    def test_dates_stand_for_their_whole_day(self) -> None:
        day = Date(day_of(2026, 1, 30))
        self.assertEqual(self.due(day, "none", Period()), "2026-01-31T00:00:00Z")
        self.assertEqual(self.due(day, "none", Period(1)), "2026-03-01T00:00:00Z")
        self.assertEqual(self.due(day, "none", Period(0, 3)), "2026-02-03T00:00:00Z")
        self.assertEqual(self.due(day, "month", Period(1)), "2026-03-01T00:00:00Z")
        noon = at("2026-01-30T12:00:00Z")
        self.assertEqual(self.due(noon, "none", Period(1), True), "2026-03-01T00:00:00Z")

    def test_ends(self) -> None:
        thursday = at("2026-11-19T12:00:00Z")
        for unit, expected in (("day", "2026-11-20"), ("week", "2026-11-23"),
                               ("sunday_week", "2026-11-22"), ("month", "2026-12-01"),
                               ("quarter", "2027-01-01"), ("year", "2027-01-01")):
            self.assertEqual(self.due(thursday, unit, Period()),
                             expected + "T00:00:00Z")
        monday = at("2026-11-23T00:00:00Z")
        self.assertEqual(self.due(monday, "week", Period()), "2026-11-30T00:00:00Z")


if __name__ == "__main__":
    unittest.main()
