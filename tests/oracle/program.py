"""The program under test: scenarios as files, and what it says of them."""
from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cel_syntax import parse
from drafts import MapDraft, Scenario
from facts import Facts, read_facts
from instants import read_instant
from model import Policy, read_model
from database import as_cells, as_row, csv_of, write_table
from records import Line, Mapping, columns_of, is_blank, read_line
from values import Encoding
from verdicts import Case, Source, describe, weigh

BUILD = os.environ.get("BUILD", "build")
ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 60

FIELDS = ("record", "category", "verdict", "reason", "clause", "due", "deadline",
          "overdue", "conflict", "next_change", "redact", "detail")


def binary() -> Path:
    """The program, in the build directory that make uses."""
    return ROOT / BUILD / "tenure"


class Refused(Exception):
    """The program does not take the scenario; what it said."""


def run_program(arguments: list[str], folder: Path) -> tuple[int, bytes, str]:
    """Exit code, output, and what was said on standard error."""
    done = subprocess.run([str(binary()), *arguments], cwd=folder,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=TIMEOUT, check=False)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def _mapping(draft: MapDraft) -> Mapping:
    return Mapping(draft.value, Encoding(draft.encoding, draft.zone, draft.absent))


def _summary(entry: dict[str, Any]) -> dict[str, Any]:
    """A verdict of the program, as verdicts.describe() has it."""
    detail = [(doubt["reason"], doubt["clause"]) for doubt in entry["detail"]]
    return {**entry, "detail": list(dict.fromkeys(detail))}


