"""Policies in parts: what the generator makes and the shrinker takes from.

A draft need not be a good policy; `tenure check` says whether it is.
"""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ClauseDraft:
    """One clause: its head, and the condition after `when` or `unless`."""

    head: str
    guard: str | None = None
    word: str = "when"
    why: str | None = None

    def text(self) -> str:
        """As it is written, in one line."""
        guard = "" if self.guard is None else f" {self.word} {self.guard}"
        return self.head + guard + ("" if self.why is None else f' because "{self.why}"')


@dataclass
class CategoryDraft:
    """A category, or with the name None what holds for `every category`."""

    name: str | None
    of: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    is_strict: bool = False
    aspects: list[str] = field(default_factory=list)  # purpose, basis, stored, ...
    clauses: list[ClauseDraft] = field(default_factory=list)

    def lines(self) -> list[str]:
        """As it is written."""
        of = " of " + ", ".join(self.of) if self.of else ""
        head = "every category" if self.name is None else f'category {self.name} "C"{of}'
        lines = [head + " {"]
        if self.fields:
            lines.append("    fields strict {" if self.is_strict else "    fields {")
            lines += ["        " + text for text in self.fields]
            lines.append("    }")
        lines += ["    " + text for text in self.aspects]
        lines += ["    " + clause.text() for clause in self.clauses]
        return lines + ["}"]


@dataclass
class EntityDraft:
    """An entity with its events and attributes."""

    name: str
    facts: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """As it is written."""
        return [f'entity {self.name} "E" {{', *("    " + text for text in self.facts),
                "}"]


@dataclass
class ModuleDraft:
    """One file."""

    name: str
    header: list[str] = field(default_factory=list)  # extends, zone, grace, ...
    entities: list[EntityDraft] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    categories: list[CategoryDraft] = field(default_factory=list)

    def text(self) -> str:
        """The whole file."""
        lines = [f'module {self.name} "M"', *self.header]
        for part in self.entities:
            lines += part.lines()
        lines += self.tables
        for category in self.categories:
            lines += category.lines()
        return "\n".join(lines) + "\n"


@dataclass
class FactsDraft:
    """The rows of one entity; None: `--facts ENTITY=none`."""

    entity: str
    rows: list[bytes] | None


@dataclass
class Scenario:
    """A policy, facts, records, and the instants at which they are decided."""

    modules: list[ModuleDraft]
    category: str  # its full name
    keys: dict[str, str]  # entity: field of the record
    facts: list[FactsDraft]
    records: list[bytes]
    instants: list[str]
