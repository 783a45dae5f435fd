"""Makes a scenario small while something stays true of it."""
from __future__ import annotations

import copy
import json
import re
from typing import Any, Callable, Iterator

from cel_syntax import parse
from cel_text import simpler, text_of
from drafts import CategoryDraft, ClauseDraft, Scenario
from instants import DAY, SECOND, read_instant, write_instant

Test = Callable[[Scenario], bool]


def _without(items: list[Any]) -> Iterator[list[Any]]:
    """The list without its halves, quarters, ... single items."""
    size = len(items)
    while size > 0:
        for start in range(0, len(items), size):
            yield items[:start] + items[start + size:]
        size //= 2


class _Maps:
    """A list that is nobody's attribute; setting it changes it in place."""

    def __init__(self, maps: list[Any]) -> None:
        self.__dict__["maps"] = maps

    def __setattr__(self, name: str, value: list[Any]) -> None:
        self.maps[:] = value


def _lists(scenario: Scenario) -> Iterator[tuple[Any, str]]:
    """Everything that is a list of what can be left out: its owner and name."""
    yield scenario, "modules"
    yield scenario, "records"
    yield scenario, "instants"
    yield scenario, "facts"
    if scenario.deployment is not None:
        yield scenario.deployment, "maps"
        for maps in scenario.deployment.facts.values():
            yield _Maps(maps), "maps"
    for facts in scenario.facts:
        if facts.rows is not None:
            yield facts, "rows"
    for module in scenario.modules:
        for name in ("categories", "entities", "tables", "header"):
            yield module, name
        for entity in module.entities:
            yield entity, "facts"
        for category in module.categories:
            for name in ("clauses", "aspects", "fields", "of"):
                yield category, name


def _smaller_lists(scenario: Scenario) -> Iterator[Callable[[Scenario], None]]:
    for place, (owner, name) in enumerate(_lists(scenario)):
        for items in _without(getattr(owner, name)):
            def apply(copied: Scenario, place: int = place, items: Any = items) -> None:
                target, attribute = list(_lists(copied))[place]
                setattr(target, attribute, copy.deepcopy(items))
                names = {facts.entity for facts in copied.facts}
                copied.keys = {k: v for k, v in copied.keys.items() if k in names}
            yield apply


def _clauses(scenario: Scenario) -> list[ClauseDraft]:
    return [clause for module in scenario.modules for category in module.categories
            for clause in category.clauses]


def _categories(scenario: Scenario) -> list[CategoryDraft]:
    return [c for module in scenario.modules for c in module.categories]


_HEADS = [(r" \+ \d+ \w+", ""), (r"\d+ \w+ \+ ", ""), (r"end of (sunday )?\w+ of ", ""),
          (r"(?:latest|earliest) of \((\w[\w.]*),.*?\)", r"\1"),
          (r"(?:latest|earliest) of \(.*?, ([\w.]+)\)", r"\1"),
          (r"(?:latest|earliest) of \(([\w.]+), [\w.]+, ([\w.]+)\)",
           r"latest of (\1, \2)"),
          (r" (then delete )?within .*", ""), (r" after \d+ \w+ within .*", ""),
          (r" then delete.*", ""), (r" immediately", ""), (r" to \"x\"", ""),
          (r"\b\d+ (year|month|week|day|hour|minute|second)s?", r"1 \1"),
          (r"\b(\d+) (year|month|week)s?", r"\1 days"), (r"redact \w+, ", "redact ")]


def _simpler_clause(clause: ClauseDraft) -> Iterator[ClauseDraft]:
    if clause.why is not None:
        yield ClauseDraft(clause.head, clause.guard, clause.word)
    if clause.guard is not None:
        yield ClauseDraft(clause.head)
        for tree in simpler(parse(clause.guard)):
            yield ClauseDraft(clause.head, text_of(tree), clause.word)
        if clause.word == "unless":
            yield ClauseDraft(clause.head, clause.guard)
    for pattern, replacement in _HEADS:
        head = re.sub(pattern, replacement, clause.head)
        if head != clause.head:
            yield ClauseDraft(head, clause.guard, clause.word)


