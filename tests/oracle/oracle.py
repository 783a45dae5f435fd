#!/usr/bin/env python3
"""Decides as `tenure eval --json --records` does, from the model alone.

    tenure check --model POLICY... > model.json
    oracle.py model.json --category NAME --at INSTANT
        [--facts ENTITY:KEY=FILE | --facts ENTITY=none]... [--key ENTITY=FIELD]...
        [--store PLACEMENT] < records.jsonl
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from facts import Facts, read_facts
from instants import read_instant
from model import Category, Policy, read_model
from records import read_line
from verdicts import Source, describe, weigh


def find_entity(policy: Policy, name: str) -> str:
    """The full name of an entity that is given by its last part, or whole."""
    found = [full for full in policy.entities
             if full == name or full.endswith("." + name)]
    if len(found) != 1:
        raise SystemExit(f"oracle: {name}: {len(found)} entities of this name")
    return found[0]


def open_facts(policy: Policy, argument: str) -> tuple[str, Facts]:
    """ENTITY:KEY=FILE or ENTITY=none."""
    left, right = argument.split("=", 1)
    name, _, key = left.partition(":")
    entity = policy.entities[find_entity(policy, name)]
    if not key:
        return entity.name, Facts(entity, is_none=True)
    lines = Path(right).read_bytes().splitlines()
    return entity.name, read_facts(entity, map(read_line, lines), key)


def find_placement(category: Category, store: str | None) -> int | None:
    """The number of a placement by the policy's word for its store."""
    stores = [name for name, _ in category.stores]
    return None if store is None else stores.index(store)


def main() -> None:
    """Reads records from the standard input."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--category", required=True)
    parser.add_argument("--at", required=True)
    parser.add_argument("--facts", action="append", default=[])
    parser.add_argument("--key", action="append", default=[])
    parser.add_argument("--store")
    options = parser.parse_args()
    policy = read_model(Path(options.model).read_bytes())
    category = policy.categories[options.category]
    facts = dict(open_facts(policy, argument) for argument in options.facts)
    keys = {find_entity(policy, name): column for name, column in
            (argument.split("=", 1) for argument in options.key)}
    now = read_instant(options.at)
    source = Source(keys, placement=find_placement(category, options.store))
    for number, line in enumerate(sys.stdin.buffer.read().splitlines(), 1):
        case = weigh(policy, category, source, facts, read_line(line))
        assert case is not None, "nothing picks records here"
        print(json.dumps({"record": number, **describe(case, now)}))


if __name__ == "__main__":
    main()
