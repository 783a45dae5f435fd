"""Values: what fields, facts and conditions are made of.

| in a policy      | here                                       |
| ---------------- | ------------------------------------------ |
| null             | None                                       |
| bool             | bool                                       |
| int              | int                                        |
| uint             | Uint                                       |
| double           | float                                      |
| string           | str                                        |
| bytes            | bytes                                      |
| timestamp, event | Timestamp                                  |
| date             | Date; to conditions its midnight in UTC    |
| duration         | Duration                                   |
| list             | list                                       |
| map              | Map                                        |
| a type           | Type                                       |

UNREADABLE is what is there and not of its declared type: "using it is an error in every
engine" (language, section 2).
"""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from instants import DAY, SECOND, in_range, read_day, read_instant, read_local
from reckoning import Date
from clocks import clocks_of

INT_MIN, INT_MAX = -(1 << 63), (1 << 63) - 1
UINT_MAX = (1 << 64) - 1


class _Unreadable:
    def __repr__(self) -> str:
        return "UNREADABLE"


UNREADABLE = _Unreadable()


@dataclass(frozen=True)
class Uint:
    """An unsigned integer of 64 bits."""

    value: int


@dataclass(frozen=True)
class Timestamp:
    """An instant."""

    nanos: int


@dataclass(frozen=True)
class Duration:
    """A length of time, in 64 bits of nanoseconds."""

    nanos: int


@dataclass(frozen=True)
class Type:
    """A type as a value."""

    name: str


def map_key(key: Any) -> tuple[str, Any] | None:
    """What makes two keys of a map the same: 1, 1u and 1.0 are; None: no key at all."""
    if isinstance(key, bool):
        return "bool", key
    if isinstance(key, int):
        return "number", key
    if isinstance(key, Uint):
        return "number", key.value
    if isinstance(key, float):
        return ("number", int(key)) if key == key and abs(key) < 2.0 ** 64 \
            and key == int(key) else None
    if isinstance(key, str):
        return "string", key
    return None


class Map:
    """A map, in the order of its entries. A table of a policy may have a default."""

    NO_DEFAULT = object()

    def __init__(self, pairs: list[tuple[Any, Any]], default: Any = NO_DEFAULT) -> None:
        self.pairs = pairs
        self.default = default
        self._index = {map_key(key): value for key, value in pairs}

    def __contains__(self, key: Any) -> bool:
        return map_key(key) in self._index

    def find(self, key: Any) -> Any:
        """The value of a key, else the default; KeyError where there is neither."""
        found = map_key(key)
        if found in self._index:
            return self._index[found]
        if self.default is not Map.NO_DEFAULT:
            return self.default
        raise KeyError(key)

    def __repr__(self) -> str:
        return f"Map({self.pairs!r})"


@dataclass(frozen=True)
class JsonObject:
    """An object as it was written: every member, in order."""

    members: list[tuple[str, Any]]


# --- from JSON to the declared type


@dataclass(frozen=True)
class Encoding:
    """How a column writes instants (section 2), and what it writes for null."""

    kind: str = "none"  # none, unix_s, unix_ms, unix_us, unix_ns, local
    zone: str = "UTC"
    absent: Any = None


PLAIN = Encoding()

_UNIX = {"unix_s": SECOND, "unix_ms": 10 ** 6, "unix_us": 10 ** 3, "unix_ns": 1}


def any_value(raw: Any) -> Any:
    """What JSON says without being told a type; unreadable where a part of it is."""
    if isinstance(raw, bool) or raw is None or isinstance(raw, (str, bytes)):
        return raw
    if isinstance(raw, float):
        return _finite(raw)
    if isinstance(raw, int):
        if INT_MIN <= raw <= INT_MAX:
            return raw
        return Uint(raw) if 0 <= raw <= UINT_MAX else _finite(float(raw))
    if isinstance(raw, list):
        items = [any_value(item) for item in raw]
        return UNREADABLE if UNREADABLE in items else items
    names = [name for name, _ in raw.members]
    values = [any_value(value) for _, value in raw.members]
    if len(set(names)) < len(names) or UNREADABLE in values:
        return UNREADABLE
    return Map(list(zip(names, values)))


def _finite(number: float) -> Any:
    """JSON knows no infinity; a number that no double can hold is none."""
    return UNREADABLE if number in (float("inf"), float("-inf")) else number


