"""Records and facts as they are written: one JSON object a line."""
from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cel import CelError, Evaluator
from cel_syntax import parse
from values import PLAIN, UNREADABLE, Encoding, JsonObject, any_value, of_cell, read_value


DEPTH_MAX = 100  # of a member's value


@dataclass(frozen=True)
class Line:
    """The members of an object, in order; None: the line is none."""

    members: list[tuple[str, Any]] | None
    has_bool: bool = True  # else the store writes 0 and 1
    is_text: bool = False  # cells: numbers and truths are text too

    def count(self, name: str) -> int:
        """How often the object has this member."""
        return sum(key == name for key, _ in self.members or [])

    def get(self, name: str) -> Any:
        """The member's value; absent is null (language, section 2)."""
        return next((value for key, value in self.members or [] if key == name), None)


def _without_record(tree: tuple) -> tuple:
    if tree[0] == "select" and tree[1] == ("name", "record"):
        return "name", tree[2]
    return tuple(_without_record(part) if isinstance(part, tuple) else part
                 for part in tree)


def columns_of(tree: tuple) -> set[str]:
    """All names in an expression over columns."""
    found = {tree[1]} if tree[0] == "name" else set()
    for part in tree[1:]:
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, tuple):
                found |= columns_of(inner)
    return found


def on_columns(tree: tuple, line: Line) -> Any:
    """An expression's value, where every name is a column, as JSON has it."""
    names = {name: any_value(line.get(name)) for name in columns_of(tree)}
    return Evaluator(names).value(tree)


@dataclass(frozen=True)
class Mapping:
    """What a field or fact is in the store: a column or an expression of columns, and
    how it is encoded (language, section 5). """

    value: str
    encoding: Encoding = PLAIN

    @cached_property
    def tree(self) -> tuple:
        """The expression; record.c is the column c, whose name may be a word."""
        return _without_record(parse(self.value))

    @property
    def columns(self) -> set[str]:
        """The columns that it reads."""
        return columns_of(self.tree)


def read_mapped(kind: str, mapping: Mapping | None, line: Line) -> Any:
    """The value of a declared type; null where nothing provides it, unreadable where the
    expression has none. """
    if mapping is None:
        return None
    if mapping.tree[0] == "name":
        raw = line.get(mapping.tree[1])
        if line.is_text and isinstance(raw, str):
            raw = of_cell(kind, raw)
        return read_value(kind, raw, mapping.encoding, line.has_bool)
    try:
        return read_value(kind, on_columns(mapping.tree, line), mapping.encoding,
                          line.has_bool)
    except CelError:
        return UNREADABLE


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _has_surrogates(value: Any) -> bool:
    if isinstance(value, str):
        return any("\ud800" <= char <= "\udfff" for char in value)
    if isinstance(value, list):
        return any(map(_has_surrogates, value))
    if isinstance(value, JsonObject):
        return any(_has_surrogates(part) for member in value.members for part in member)
    return False


def _depth(value: Any) -> int:
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    if isinstance(value, JsonObject):
        return 1 + max((_depth(inner) for _, inner in value.members), default=0)
    return 0


def is_blank(line: bytes) -> bool:
    """Whether there is no record in the line at all."""
    return not line.strip(b" \t\r")


def read_line(line: bytes) -> Line:
    """Section 4: `unreadable` is what is "not one JSON object, invalid UTF-8"; what is
    nested too deep is not read either. """
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=JsonObject,
                           parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Line(None)
    if not isinstance(value, JsonObject) or _has_surrogates(value) \
            or _depth(value) > 1 + DEPTH_MAX:
        return Line(None)
    return Line(value.members)
