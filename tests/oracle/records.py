"""Records and facts as they are written: one JSON object a line."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from values import JsonObject


@dataclass(frozen=True)
class Line:
    """The members of an object, in order; None: the line is none."""

    members: list[tuple[str, Any]] | None

    def count(self, name: str) -> int:
        """How often the object has this member."""
        return sum(key == name for key, _ in self.members or [])

    def get(self, name: str) -> Any:
        """The member's value; absent is null (language, section 2)."""
        return next((value for key, value in self.members or [] if key == name), None)


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


def read_line(line: bytes) -> Line:
    """Section 4: `unreadable` is what is "not one JSON object, invalid UTF-8"."""
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=JsonObject,
                           parse_constant=_refuse)
    except (ValueError, RecursionError):
        return Line(None)
    if not isinstance(value, JsonObject) or _has_surrogates(value):
        return Line(None)
    return Line(value.members)