def _read_time(raw: Any, encoding: Encoding) -> Any:
    if encoding.kind in _UNIX:
        if isinstance(raw, bool) or not isinstance(raw, int):
            return UNREADABLE
        nanos = raw * _UNIX[encoding.kind]
        is_sane = INT_MIN <= raw <= INT_MAX and in_range(nanos)
        return Timestamp(nanos) if is_sane else UNREADABLE
    if not isinstance(raw, str):
        return UNREADABLE
    if encoding.kind == "local":
        civil = read_local(raw)
        nanos = None if civil is None else clocks_of(encoding.zone).instant(civil)
        if nanos is not None and not in_range(nanos):
            nanos = None
    else:
        nanos = read_instant(raw)
    return UNREADABLE if nanos is None else Timestamp(nanos)


def _elements(kind: str) -> list[str]:
    """The parameters of "map(string, list(int))"."""
    inner = kind[kind.index("(") + 1:-1]
    parts, depth, start = [], 0, 0
    for i, char in enumerate(inner):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            parts.append(inner[start:i].strip())
            start = i + 1
    return parts + [inner[start:].strip()]


def _read_list(kind: str, raw: Any) -> Any:
    """A list is of its type if every element is."""
    if not isinstance(raw, list):
        return UNREADABLE
    element, = _elements(kind)
    values = [_read_element(element, item) for item in raw]
    return UNREADABLE if UNREADABLE in values else values


def _read_map(kind: str, raw: Any) -> Any:
    """A map is of its type if every key and value is, and no key comes twice."""
    if not isinstance(raw, JsonObject):
        return UNREADABLE
    key, element = _elements(kind)
    names = [name for name, _ in raw.members]
    if key not in ("string", "dyn") or len(set(names)) < len(names):
        return UNREADABLE
    pairs = [(name, _read_element(element, item)) for name, item in raw.members]
    return UNREADABLE if UNREADABLE in [value for _, value in pairs] else Map(pairs)


def _read_element(kind: str, raw: Any) -> Any:
    """Fields may be null; an element has to be of its type. JSON has no times, so what
    holds those is never readable; numbers stay as they are written. """
    if kind == "dyn":
        return any_value(raw)
    if raw is None or kind in ("timestamp", "date"):
        return UNREADABLE
    is_of_type = read_value(kind, raw) is not UNREADABLE
    return any_value(raw) if is_of_type else UNREADABLE


_INT_TEXT = re.compile(r"-?\d+", re.ASCII)
_DOUBLE_TEXT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def of_cell(kind: str, text: str) -> Any:
    """What a cell of text says, where a number or a truth is wanted."""
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind in ("int", "uint") and _INT_TEXT.fullmatch(text):
        is_minus = kind == "uint" and text.startswith("-")
        return text if is_minus else int(text)
    if kind == "double" and _DOUBLE_TEXT.fullmatch(text):
        return float(text)
    return text


def read_value(kind: str, raw: Any, encoding: Encoding = PLAIN,
               has_bool: bool = True) -> Any:
    """Section 2: "a value that is not of its declared type is unreadable"; absent is
    null. Nothing is guessed, repaired or converted, but that a double may be written
    without a point, and that a store without bool has 0 and 1. """
    is_number = isinstance(raw, int) and not isinstance(raw, bool)
    if raw is None:
        return None
    if encoding.absent is not None and type(raw) is type(encoding.absent) \
            and raw == encoding.absent:
        return None
    if kind in ("timestamp", "event"):
        return _read_time(raw, encoding)
    if kind == "date":
        day = read_day(raw) if isinstance(raw, str) else None
        return UNREADABLE if day is None else Date(day)
    if kind == "bool":
        is_bit = not has_bool and is_number and raw in (0, 1)
        return bool(raw) if isinstance(raw, bool) or is_bit else UNREADABLE
    if kind == "bytes":
        return raw if isinstance(raw, bytes) else UNREADABLE
    if kind == "int":
        return raw if is_number and INT_MIN <= raw <= INT_MAX else UNREADABLE
    if kind == "uint":
        return Uint(raw) if is_number and 0 <= raw <= UINT_MAX else UNREADABLE
    if kind == "double":
        return _finite(float(raw)) if is_number or isinstance(raw, float) \
            else UNREADABLE
    if kind == "string":
        return raw if isinstance(raw, str) else UNREADABLE
    if kind.startswith("list"):
        return _read_list(kind, raw)
    if kind.startswith("map"):
        return _read_map(kind, raw)
    if kind == "dyn":
        return any_value(raw)
    return UNREADABLE  # durations: no store has any


def to_condition(value: Any) -> Any:
    """A value as conditions see it: a date is the timestamp of its midnight in UTC."""
    return Timestamp(value.day * DAY) if isinstance(value, Date) else value
