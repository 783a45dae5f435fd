"""The checked policy, as `tenure check --model` writes it.

Names are resolved there, inheritance is merged and periods are summed; everything that
decides is done here again, conditions as text included.
"""
from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from cel_syntax import parse
from clocks import Clocks, clocks_of
from instants import SECOND, read_instant
from reckoning import Period
from values import Duration, Map, Timestamp, Uint

CONTRIBUTING = ("retain_period", "retain_until", "retain_indefinitely", "duty_period",
                "duty_until", "limit", "placement_limit", "on")
FORMS = ("retain_period", "retain_until", "retain_indefinitely")
DUTIES = ("duty_period", "duty_until")
LIMITS = ("limit", "placement_limit")


@dataclass(frozen=True)
class Plausible:
    """Section 2, "Zero is not a date": what is implausible, and what is the future."""

    earliest: int
    ahead: int | None  # None for events, which have no future


@dataclass(frozen=True)
class Fact:
    """An event or attribute of an entity."""

    name: str
    is_event: bool
    type: str
    plausible: Plausible


@dataclass(frozen=True)
class Entity:
    """Whoever's acts move retention."""

    name: str
    facts: list[Fact]


@dataclass(frozen=True)
class Field:
    """A field of a category."""

    name: str
    type: str
    is_created: bool
    is_key: bool
    plausible: Plausible


@dataclass(frozen=True)
class Slot:
    """Where a value comes from: a field of the record, or a fact of an entity."""

    entity: str | None
    name: str


@dataclass(frozen=True)
class Anchor:
    """[end of U of] X, or latest of, earliest of (X, ...)."""

    rounding: str
    op: str
    members: list[Slot]


@dataclass(frozen=True)
class Module:
    """What a module's clauses are computed with."""

    name: str
    clocks: Clocks
    whole_days: bool
    tables: dict[str, str]


@dataclass(frozen=True)
class Clause:
    """One rule of a category."""

    kind: str
    module: Module
    at: str
    anchor: Anchor | None
    event: Slot | None
    period: Period
    window: Period
    guard: tuple | None
    is_negated: bool
    redact: list[str]
    placement: int | None
    form: int | None


@dataclass(frozen=True)
class Category:
    """What is known of one kind of record."""

    name: str
    is_strict: bool
    of: list[tuple[str, bool]]  # entity, whether it is optional
    fields: list[Field]
    created: str | None
    stores: list[tuple[str, tuple[str, ...]]]  # of the placements: name, roles
    clauses: list[Clause]

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True)
class Policy:
    """A whole model."""

    categories: dict[str, Category]
    entities: dict[str, Entity]
    tables: dict[str, Map]
    modules: dict[str, Module] = field(default_factory=dict)


# --- reading


def _value(raw: Any) -> Any:
    """A VALUE: JSON, or an object that names its kind."""
    if isinstance(raw, list):
        return [_value(item) for item in raw]
    if not isinstance(raw, dict):
        return raw
    (kind, inner), = raw.items()
    if kind == "uint":
        return Uint(int(inner))
    if kind == "double":
        return float(inner)
    if kind == "bytes":
        return bytes.fromhex(inner)
    if kind == "timestamp":
        return Timestamp(_instant(inner))
    if kind == "duration":
        return Duration(inner)
    return Map([(_value(key), _value(value)) for key, value in inner])


def _instant(text: str) -> int:
    instant = read_instant(text)
    if instant is None:
        raise ValueError(text)
    return instant


def _period(raw: dict[str, int]) -> Period:
    return Period(raw["months"], raw["days"], raw["seconds"])


def _slot(raw: dict[str, str] | None) -> Slot | None:
    if raw is None:
        return None
    if "field" in raw:
        return Slot(None, raw["field"])
    entity, name = raw["event"].rsplit(".", 1)
    return Slot(entity, name)


def _anchor(raw: dict[str, Any] | None) -> Anchor | None:
    if raw is None:
        return None
    members = [slot for slot in map(_slot, raw["members"]) if slot is not None]
    return Anchor(raw["rounding"], raw["op"], members)


def _clause(raw: dict[str, Any], modules: dict[str, Module]) -> Clause:
    guard = raw["guard"]
    return Clause(
        kind=raw["kind"], module=modules[raw["module"]], at=raw["at"],
        anchor=_anchor(raw["anchor"]), event=_slot(raw["event"]),
        period=_period(raw["period"]), window=_period(raw["window"]),
        guard=None if guard is None else parse(guard["text"]),
        is_negated=guard is not None and guard["negated"], redact=raw["redact"],
        placement=raw["placement"], form=raw["form"])


def _plausible(raw: dict[str, Any]) -> Plausible:
    has_future = raw["type"] != "event" and "ahead_seconds" in raw
    ahead = raw["ahead_seconds"] * SECOND if has_future else None
    return Plausible(_instant(raw["earliest"]), ahead)


def _field(raw: dict[str, Any]) -> Field:
    return Field(raw["name"], raw["type"], raw["created"], raw["key"], _plausible(raw))


def _category(raw: dict[str, Any], modules: dict[str, Module]) -> Category:
    return Category(
        name=raw["name"], is_strict=raw["strict"],
        of=[(of["entity"], of["optional"]) for of in raw["of"]],
        fields=[_field(f) for f in raw["fields"]], created=raw["created"],
        stores=[(p["store"], tuple(p["roles"])) for p in raw["placements"]],
        clauses=[_clause(clause, modules) for clause in raw["clauses"]])


def _entity(raw: dict[str, Any]) -> Entity:
    facts = [Fact(f["name"], f["event"], f["type"], _plausible(f)) for f in raw["facts"]]
    return Entity(raw["name"], facts)


def _table(raw: dict[str, Any]) -> Map:
    pairs = [(_value(key), _value(value)) for key, value in raw["rows"]]
    if raw["default"] is None:
        return Map(pairs)
    return Map(pairs, default=_value(raw["default"]))


def read_model(text: str | bytes) -> Policy:
    """The policy that `tenure check --model` printed."""
    raw = json.loads(text)
    if raw["format"] != 1:
        raise ValueError(f"a model of format {raw['format']}")
    modules = {m["name"]: Module(m["name"], clocks_of(m["zone"]), m["whole_days"],
                                 m["tables"]) for m in raw["modules"]}
    return Policy(
        categories={c["name"]: _category(c, modules) for c in raw["categories"]},
        entities={e["name"]: _entity(e) for e in raw["entities"]},
        tables={t["name"]: _table(t) for t in raw["tables"]}, modules=modules)
