#!/usr/bin/env python3
"""Cases that once went wrong: tests/oracle/cases/NAME.

A folder holds *.tenure, records.jsonl, FACTS.jsonl of the entities, and case.json:

    {"says": why it is so, with the section of the language,
     "category": "m.c", "keys": {"customer": "customer_id"},
     "facts": ["customer"], "none": ["employee"],
     "expect": {"2026-01-01T00:00:00Z": [{"verdict": "keep", ...}, ...]}}

At each instant, one object a record, with the fields that matter. The program and the
oracle must both give them. `cases.py NAME` prints what they give. With "placement":
"db" in place of keys and facts, the files hold a deployment, and the program alone is
asked.
"""
from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from drafts import FactsDraft, ModuleDraft, Scenario
from program import Refused, Trial, oracle_says

CASES = Path(__file__).resolve().parent / "cases"


class FileDraft(ModuleDraft):
    """A module that is a file already."""

    def text(self) -> str:
        """The file's text."""
        return self.header[0]


def find_cases() -> list[Path]:
    """All folders."""
    return sorted(path.parent for path in CASES.glob("*/case.json"))


def read_case(folder: Path) -> tuple[Scenario, dict[str, Any]]:
    """The scenario, and what case.json says."""
    said = json.loads((folder / "case.json").read_text())
    modules: list[ModuleDraft] = [FileDraft(path.stem, [path.read_text()])
                                  for path in sorted(folder.glob("*.tenure"))]
    facts = [FactsDraft(name, (folder / f"{name}.jsonl").read_bytes().splitlines())
             for name in said.get("facts", [])]
    facts += [FactsDraft(name, None) for name in said.get("none", [])]
    records = (folder / "records.jsonl").read_bytes().splitlines()
    return Scenario(modules, said.get("category", ""), said.get("keys", {}), facts,
                    records, list(said["expect"])), said


def _differences(who: str, at: str, expected: list[dict[str, Any]],
                 found: list[dict[str, Any]]) -> list[str]:
    problems = []
    for number, (wanted, given) in enumerate(zip(expected, found, strict=True), 1):
        for name, value in wanted.items():
            actual = [list(d) for d in given[name]] if name == "detail" else given[name]
            if actual != value:
                problems.append(f"at {at}, record {number}, {name}: expected "
                                f"{json.dumps(value)}, {who} {json.dumps(actual)}")
    return problems


def check_case(folder: Path) -> str | None:
    """What is wrong with a case; None: nothing."""
    scenario, said = read_case(folder)
    expected = said["expect"]
    problems = []
    with tempfile.TemporaryDirectory(prefix="tenure-case-") as name:
        trial = Trial(scenario, Path(name) / "case")
        trial.write()
        try:
            if "placement" in said:
                for at in scenario.instants:
                    problems += _differences("the program", at, expected[at],
                                             trial.decided_by(said["placement"], at))
                return "\n".join(problems) or None
            cases = trial.cases(trial.model())
            for at in scenario.instants:
                ours = [oracle_says(n, case, at) for n, case in cases]
                problems += _differences("the oracle", at, expected[at], ours)
                problems += _differences("the program", at, expected[at],
                                         trial.decided(at))
        except (Refused, ValueError) as error:
            problems.append(str(error))
    return "\n".join(problems) or None


def main() -> None:
    """What the oracle says of a case, as the start of its expectations."""
    scenario, said = read_case(CASES / sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="tenure-case-") as name:
        trial = Trial(scenario, Path(name) / "case")
        trial.write()
        cases = trial.cases(trial.model())
        for at in said["expect"]:
            for number, case in cases:
                print(at, json.dumps(oracle_says(number, case, at)))


if __name__ == "__main__":
    main()
