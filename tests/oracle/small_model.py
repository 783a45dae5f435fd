"""Models for the oracle's own tests, in the shape of `tenure check --model`, with what a
test does not say filled in. """
from __future__ import annotations

import json
from typing import Any

from model import Policy, read_model

NONE = {"months": 0, "days": 0, "seconds": 0}
YEAR = {"months": 12, "days": 0, "seconds": 0}
MONTH = {"months": 1, "days": 0, "seconds": 0}
EARLIEST = "1971-01-01T00:00:00Z"


def days(count: int) -> dict[str, int]:
    """A period of days."""
    return {"months": 0, "days": count, "seconds": 0}


def field(name: str, kind: str, created: bool = False) -> dict[str, Any]:
    """A field, with the usual bounds."""
    return {"name": name, "type": kind, "created": created, "key": False,
            "earliest": EARLIEST, "ahead_seconds": 86400}


def event(name: str) -> dict[str, Any]:
    """An event of an entity."""
    return {"name": name, "event": True, "type": "event", "earliest": EARLIEST}


def attribute(name: str, kind: str) -> dict[str, Any]:
    """An attribute of an entity."""
    return {"name": name, "event": False, "type": kind, "earliest": EARLIEST}


def anchor(*names: str, rounding: str = "none", op: str = "one") -> dict[str, Any]:
    """Fields, or events with their entity's dotted name."""
    members = [{"event": name} if "." in name else {"field": name} for name in names]
    return {"rounding": rounding, "op": op, "members": members}


def clause(kind: str, **more: Any) -> dict[str, Any]:
    """A clause; `guard` is text, or ("unless", text)."""
    made = {"kind": kind, "module": "m", "at": "", "anchor": None, "event": None,
            "period": NONE, "window": NONE, "guard": None, "redact": [],
            "placement": None, "form": None, **more}
    if isinstance(made["event"], str):
        made["event"] = {"event": made["event"]}
    if made["guard"] is not None:
        text = made["guard"]
        made["guard"] = {"text": text if isinstance(text, str) else text[1],
                         "negated": not isinstance(text, str)}
    return made


def policy(fields: list[dict[str, Any]], clauses: list[dict[str, Any]],
           facts: list[dict[str, Any]] | None = None, **more: Any) -> Policy:
    """A policy of one module m with one category m.c, of the entity m.customer if there
    are facts. """
    created = next((f["name"] for f in fields if f["created"]), None)
    for number, made in enumerate(clauses):
        made["at"] = f"m.tenure:{number + 1}:1"
    of = [] if facts is None else [
        {"entity": "m.customer", "optional": more.get("optional", False)}]
    return read_model(json.dumps({
        "format": 1,
        "modules": [{"name": "m", "zone": more.get("zone", "UTC"),
                     "whole_days": more.get("whole_days", False),
                     "tables": {"age": "m.age"}}],
        "entities": [{"name": "m.customer", "facts": facts or []}],
        "tables": [{"name": "m.age", "rows": [["DE", 16]], "default": 13}],
        "categories": [{"name": "m.c", "strict": more.get("strict", False), "of": of,
                        "fields": fields, "created": created,
                        "placements": more.get("placements", []), "clauses": clauses}],
    }))