def _simpler_clauses(scenario: Scenario) -> Iterator[Callable[[Scenario], None]]:
    for number, clause in enumerate(_clauses(scenario)):
        for simple in _simpler_clause(clause):
            def apply(copied: Scenario, number: int = number,
                      simple: ClauseDraft = simple) -> None:
                _clauses(copied)[number].__dict__.update(simple.__dict__)
            yield apply
    for number, category in enumerate(_categories(scenario)):
        if category.is_strict:
            yield lambda copied, number=number: setattr(
                _categories(copied)[number], "is_strict", False)
        for place, text in enumerate(category.fields):
            bare = re.sub(r" @plausible\(.*?\)", "", text)
            bare = bare if bare != text else text.replace(" @created", "")
            if bare != text:
                def apply_field(copied: Scenario, number: int = number,
                                place: int = place, bare: str = bare) -> None:
                    _categories(copied)[number].fields[place] = bare
                yield apply_field
        for place, text in enumerate(category.of):
            if text.endswith(" optional"):
                def apply_of(copied: Scenario, number: int = number,
                             place: int = place) -> None:
                    of = _categories(copied)[number].of
                    of[place] = of[place][:-9]
                yield apply_of


def _rounder(text: str) -> Iterator[str]:
    """Rounder instants than this one."""
    t = read_instant(text)
    if t is None:
        return
    for unit in (365 * DAY, 30 * DAY, DAY, 3600 * SECOND, SECOND):
        if t % unit == 0:
            break  # upwards only, or it would never end
        for instant in (t // unit * unit, -(-t // unit) * unit):
            if instant != t and read_instant(write_instant(instant)) is not None:
                yield write_instant(instant)
    if write_instant(t) != text:
        yield write_instant(t)


def _simpler_lines(line: bytes) -> Iterator[bytes]:
    """An object without a member, or with a rounder instant."""
    try:
        members = json.loads(line, object_pairs_hook=list)
    except ValueError:
        return
    if not isinstance(members, list) or not all(isinstance(m, tuple) for m in members):
        return

    def write(chosen: list[tuple[str, Any]]) -> bytes:
        parts = [f"{_json(name)}: {_json(_plain(value))}" for name, value in chosen]
        return ("{" + ", ".join(parts) + "}").encode()
    for fewer in _without(members):
        yield write(fewer)
    for place, (name, value) in enumerate(members):
        for other in _rounder(value) if isinstance(value, str) else [0, 1]:
            if value != other and not isinstance(value, (bool, type(None))) \
                    and not (isinstance(value, int) and abs(value) <= 9):
                yield write(members[:place] + [(name, other)] + members[place + 1:])


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """What object_pairs_hook=list made of inner objects, undone."""
    if isinstance(value, list) and value and all(isinstance(v, tuple) for v in value):
        return {k: _plain(v) for k, v in value}
    return value


def _simpler_data(scenario: Scenario) -> Iterator[Callable[[Scenario], None]]:
    for number, line in enumerate(scenario.records):
        for other in _simpler_lines(line):
            yield lambda copied, number=number, other=other: \
                copied.records.__setitem__(number, other)
    for place, facts in enumerate(scenario.facts):
        if facts.rows is not None:
            yield lambda copied, place=place: setattr(copied.facts[place], "rows", None)
        for number, line in enumerate(facts.rows or []):
            for other in _simpler_lines(line):
                yield lambda copied, place=place, number=number, other=other: \
                    copied.facts[place].rows.__setitem__(number, other)
    for number, text in enumerate(scenario.instants):
        for rounder in _rounder(text):
            yield lambda copied, number=number, rounder=rounder: \
                copied.instants.__setitem__(number, rounder)
    if scenario.deployment is not None and scenario.deployment.where is not None:
        yield lambda copied: setattr(copied.deployment, "where", None)
    for number, module in enumerate(scenario.modules):
        for place, line in enumerate(module.header):
            if line.startswith("zone ") and line != 'zone "Europe/Paris"':
                yield lambda copied, number=number, place=place: \
                    copied.modules[number].header.__setitem__(
                        place, 'zone "Europe/Paris"')


def _size(scenario: Scenario) -> int:
    texts = [module.text() for module in scenario.modules]
    lines = scenario.records + [r for f in scenario.facts for r in f.rows or []]
    return sum(map(len, texts)) + sum(map(len, lines)) + 20 * len(scenario.instants)


def shrink(scenario: Scenario, still: Test, most: int = 3000) -> Scenario:
    """The smallest scenario found of which `still` holds, by at most that many tries."""
    tries = 0
    is_smaller = True
    while is_smaller and tries < most:
        is_smaller = False
        for source in (_smaller_lists, _simpler_clauses, _simpler_data):
            is_stale = True
            while is_stale and tries < most:
                is_stale = False
                for apply in source(scenario):
                    candidate = copy.deepcopy(scenario)
                    apply(candidate)
                    if candidate == scenario:
                        continue
                    tries += 1
                    if still(candidate):
                        is_smaller |= _size(candidate) < _size(scenario)
                        scenario, is_stale = candidate, True
                        break
                    if tries >= most:
                        break
    return scenario
