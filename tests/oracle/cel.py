"""Conditions: an evaluator of CEL (cel-spec), without protobuf messages.

An error is the exception CelError; only && and || absorb one, and only where the other
side decides. Nothing here knows the time of evaluation (language, section 2: "`now` is
not a variable").
"""
from __future__ import annotations

import math
import re
from typing import Any, Callable, Mapping

from cel_syntax import CelSyntaxError, parse
from clocks import clocks_of
from instants import (DAY, SECOND, date_of, day_of, in_range, read_instant,
                      write_instant)
from values import (INT_MAX, INT_MIN, UINT_MAX, UNREADABLE, Duration, Map, Timestamp,
                    Type, Uint, map_key, to_condition)


class CelError(Exception):
    """A condition that has no value."""


# --- numbers, equality and order


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_int(value) or isinstance(value, (Uint, float))


def _compare_numbers(a: Any, b: Any) -> int | None:
    """-1, 0 or 1; None with NaN. An integer against a double: as doubles, but that the
    ends of the integer's range decide first. """
    x = a.value if isinstance(a, Uint) else a
    y = b.value if isinstance(b, Uint) else b
    if x != x or y != y:
        return None
    if isinstance(x, float) != isinstance(y, float):
        x, y = float(x), float(y)
    return (x > y) - (x < y)


