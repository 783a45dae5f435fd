"""plan and apply against the oracle: what is gone from a database, and what is redacted.

A record goes if its verdict is delete at the plan's instant and at the moment of deleting.
Fields go if they are to be redacted at both.
"""
from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

from instants import SECOND, read_instant, write_instant
from program import Refused, Trial, run_program
from verdicts import Case

MINUTE = 60 * SECOND


def _clock() -> int:
    return time.time_ns()


def _rows(trial: Trial) -> dict[int, dict[str, Any]]:
    """The records in the database, by number."""
    with closing(sqlite3.connect(trial.folder / "d.db")) as db:
        found = db.execute("SELECT * FROM records")
        names = [column[0] for column in found.description]
        return {row[0]: dict(zip(names, row)) for row in found}


def _columns(trial: Trial) -> dict[str, str]:
    """The column of each field that can be redacted."""
    draft = trial.scenario.deployment
    assert draft is not None
    found = {each.name: each.value.removeprefix("record.") for each in draft.maps}
    return {name: found.get(name, name) for name in ("note", "label", "amount")}


def _problem(trial: Trial, case: Case, instants: tuple[int, int, int],
             before: dict[str, Any], after: dict[str, Any] | None) -> str | None:
    """What is wrong with one record: the plan's instant, then when apply began and
    ended. """
    planned, first, last = (case.at(t) for t in instants)
    if first.step != last.step:
        return None  # it can't be told when it was looked at
    is_due = planned.verdict == first.verdict == "delete"
    if (after is None) != is_due:
        return f"{planned.verdict} at the plan's instant, {first.verdict} when " \
               f"applied, and {'gone' if after is None else 'still there'}"
    changed = {name for name in before if after is not None
               and after[name] != before[name]}
    columns = _columns(trial)
    wanted = {columns[name] for name in planned.redact
              if name in first.redact and after is not None}
    if changed - wanted:
        return f"changed in {sorted(changed)}, to be redacted in {sorted(wanted)}"
    kept = {name for name in wanted - changed
            if after is not None and after[name] != "x"}
    return f"not redacted in {sorted(kept)}" if kept else None


def apply_problems(trial: Trial, cases: list[tuple[int, Case]]) -> tuple[list[str], int]:
    """Plans and applies; what is wrong with the database then, and how many rows are
    gone or changed. """
    trial.write()
    before = _rows(trial)
    base = read_instant(trial.scenario.instants[0])
    assert base is not None
    at = base if base < _clock() - MINUTE else _clock() // SECOND * SECOND
    files = trial.policies()
    code, _, said = run_program(["plan", *files, "--at", write_instant(at), "-o",
                                 "p.plan"], trial.folder)
    if code != 0:
        raise Refused(f"plan: exit {code}: {said}")
    began = _clock()
    code, _, said = run_program(["apply", "p.plan", "--yes", "--max-delete", "100%"],
                                trial.folder)
    if code != 0:
        raise Refused(f"apply: exit {code}: {said}")
    after = _rows(trial)
    instants = (at, began, _clock())
    problems = []
    for number, case in cases:
        problem = _problem(trial, case, instants, before[number], after.get(number))
        if problem is not None:
            problems.append(f"planned for {write_instant(at)}, record {number}: "
                            f"{problem}")
    strangers = set(before) - {number for number, _ in cases}
    if any(after.get(number) != before[number] for number in strangers):
        problems.append("rows that are no records of the category are not as they were")
    return problems, sum(after.get(number) != row for number, row in before.items())
