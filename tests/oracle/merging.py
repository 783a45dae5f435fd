"""What a category comes to by inheritance, from the drafts: language, section 2.

"A category that parent and module both describe (same simple name) is merged aspect by
aspect ... What the module speaks to replaces the parent's aspect; what it leaves alone
stays; flags, holds and redactions add up ... `subject to` is the other direction: the
standard's clauses (all but retain forms), for a namesake category or `every category`,
are added." Clauses stand in the order in which they are written: module, parents,
standards.
"""
from __future__ import annotations

from drafts import CategoryDraft, ModuleDraft, Scenario
from model import Category

ADDED_UP = ("flag", "hold", "redact")


def _places(module: ModuleDraft) -> dict[int, list[str]]:
    """For each category of the file, the places of its clauses."""
    line = 1 + len(module.header) + sum(len(e.lines()) for e in module.entities) \
        + len(module.tables)
    found = {}
    for category in module.categories:
        lines = category.lines()
        first = line + len(lines) - 1 - len(category.clauses)
        found[id(category)] = [f"{module.name}.tenure:{first + number + 1}:5"
                               for number in range(len(category.clauses))]
        line += len(lines)
    return found


def _named(module: ModuleDraft, word: str) -> list[str]:
    """The modules after `extends` or `subject to`."""
    return [line[len(word) + 1:] for line in module.header if line.startswith(word + " ")]


def _chain(modules: dict[str, ModuleDraft], name: str) -> list[ModuleDraft]:
    """A module, its parent, the parent's parent ..."""
    found = [modules[name]]
    while _named(found[-1], "extends"):
        found.append(modules[_named(found[-1], "extends")[0]])
    return found


def _own(module: ModuleDraft) -> CategoryDraft | None:
    return next((c for c in module.categories if c.name == "c"), None)


def _is_added_up(head: str) -> bool:
    return head.split()[0] in ADDED_UP


def expected_clauses(scenario: Scenario) -> list[str]:
    """The places of all clauses of m.c, in order."""
    modules = {module.name: module for module in scenario.modules}
    chain = _chain(modules, "m")
    found: list[str] = []
    is_told = False  # which module's retention counts
    for module in chain:
        own = _own(module)
        if own is None:
            continue
        places = _places(module)[id(own)]
        speaks = any(not _is_added_up(clause.head) for clause in own.clauses)
        found += [place for place, clause in zip(places, own.clauses)
                  if not is_told or _is_added_up(clause.head)]
        is_told |= speaks
    standards = [name for module in chain for name in _named(module, "subject to")]
    for name in dict.fromkeys(standards):
        # what it says of this category comes before what it says of all
        for category in sorted(modules[name].categories, key=lambda c: c.name is None):
            found += _places(modules[name])[id(category)]
    return found


def _said(scenario: Scenario, word: str) -> str:
    """The text of an aspect, from the nearest module that speaks of it."""
    modules = {module.name: module for module in scenario.modules}
    for module in _chain(modules, "m"):
        own = _own(module)
        found = [text for text in own.aspects if text.startswith(word)] if own else []
        if found:
            return found[0]
    return ""


def _fields(scenario: Scenario) -> list[str]:
    """The names of the fields, from the nearest module that states any."""
    modules = {module.name: module for module in scenario.modules}
    for module in _chain(modules, "m"):
        own = _own(module)
        if own is not None and own.fields:
            return [text.split(" ")[0] for text in own.fields]
    return []


def merge_problems(scenario: Scenario, category: Category) -> list[str]:
    """What the checked category has otherwise."""
    problems = []
    clauses = [c.at for c in category.clauses if c.kind != "placement_limit"]
    if clauses != expected_clauses(scenario):
        problems.append(f"clauses: expected {expected_clauses(scenario)}, not {clauses}")
    fields = [f.name for f in category.fields]
    if fields != _fields(scenario):
        problems.append(f"fields: expected {_fields(scenario)}, not {fields}")
    stored = _said(scenario, "stored in")
    stores = [part.split(" as ")[0].strip() for part in stored[9:].split(",")]
    limits = sum(" for at most " in part for part in stored.split(","))
    if [name for name, _ in category.stores] != stores:
        problems.append(f"stores: expected {stores}, not {category.stores}")
    found = {c.placement for c in category.clauses if c.kind == "placement_limit"}
    if len(found) != limits:
        problems.append(f"{limits} placements have limits, not {len(found)}")
    return problems