def equal(a: Any, b: Any) -> bool:
    """==: total, numbers across their types, everything else within its type."""
    if _is_number(a) and _is_number(b):
        return _compare_numbers(a, b) == 0
    if isinstance(a, bool) or isinstance(b, bool) or type(a) is not type(b):
        return isinstance(a, bool) and isinstance(b, bool) and a == b
    if isinstance(a, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    if isinstance(a, Map):
        return len(a.pairs) == len(b.pairs) and all(
            key in b and equal(value, b.find(key)) for key, value in a.pairs)
    return a == b


def _order(a: Any, b: Any) -> int | None:
    """-1, 0, 1, None with NaN; an error where there is no order."""
    if _is_number(a) and _is_number(b):
        return _compare_numbers(a, b)
    if type(a) is not type(b):
        raise CelError("no order between types")
    if isinstance(a, str):
        a, b = a.encode(), b.encode()
    elif isinstance(a, (Timestamp, Duration)):
        a, b = a.nanos, b.nanos
    elif not isinstance(a, (bool, bytes)):
        raise CelError("no order")
    return (a > b) - (a < b)


def _relation(operator: str, a: Any, b: Any) -> bool:
    if operator == "==":
        return equal(a, b)
    if operator == "!=":
        return not equal(a, b)
    if operator == "in":
        return _contains(b, a)
    order = _order(a, b)
    if order is None:
        return False
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


def _contains(collection: Any, item: Any) -> bool:
    if isinstance(collection, list):
        return any(equal(item, other) for other in collection)
    if isinstance(collection, Map):
        return item in collection
    raise CelError("in: no list or map")


# --- arithmetic


def _int(value: int) -> int:
    if not INT_MIN <= value <= INT_MAX:
        raise CelError("int overflow")
    return value


def _uint(value: int) -> Uint:
    if not 0 <= value <= UINT_MAX:
        raise CelError("uint overflow")
    return Uint(value)


def _duration(nanos: int) -> Duration:
    return Duration(_int(nanos))


def _timestamp(nanos: int) -> Timestamp:
    if not in_range(nanos):
        raise CelError("timestamp out of range")
    return Timestamp(nanos)


def _divide(a: int, b: int) -> int:
    """Truncates to zero."""
    if b == 0:
        raise CelError("division by zero")
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _integer_sum(operator: str, a: int, b: int) -> int:
    if operator == "+":
        return a + b
    if operator == "-":
        return a - b
    if operator == "*":
        return a * b
    quotient = _divide(a, b)
    if operator == "%":
        return a - quotient * b if (a, b) != (INT_MIN, -1) else _int(quotient)
    return quotient


def _double_sum(operator: str, a: float, b: float) -> float:
    if operator == "+":
        return a + b
    if operator == "-":
        return a - b
    if operator == "*":
        return a * b
    if operator == "%":
        raise CelError("no % of doubles")
    if b != 0:
        return a / b
    if a != a or a == 0:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _time_sum(operator: str, a: Any, b: Any) -> Any:
    if operator == "-" and isinstance(a, Timestamp) and isinstance(b, Timestamp):
        return _duration(a.nanos - b.nanos)
    if operator == "+" and isinstance(a, Duration) and isinstance(b, Timestamp):
        return _timestamp(a.nanos + b.nanos)
    if operator in "+-" and isinstance(b, Duration):
        nanos = a.nanos + b.nanos if operator == "+" else a.nanos - b.nanos
        return _timestamp(nanos) if isinstance(a, Timestamp) else _duration(nanos)
    raise CelError("no such operator on times")


def _arithmetic(operator: str, a: Any, b: Any) -> Any:
    if isinstance(a, (Timestamp, Duration)) and isinstance(b, (Timestamp, Duration)):
        return _time_sum(operator, a, b)
    if type(a) is not type(b):
        raise CelError("no arithmetic between types")
    if _is_int(a):
        return _int(_integer_sum(operator, a, b))
    if isinstance(a, Uint):
        return _uint(_integer_sum(operator, a.value, b.value))
    if isinstance(a, float):
        return _double_sum(operator, a, b)
    if operator == "+" and isinstance(a, (str, bytes, list)):
        return a + b
    raise CelError("no such operator")


def _minus(value: Any) -> Any:
    if _is_int(value):
        return _int(-value)
    if isinstance(value, float):
        return -value
    raise CelError("no minus")


# --- conversions

_SECONDS_OF = {"h": 3600 * SECOND, "m": 60 * SECOND, "s": SECOND, "ms": 10 ** 6,
               "us": 10 ** 3, "ns": 1}
_DURATION = re.compile(r"[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|ns))+)", re.ASCII)
_DURATION_PART = re.compile(r"(\d*)\.?(\d*)(h|ms|m|s|us|ns)", re.ASCII)


def _read_duration(text: str) -> Duration:
    if _DURATION.fullmatch(text) is None:
        raise CelError("no duration")
    total = 0
    for whole, fraction, unit in _DURATION_PART.findall(text):
        scale = _SECONDS_OF[unit]
        total += int(whole or "0") * scale
        total += int(fraction or "0") * scale // 10 ** len(fraction)
    return _duration(-total if text.startswith("-") else total)


def _write_duration(nanos: int) -> str:
    sign = "-" if nanos < 0 else ""
    seconds, rest = divmod(abs(nanos), SECOND)
    fraction = "." + f"{rest:09}".rstrip("0") if rest else ""
    return f"{sign}{seconds}{fraction}s"


def _write_double(value: float) -> str:
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def _truncate(value: float, low: float, high: float) -> int:
    if not low < value < high:
        raise CelError("out of range")
    return int(value)


def _to_int(value: Any) -> int:
    if _is_int(value):
        return value
    if isinstance(value, Uint):
        return _int(value.value)
    if isinstance(value, float):
        return _truncate(value, -2.0 ** 63, 2.0 ** 63)
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d+", value, re.ASCII):
        return _int(int(value))
    if isinstance(value, Timestamp):
        return value.nanos // SECOND
    raise CelError("no int")


def _to_uint(value: Any) -> Uint:
    if isinstance(value, Uint):
        return value
    if _is_int(value):
        return _uint(value)
    if isinstance(value, float) and not value < 0:
        return Uint(_truncate(value, -1.0, 2.0 ** 64))
    if isinstance(value, str) and re.fullmatch(r"\d+", value, re.ASCII):
        return _uint(int(value))
    raise CelError("no uint")


def _to_double(value: Any) -> float:
    if isinstance(value, float):
        return value
    if _is_int(value):
        return float(value)
    if isinstance(value, Uint):
        return float(value.value)
    if isinstance(value, str):
        text = value.lower()
        if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|nan", text,
                        re.ASCII):
            return float(text)
    raise CelError("no double")


def _to_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if _is_int(value):
        return str(value)
    if isinstance(value, Uint):
        return str(value.value)
    if isinstance(value, float):
        return _write_double(value)
    if isinstance(value, Timestamp):
        return write_instant(value.nanos)
    if isinstance(value, Duration):
        return _write_duration(value.nanos)
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError as error:
            raise CelError("bytes that are no UTF-8") from error
    raise CelError("no string")


def _to_bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    raise CelError("no bytes")


def _to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "t", "T", "true", "TRUE", "True"):
        return True
    if value in ("0", "f", "F", "false", "FALSE", "False"):
        return False
    raise CelError("no bool")


