"""Facts of entities, by key: language, section 5."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable

from instants import DAY, day_of
from model import Entity
from records import Line, Mapping, read_mapped
from values import INT_MIN, UINT_MAX, UNREADABLE, Timestamp

_EARLIEST = day_of(1971, 1, 1) * DAY

FOREVER = float("inf")


@dataclass(frozen=True)
class Hold:
    """Section 5: `hold`, or `hold_from` / `hold_until`."""

    start: float | None = None  # None: no hold
    end: float = FOREVER
    is_doubtful: bool = False


@dataclass(frozen=True)
class Row:
    """What is known of one member of an entity."""

    values: dict[str, Any]
    holds: list[Hold] = field(default_factory=list)


def _bound(value: Any) -> Any:
    """A hold's bound: section 2, "implausible before 1971-01-01Z, in any encoding,
    events and hold bounds too". """
    if isinstance(value, Timestamp) and value.nanos < _EARLIEST:
        return UNREADABLE
    return value


def _hold_by_flag(value: Any) -> Hold:
    if value is UNREADABLE:
        return Hold(is_doubtful=True)
    return Hold(start=-FOREVER) if value else Hold()


def _hold_by_interval(start: Any, end: Any) -> Hold:
    """In force while hold_from <= now < hold_until; null until: open-ended; null from:
    no hold. """
    if start is None:
        return Hold()
    if start is UNREADABLE or end is UNREADABLE:
        return Hold(is_doubtful=True)
    return Hold(start.nanos, FOREVER if end is None else end.nanos)


def key_of(raw: Any) -> Any:
    """Section 5: "keys match as equal integers or equal bytes; an integer equals a
    string only in its decimal form". Null: None; what can be no key, as integers of
    more than 64 bits: UNREADABLE. """
    if raw is None or isinstance(raw, bytes):
        return raw
    is_integer = isinstance(raw, int) and not isinstance(raw, bool)
    if isinstance(raw, str) or (is_integer and INT_MIN <= raw <= UINT_MAX):
        return str(raw).encode()
    return UNREADABLE


@dataclass
class Facts:
    """The rows of one entity; `is_none`: no event has happened, nothing is held."""

    entity: Entity
    is_none: bool = False
    rows: dict[Any, list[Row]] = field(default_factory=dict)

    def empty_row(self) -> Row:
        """Nothing has happened, nothing is held."""
        return Row({fact.name: None for fact in self.entity.facts})

    def add(self, line: Line, key: str, maps: dict[str, Mapping]) -> None:
        """A row of the file; one that is no record, or has no key, is nobody's."""
        columns = {key} | {name for each in maps.values() for name in each.columns}
        if line.members is None or any(line.count(name) > 1 for name in columns):
            return
        found = key_of(line.get(key))
        if found is None or found is UNREADABLE:
            return
        values = {fact.name: read_mapped(fact.type, maps.get(fact.name), line)
                  for fact in self.entity.facts}
        holds = [_hold_by_flag(read_mapped("bool", maps.get("hold"), line)),
                 _hold_by_interval(
                     _bound(read_mapped("timestamp", maps.get("hold_from"), line)),
                     _bound(read_mapped("timestamp", maps.get("hold_until"), line)))]
        self.rows.setdefault(found, []).append(Row(values, holds))

    def find(self, key: Any) -> list[Row]:
        """All rows of a key."""
        return self.rows.get(key, [])


def read_facts(entity: Entity, lines: Iterable[Line], key: str,
               maps: dict[str, Mapping] | None = None) -> Facts:
    """The facts that a file holds. Without a deployment all are found by name; with one
    only attributes that it doesn't map are. """
    by_name = [fact.name for fact in entity.facts if maps is None or not fact.is_event]
    if maps is None:
        by_name += ["hold", "hold_from", "hold_until"]
    maps = {name: Mapping(name) for name in by_name} | (maps or {})
    facts = Facts(entity)
    for line in lines:
        facts.add(line, key, maps)
    return facts
