"""Policies in parts: what the generator makes and the shrinker takes from.

A draft need not be a good policy; `tenure check` says whether it is.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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

    def fact_names(self, entity: str) -> set[str]:
        """The events and attributes of an entity, if it is declared here."""
        return {text.split(" ")[1] for each in self.entities if each.name == entity
                for text in each.facts}

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
class MapDraft:
    """`name = value [as ENCODING ["ZONE"]] [absent SENTINEL]` of a deployment."""

    name: str
    value: str  # a column, or an expression of columns
    encoding: str = "none"
    zone: str = "UTC"
    absent: Any = None

    def text(self) -> str:
        """As it is written."""
        text = f"{self.name} = {self.value}"
        if self.encoding == "local":
            text += f' as local "{self.zone}"'
        elif self.encoding != "none":
            text += f" as {self.encoding}"
        if self.absent is not None:
            text += f" absent {self.absent}" if isinstance(self.absent, int) \
                else f' absent "{self.absent}"'
        return text


@dataclass
class DeploymentDraft:
    """Where the records of one placement are, and how they are written."""

    module: str
    placement: str  # "queue as temporary"
    others: list[str]  # the same of placements that nobody manages
    maps: list[MapDraft]
    facts: dict[str, list[MapDraft]]
    where: str | None = None
    kind: str = "jsonl"  # or sqlite

    def text(self) -> str:
        """The file."""
        place, noun = (".", "file") if self.kind == "jsonl" else ("d.db", "table")
        lines = [f"deployment d of {self.module}", f'store s = {self.kind} "{place}"']
        for entity, maps in self.facts.items():
            lines.append(f'entity {entity} from s {noun} "{entity}" key id {{')
            lines += ["    " + each.text() for each in maps] + ["}"]
        where = "" if self.where is None else f" where ({self.where})"
        lines.append(f"bind {self.module}.c {{")
        lines.append(f'    {self.placement} to s {noun} "records"{where} {{')
        lines += ["        " + each.text() for each in self.maps] + ["    }"]
        lines += [f'    {other} unmanaged "tape" expires 1 day' for other in self.others]
        return "\n".join(lines + ["}"]) + "\n"


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
    deployment: DeploymentDraft | None = None
    is_csv: bool = False