def _to_timestamp(value: Any) -> Timestamp:
    if isinstance(value, Timestamp):
        return value
    if _is_int(value):
        return _timestamp(value * SECOND)
    if isinstance(value, str):
        nanos = read_instant(value)
        if nanos is not None:
            return Timestamp(nanos)
    raise CelError("no timestamp")


def _to_duration(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    if isinstance(value, str):
        return _read_duration(value)
    raise CelError("no duration")


def _type_of(value: Any) -> Type:
    names = [(bool, "bool"), (int, "int"), (Uint, "uint"), (float, "double"),
             (str, "string"), (bytes, "bytes"), (list, "list"), (Map, "map"),
             (type(None), "null_type"), (Timestamp, "google.protobuf.Timestamp"),
             (Duration, "google.protobuf.Duration"), (Type, "type")]
    return Type(next(name for kind, name in names if isinstance(value, kind)))


def _size(value: Any) -> int:
    if isinstance(value, (str, bytes, list)):
        return len(value)
    if isinstance(value, Map):
        return len(value.pairs)
    raise CelError("no size")


CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "int": _to_int, "uint": _to_uint, "double": _to_double, "string": _to_string,
    "bytes": _to_bytes, "bool": _to_bool, "timestamp": _to_timestamp,
    "duration": _to_duration, "dyn": lambda value: value, "type": _type_of,
    "size": _size}

TYPE_NAMES = ("int", "uint", "double", "bool", "string", "bytes", "list", "map",
              "null_type", "type", "google.protobuf.Timestamp",
              "google.protobuf.Duration")


# --- methods


def _ahead(nanos: int, zone: str) -> int:
    """How far the clocks of a zone are ahead of UTC."""
    match = re.fullmatch(r"([+-]?)(\d{2}):(\d{2})", zone, re.ASCII)
    if match is not None:
        sign, hours, minutes = match.groups()
        if int(hours) > 23 or int(minutes) > 59:
            raise CelError("no such zone")
        ahead = (int(hours) * 60 + int(minutes)) * 60 * SECOND
        return -ahead if sign == "-" else ahead
    try:
        return clocks_of(zone).ahead(nanos)
    except (OSError, ValueError, LookupError) as error:
        raise CelError("no such zone") from error