@dataclass
class Trial:
    """A scenario in a folder, as the program and the oracle see it."""

    scenario: Scenario
    folder: Path

    def write(self) -> None:
        """All files, and none that are not of this scenario."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for module in self.scenario.modules:
            (self.folder / f"{module.name}.tenure").write_text(module.text())
        if self.scenario.deployment is not None:
            (self.folder / "d.tenure").write_text(self.scenario.deployment.text())
        if self.is_sqlite:
            self._write_database()
            return
        if self.scenario.is_csv:
            self._write_cells()
            return
        for facts in self.scenario.facts:
            if facts.rows is not None:
                (self.folder / f"{facts.entity}.jsonl").write_bytes(
                    b"".join(row + b"\n" for row in facts.rows))
        (self.folder / "records.jsonl").write_bytes(
            b"".join(record + b"\n" for record in self.scenario.records))

    def _write_cells(self) -> None:
        for facts in self.scenario.facts:
            if facts.rows is not None:
                columns = {"id"}.union(*(m.fact_names(facts.entity)
                                         for m in self.scenario.modules))
                (self.folder / f"{facts.entity}.csv").write_text(
                    csv_of(columns, facts.rows))
        columns = set(self.scenario.keys.values()) | self._field_names()
        (self.folder / "records.csv").write_text(csv_of(columns, self.scenario.records))

    def _field_names(self) -> set[str]:
        return {text.split(" ")[0] for module in self.scenario.modules
                for category in module.categories for text in category.fields}

    @property
    def is_sqlite(self) -> bool:
        """Whether records and facts are rows of a database."""
        draft = self.scenario.deployment
        return draft is not None and draft.kind == "sqlite"

    def _write_database(self) -> None:
        draft = self.scenario.deployment
        assert draft is not None
        with closing(sqlite3.connect(self.folder / "d.db")) as db:
            for facts in self.scenario.facts:
                columns = {"id"}.union(*(_mapping(each).columns
                                         for each in draft.facts.get(facts.entity, [])))
                write_table(db, facts.entity, columns, facts.rows or [])
            columns = set().union(*(_mapping(each).columns for each in draft.maps))
            if draft.where is not None:
                columns |= columns_of(parse(draft.where))
            columns |= self._field_names()
            write_table(db, "records", columns, self.scenario.records, "rid")
            db.commit()

    def line(self, text: bytes) -> Line | None:
        """A record or row of facts as the store has it; None: it has no such thing."""
        if self.is_sqlite:
            return as_row(text)
        if self.scenario.is_csv:
            return as_cells(text)
        return None if is_blank(text) else read_line(text)

    # --- the program

    def policies(self) -> list[str]:
        """The files, as the command line names them."""
        names = [module.name for module in self.scenario.modules]
        if self.scenario.deployment is not None:
            names.append("d")
        return [f"{name}.tenure" for name in names]

    def model(self) -> Policy:
        """What `tenure check --model` prints."""
        code, out, said = run_program(["check", "--model", *self.policies()], self.folder)
        if code != 0:
            raise Refused(said)
        return read_model(out)

    def command(self, at: str) -> list[str]:
        """The arguments with which the records are decided."""
        scenario = self.scenario
        if scenario.deployment is not None:
            return ["eval", *self.policies(), "--placement",
                    scenario.deployment.placement.split()[0], "--at", at, "--records"]
        kind = "csv" if scenario.is_csv else "jsonl"
        arguments = ["eval", *self.policies(), "--category", scenario.category]
        for facts in scenario.facts:
            arguments += ["--facts", f"{facts.entity}=none" if facts.rows is None
                          else f"{facts.entity}:id={facts.entity}.{kind}"]
        for entity, column in scenario.keys.items():
            arguments += ["--key", f"{entity}={column}"]
        return arguments + ["--at", at, "--json", "--records", f"records.{kind}"]

    def decided(self, at: str) -> list[dict[str, Any]]:
        """The program's verdicts."""
        return self._decided(self.command(at))

    def decided_by(self, placement: str, at: str) -> list[dict[str, Any]]:
        """The same, where a deployment is among the files."""
        return self._decided(["eval", *self.policies(), "--placement", placement, "--at",
                              at, "--records"])

    def _decided(self, arguments: list[str]) -> list[dict[str, Any]]:
        code, out, said = run_program(arguments, self.folder)
        if code != 0:
            raise Refused(f"exit {code}: {said}")
        return [_summary(json.loads(line)) for line in out.splitlines()]

    # --- the oracle

    def source(self, policy: Policy, full: dict[str, str]) -> Source:
        """What the command, or the deployment, says of the records."""
        keys = {full[name]: column for name, column in self.scenario.keys.items()
                if name in full}
        draft = self.scenario.deployment
        if draft is None:
            return Source(keys)
        category = policy.categories[self.scenario.category]
        store, _, role = draft.placement.split()
        placement = next(number for number, (name, roles) in enumerate(category.stores)
                         if name == store and role in roles)
        names = {f.name for f in category.fields}
        maps = {each.name: _mapping(each) for each in draft.maps if each.name in names}
        keys = {full[each.name]: each.value for each in draft.maps if each.name in full}
        return Source(keys, maps, placement,
                      None if draft.where is None else parse(draft.where))

    def cases(self, policy: Policy) -> list[tuple[int, Case]]:
        """The oracle's, of all lines that are records of the category."""
        category = policy.categories[self.scenario.category]
        full = {name.rsplit(".", 1)[-1]: name for name in policy.entities}
        facts: dict[str, Facts] = {}
        deployment = self.scenario.deployment
        for draft in self.scenario.facts:
            if draft.entity not in full:
                continue
            entity = policy.entities[full[draft.entity]]
            maps = None if deployment is None else {
                each.name: _mapping(each)
                for each in deployment.facts.get(draft.entity, [])}
            facts[entity.name] = Facts(entity, is_none=True) if draft.rows is None \
                else read_facts(entity, filter(None, map(self.line, draft.rows)), "id",
                                maps)
        source = self.source(policy, full)
        cases = [(number, weigh(policy, category, source, facts, line))
                 for number, record in self.numbered()
                 if (line := self.line(record)) is not None]
        return [(number, case) for number, case in cases if case is not None]

    def numbered(self) -> list[tuple[int, bytes]]:
        """The records by the number of their line, or row."""
        records = self.scenario.records
        if self.scenario.is_csv:  # a line names the columns; what is no row is left out
            return list(enumerate((r for r in records if as_cells(r) is not None), 2))
        return list(enumerate(records, 1))


def oracle_says(number: int, case: Case, at: str,
                has_keys: bool = False) -> dict[str, Any]:
    """The oracle's verdict of record `number`, from 1, which is its key where the store
    has keys; else the field with @key tells more. """
    now = read_instant(at)
    assert now is not None
    found = describe(case, now)
    is_number = has_keys or case.identity is None
    record = number if is_number else case.identity
    return {"record": record, **found, "detail": list(dict.fromkeys(found["detail"]))}


def differing(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """The fields in which two verdicts differ."""
    return [name for name in FIELDS if ours[name] != theirs[name]]
