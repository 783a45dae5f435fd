"""Instants as integers, and the text they are written in.

An instant is a number of nanoseconds since 1970-01-01T00:00:00Z, a civil time the same
number read off the clocks of a zone, a day the number of days since 1970-01-01. All
are plain integers, on the calendar that the language reckons with: proleptic
Gregorian, no leap seconds, nanoseconds (language, section 3).
"""
from __future__ import annotations

import re
from datetime import date

SECOND = 1_000_000_000
DAY = 86_400 * SECOND

_EPOCH = date(1970, 1, 1).toordinal()
_CYCLE_YEARS = 400
_CYCLE_DAYS = 146_097


def day_of(year: int, month: int, day: int) -> int:
    """The day with this date; the years may lie outside 1 to 9999."""
    cycle = (year - 2000) // _CYCLE_YEARS
    ordinal = date(year - cycle * _CYCLE_YEARS, month, day).toordinal()
    return ordinal - _EPOCH + cycle * _CYCLE_DAYS


def date_of(day: int) -> tuple[int, int, int]:
    """Year, month and day of a day."""
    cycle = (day - day_of(2000, 1, 1)) // _CYCLE_DAYS
    found = date.fromordinal(day - cycle * _CYCLE_DAYS + _EPOCH)
    return found.year + cycle * _CYCLE_YEARS, found.month, found.day


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    following = day_of(year + month // 12, month % 12 + 1, 1)
    return following - day_of(year, month, 1)


# Section 3: "Range 0001-01-01 to 9999-12-31T23:59:59.999999999Z".
FIRST = day_of(1, 1, 1) * DAY
LAST = day_of(10000, 1, 1) * DAY - 1


def in_range(instant: int) -> bool:
    """Whether the language knows such an instant."""
    return FIRST <= instant <= LAST


_DATE = r"(\d{4})-(\d{2})-(\d{2})"
_TIME = r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?"
_ZONE = r"(?:Z|([+-])(\d{2}):(\d{2}))"
_INSTANT_TEXT = re.compile(f"{_DATE}T{_TIME}{_ZONE}", re.ASCII)
_LOCAL_TEXT = re.compile(f"{_DATE}[T ]{_TIME}", re.ASCII)
_DATE_TEXT = re.compile(_DATE, re.ASCII)


def _read_day(year: str, month: str, day: str) -> int | None:
    try:
        return date(int(year), int(month), int(day)).toordinal() - _EPOCH
    except ValueError:
        return None


def _read_civil(parts: tuple[str | None, ...]) -> int | None:
    year, month, day, hour, minute, second, fraction = parts
    found = _read_day(year, month, day)
    if found is None or int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    seconds = (int(hour) * 60 + int(minute)) * 60 + int(second)
    nanos = int((fraction or "").ljust(9, "0"))
    return found * DAY + seconds * SECOND + nanos


def read_instant(text: str) -> int | None:
    """Section 2: YYYY-MM-DDThh:mm:ss[.1-9 digits](Z|+-hh:mm), or None: no instant."""
    match = _INSTANT_TEXT.fullmatch(text)
    if match is None:
        return None
    civil = _read_civil(match.groups()[:7])
    sign, hours, minutes = match.groups()[7:]
    if civil is None:
        return None
    offset = 0
    if sign is not None:
        if int(hours) > 23 or int(minutes) > 59:
            return None
        offset = (int(hours) * 60 + int(minutes)) * 60 * SECOND
    instant = civil + offset if sign == "-" else civil - offset
    return instant if in_range(instant) else None


def read_local(text: str) -> int | None:
    """A civil time without its zone, for columns that are `as local`: T, or SQL's blank."""
    match = _LOCAL_TEXT.fullmatch(text)
    return None if match is None else _read_civil(match.groups())


def read_day(text: str) -> int | None:
    """Section 2: YYYY-MM-DD, or None: no date."""
    match = _DATE_TEXT.fullmatch(text)
    return None if match is None else _read_day(*match.groups())


def write_instant(instant: int) -> str:
    """Section 4: RFC 3339 in UTC, no trailing zeros."""
    day, rest = divmod(instant, DAY)
    seconds, nanos = divmod(rest, SECOND)
    year, month, number = date_of(day)
    text = f"{year:04}-{month:02}-{number:02}T{seconds // 3600:02}:" \
           f"{seconds // 60 % 60:02}:{seconds % 60:02}"
    if nanos:
        text += "." + f"{nanos:09}".rstrip("0")
    return text + "Z"


def write_day(day: int) -> str:
    """YYYY-MM-DD."""
    year, month, number = date_of(day)
    return f"{year:04}-{month:02}-{number:02}"