def _day_of_year(civil: int) -> int:
    year, _, _ = date_of(civil // DAY)
    return civil // DAY - day_of(year, 1, 1)


_ACCESSORS: dict[str, Callable[[int], int]] = {
    "getFullYear": lambda civil: date_of(civil // DAY)[0],
    "getMonth": lambda civil: date_of(civil // DAY)[1] - 1,
    "getDate": lambda civil: date_of(civil // DAY)[2],
    "getDayOfMonth": lambda civil: date_of(civil // DAY)[2] - 1,
    "getDayOfYear": _day_of_year,
    "getDayOfWeek": lambda civil: (civil // DAY + 4) % 7,
    "getHours": lambda civil: civil // (3600 * SECOND) % 24,
    "getMinutes": lambda civil: civil // (60 * SECOND) % 60,
    "getSeconds": lambda civil: civil // SECOND % 60,
    "getMilliseconds": lambda civil: civil // 10 ** 6 % 1000}


def _toward_zero(value: int, unit: int) -> int:
    return abs(value) // unit * (-1 if value < 0 else 1)


_DURATION_ACCESSORS: dict[str, Callable[[int], int]] = {
    "getHours": lambda nanos: _toward_zero(nanos, 3600 * SECOND),
    "getMinutes": lambda nanos: _toward_zero(nanos, 60 * SECOND),
    "getSeconds": lambda nanos: _toward_zero(nanos, SECOND),
    "getMilliseconds": lambda nanos: _toward_zero(nanos, 10 ** 6) % 1000
    if nanos >= 0 else -(_toward_zero(-nanos, 10 ** 6) % 1000)}


def _text_method(name: str, text: Any, other: Any) -> bool:
    if not isinstance(text, str) or not isinstance(other, str):
        raise CelError("no text")
    if name == "startsWith":
        return text.startswith(other)
    if name == "endsWith":
        return text.endswith(other)
    if name == "contains":
        return other in text
    try:
        return re.search(other, text) is not None
    except re.error as error:
        raise CelError("no pattern") from error


def _method(name: str, of: Any, arguments: list[Any]) -> Any:
    if name in ("startsWith", "endsWith", "contains", "matches") and len(arguments) == 1:
        return _text_method(name, of, arguments[0])
    if name == "size" and not arguments:
        return _size(of)
    if name in _ACCESSORS and isinstance(of, Timestamp) and len(arguments) <= 1:
        zone = arguments[0] if arguments else "UTC"
        if isinstance(zone, str):
            return _ACCESSORS[name](of.nanos + _ahead(of.nanos, zone))
    if name in _DURATION_ACCESSORS and isinstance(of, Duration) and not arguments:
        return _DURATION_ACCESSORS[name](of.nanos)
    raise CelError(f"no method {name}")


# --- names


class Members:
    """What has fields by name: the record, or an entity with its facts."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def get(self, name: str) -> Any:
        """A field's value; an error where it is unreadable."""
        if name not in self._values:
            raise CelError(f"no field {name}")
        value = self._values[name]
        if value is UNREADABLE:
            raise CelError(f"{name} is unreadable")
        return to_condition(value)


Names = Mapping[str, Any]
"""What a condition can name, by dotted name: values, UNREADABLE, Members, Map."""


def _dotted(tree: tuple) -> tuple[list[str], bool] | None:
    """The parts of a dotted name, and whether a dot leads it."""
    if tree[0] in ("name", "root"):
        return [tree[1]], tree[0] == "root"
    if tree[0] == "select":
        found = _dotted(tree[1])
        return None if found is None else (found[0] + [tree[2]], found[1])
    return None


# --- evaluation

_MACROS = {"all": 2, "exists": 2, "exists_one": 2, "map": 2, "filter": 2}


class Evaluator:
    """Evaluates conditions where these names mean these values."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._bound: list[tuple[str, Any]] = []

    def value(self, tree: tuple) -> Any:
        """The value of an expression, or CelError."""
        return getattr(self, "_do_" + tree[0])(*tree[1:])

    def truth(self, tree: tuple) -> bool:
        """The value of a condition; what is no bool is an error."""
        value = self.value(tree)
        if not isinstance(value, bool):
            raise CelError("no bool")
        return value

    # --- names and members

    def _find_bound(self, name: str) -> tuple[str, Any] | None:
        return next((b for b in reversed(self._bound) if b[0] == name), None)

    def _look_up(self, parts: list[str], is_rooted: bool) -> tuple[Any, int] | None:
        """The longest prefix that is a name, and how many parts it has."""
        bound = None if is_rooted else self._find_bound(parts[0])
        if bound is not None:
            return bound[1], 1
        for count in range(len(parts), 0, -1):
            name = ".".join(parts[:count])
            if name in self._names:
                value = self._names[name]
                if value is UNREADABLE:
                    raise CelError(f"{name} is unreadable")
                return to_condition(value), count
            if name in TYPE_NAMES:
                return Type(name), count
        return None

    def _do_literal(self, value: Any) -> Any:
        return value

    def _do_name(self, name: str) -> Any:
        return self._chain(("name", name))

    def _do_root(self, name: str) -> Any:
        return self._chain(("root", name))

    def _do_select(self, of: tuple, name: str) -> Any:
        return self._chain(("select", of, name))

    def _chain(self, tree: tuple) -> Any:
        dotted = _dotted(tree)
        if dotted is None:
            return self._member(self.value(tree[1]), tree[2])
        parts, is_rooted = dotted
        found = self._look_up(parts, is_rooted)
        if found is None:
            raise CelError(f"no {'.'.join(parts)}")
        value, count = found
        for name in parts[count:]:
            value = self._member(value, name)
        return value

    @staticmethod
    def _member(of: Any, name: str) -> Any:
        if isinstance(of, Members):
            return of.get(name)
        if isinstance(of, Map):
            try:
                return of.find(name)
            except KeyError as error:
                raise CelError(f"no key {name}") from error
        raise CelError(f"no member {name}")

    def _do_index(self, of: tuple, key: tuple) -> Any:
        collection, index = self.value(of), self.value(key)
        if isinstance(collection, Map):
            if not isinstance(index, (bool, int, Uint, float, str)):
                raise CelError("no key, not even one that a default is for")
            try:
                return collection.find(index)
            except KeyError as error:
                raise CelError("no such key") from error
        found = map_key(index)
        if not isinstance(collection, list) or found is None or found[0] != "number":
            raise CelError("no index")
        if not 0 <= found[1] < len(collection):
            raise CelError("index out of range")
        return collection[found[1]]

    def _has(self, tree: tuple) -> bool:
        """has(e.f): "means not null" of a field (language, section 2)."""
        if tree[0] != "select":
            raise CelError("has needs a selection")
        of, name = self.value(tree[1]), tree[2]
        if isinstance(of, Members):
            return of.get(name) is not None
        if isinstance(of, Map):
            return name in of
        raise CelError("has of no map")

    # --- logic

    def _logic(self, decides: bool, first: tuple, second: tuple) -> bool:
        """Either side decides, even against an error on the other."""
        error: CelError | None = None
        for side in (first, second):
            try:
                if self.truth(side) == decides:
                    return decides
            except CelError as caught:
                error = caught
        if error is not None:
            raise error
        return not decides

    def _do_and(self, first: tuple, second: tuple) -> bool:
        return self._logic(False, first, second)

    def _do_or(self, first: tuple, second: tuple) -> bool:
        return self._logic(True, first, second)

    def _do_not(self, tree: tuple) -> bool:
        return not self.truth(tree)

    def _do_if(self, condition: tuple, then: tuple, otherwise: tuple) -> Any:
        return self.value(then if self.truth(condition) else otherwise)

    def _do_minus(self, tree: tuple) -> Any:
        return _minus(self.value(tree))

    def _do_binary(self, operator: str, first: tuple, second: tuple) -> Any:
        a, b = self.value(first), self.value(second)
        if operator in "+-*/%":
            return _arithmetic(operator, a, b)
        return _relation(operator, a, b)

    # --- literals

    def _do_list(self, items: list[tuple]) -> list[Any]:
        return [self.value(item) for item in items]

    def _do_map(self, pairs: list[tuple[tuple, tuple]]) -> Map:
        found = [(self.value(key), self.value(value)) for key, value in pairs]
        keys = [map_key(key) for key, _ in found]
        if any(key is None or isinstance(raw, float)
               for key, (raw, _) in zip(keys, found)) or len(set(keys)) < len(keys):
            raise CelError("keys of a map")
        return Map(found)

    # --- calls

    def _do_call(self, name: str, arguments: list[tuple]) -> Any:
        if name == "has" and len(arguments) == 1:
            return self._has(arguments[0])
        if name in CONVERSIONS and len(arguments) == 1:
            return CONVERSIONS[name](self.value(arguments[0]))
        if name in ("startsWith", "endsWith", "contains", "matches"):
            of, *rest = [self.value(argument) for argument in arguments]
            return _method(name, of, rest)
        raise CelError(f"no function {name}")

    def _do_method(self, of: tuple, name: str, arguments: list[tuple]) -> Any:
        is_macro = name in _MACROS and len(arguments) in (2, 3) \
            and arguments[0][0] == "name"
        if is_macro and (len(arguments) == 2 or name == "map"):
            return self._macro(name, of, arguments)
        return _method(name, self.value(of), [self.value(a) for a in arguments])

    def _macro(self, name: str, of: tuple, arguments: list[tuple]) -> Any:
        collection = self.value(of)
        if isinstance(collection, Map):
            items = [key for key, _ in collection.pairs]
        elif isinstance(collection, list):
            items = collection
        else:
            raise CelError(f"{name} over no list or map")
        variable, body = arguments[0][1], arguments[1:]
        if name in ("all", "exists"):
            return self._fold(variable, body[0], items, decides=name == "exists")
        if name == "exists_one":
            return sum([self._with(variable, item, body[0], self.truth)
                        for item in items]) == 1
        if name == "filter":
            return [item for item in items
                    if self._with(variable, item, body[0], self.truth)]
        return [self._with(variable, item, body[-1], self.value) for item in items
                if len(body) == 1 or self._with(variable, item, body[0], self.truth)]

    def _with(self, variable: str, item: Any, tree: tuple,
              how: Callable[[tuple], Any]) -> Any:
        self._bound.append((variable, item))
        try:
            return how(tree)
        finally:
            self._bound.pop()

    def _fold(self, variable: str, body: tuple, items: list[Any], decides: bool) -> bool:
        error: CelError | None = None
        for item in items:
            try:
                if self._with(variable, item, body, self.truth) == decides:
                    return decides
            except CelError as caught:
                error = caught
        if error is not None:
            raise error
        return not decides


__all__ = ["CelError", "CelSyntaxError", "Evaluator", "Members", "equal", "parse"]
