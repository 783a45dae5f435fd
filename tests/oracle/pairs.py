#!/usr/bin/env python3
"""`tenure diff` against the oracle, on random pairs of policies.

    pairs.py [-n COUNT] [--seed SEED] [--seconds S]

A random policy is changed in one word. What diff says must be so: each of its examples is
decided by the oracle under both policies. And what the oracle finds in the scenario's own
records must be known: a policy that diff proves the same decides no record otherwise.
Differences that diff looked for and did not find are counted, and may be few.
"""
from __future__ import annotations

import argparse
import copy
import json
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from drafts import ClauseDraft, Scenario
from facts import Facts, read_facts
from generate import make
from instants import read_instant
from model import Policy
from program import Refused, Trial, run_program
from records import read_line
from verdicts import Case, Source, weigh

FAR = read_instant("9000-01-01T00:00:00Z")
NUMBER = re.compile(r"\b(\d+) (year|month|week|day|hour|minute|second)")
LAST_CHANCE = 0.02  # of the differences, so many may go unnoticed


def clauses_of(scenario: Scenario) -> list[ClauseDraft]:
    """All of all modules."""
    return [clause for module in scenario.modules for category in module.categories
            for clause in category.clauses]


def reword(random: Random, scenario: Scenario) -> bool:
    """The same in other words; False: nothing can be reworded."""
    guarded = [clause for clause in clauses_of(scenario) if clause.guard is not None]
    if not guarded:
        return False
    clause = random.choice(guarded)
    clause.guard = f"!({clause.guard})"
    clause.word = "unless" if clause.word == "when" else "when"
    return True


def mutate(random: Random, scenario: Scenario) -> bool:
    """One clause says something else; False: there is none to change."""
    clauses = clauses_of(scenario)
    with_number = [clause for clause in clauses if NUMBER.search(clause.head)]
    guarded = [clause for clause in clauses if clause.guard is not None]
    if with_number and random.random() < 0.7:
        clause = random.choice(with_number)
        found = random.choice(list(NUMBER.finditer(clause.head)))
        number = random.choice((1, 2, 5, 11, 40))
        clause.head = (clause.head[:found.start(1)] + str(number) +
                       clause.head[found.end(1):])
        return True
    if not guarded:
        return False
    clause = random.choice(guarded)
    clause.word = "unless" if clause.word == "when" else "when"
    return True


# --- what becomes of a record

Fate = tuple[str, int | None, int | None]


def fate_of(case: Case, at: int | None = FAR) -> Fate:
    """What becomes of it in the end, its due and deadline."""
    assert at is not None
    verdict = case.at(at)
    is_gone = verdict.verdict == "delete" or \
        (verdict.verdict == "keep" and verdict.due is not None and
         verdict.reason in ("retained", "duty"))
    return ("delete" if is_gone else verdict.verdict), verdict.due, verdict.deadline


def becomes(case: Case) -> Fate:
    """The same; what stays has no due, even where clauses name one."""
    fate = fate_of(case)
    return fate if fate[0] == "delete" else (fate[0], None, None)


def example_case(policy: Policy, name: str, change: dict[str, Any]) -> Case:
    """The record of an example, under one policy."""
    category = policy.categories[name]
    keys: dict[str, str] = {}
    facts: dict[str, Facts] = {}
    record = dict(change["record"])
    for number, (entity, state) in enumerate(change["entities"].items()):
        if entity not in policy.entities:
            continue
        keys[entity] = f"key of {number}"
        if state["row"] != "none":
            record[keys[entity]] = 1
        row = {"id": 1, **state["facts"]}
        if state["row"] == "held":
            row["hold"] = True
        known = {fact.name for fact in policy.entities[entity].facts}
        row = {k: v for k, v in row.items() if k in ("id", "hold") or k in known}
        rows = [] if state["row"] == "unknown" else [json.dumps(row).encode()]
        facts[entity] = read_facts(policy.entities[entity], map(read_line, rows), "id",
                                   None)
    declared = {field.name for field in category.fields} | set(keys.values())
    record = {k: v for k, v in record.items() if k in declared}
    stores = [store for store, _ in category.stores]
    placement = None if change["placement"] is None else stores.index(change["placement"])
    used = {e: k for e, k in keys.items() if e in dict(category.of)}
    case = weigh(policy, category, Source(used, placement=placement), facts,
                 read_line(json.dumps(record).encode()))
    assert case is not None
    return case


def example_problems(policies: list[Policy], name: str,
                     change: dict[str, Any]) -> list[str]:
    """Where the oracle does not agree with an example."""
    problems = []
    for side, policy in zip(("old", "new"), policies):
        said = change[side]
        at = FAR if change["at"] is None else read_instant(change["at"])
        ours = fate_of(example_case(policy, name, change), at)
        theirs = (said["verdict"],
                  None if said["due"] is None else read_instant(said["due"]),
                  None if said["deadline"] is None else read_instant(said["deadline"]))
        if ours != theirs:
            problems.append(f"{side}: the oracle says {ours}, diff {theirs}, of "
                            f"{json.dumps(change)}")
    return problems


# --- pairs

class Pairs:
    """Many of them, and what came of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.counts: Counter[str] = Counter()
        self.problems: list[str] = []

    def diff(self, trials: list[Trial], category: str) -> dict[str, Any]:
        """What the program says of one category."""
        code, out, said = run_program(["diff", "--json", "old", "new"], self.folder)
        if code != 0:
            raise Refused(said)
        found = [c for c in json.loads(out)["categories"] if c["category"] == category]
        return found[0]

    def differs(self, trials: list[Trial], policies: list[Policy]) -> bool:
        """Does one of the scenario's own records fare otherwise?"""
        cases = [dict(trial.cases(policy)) for trial, policy in zip(trials, policies)]
        return any(becomes(cases[0][n]) != becomes(cases[1][n]) for n in cases[0])

    def pair(self, seed: str) -> None:
        """One pair."""
        random = Random(f"pair {seed}")
        old = make(seed, 40)
        if old.deployment is not None or old.is_csv:
            return
        new = copy.deepcopy(old)
        is_rewording = random.random() < 0.2
        if not (reword if is_rewording else mutate)(random, new):
            return
        trials = [Trial(old, self.folder / "old"), Trial(new, self.folder / "new")]
        for trial in trials:
            trial.write()
        policies = [trial.model() for trial in trials]
        if old.category not in policies[0].categories:
            return
        said = self.diff(trials, old.category)
        self.counts[said["state"]] += 1
        self.counts["examples"] += len(said["changes"])
        for change in said["changes"]:
            self.problems += [f"{seed}: {text}" for text in
                              example_problems(policies, old.category, change)]
        if is_rewording and said["state"] != "same":
            self.problems.append(f"{seed}: a rewording is {said['state']}")
        if said["state"] != "changed" and self.differs(trials, policies):
            self.counts["missed"] += 1
            print(f"# missed: {seed}")
            if said["state"] == "same":
                self.problems.append(f"{seed}: proven the same, and is not")


def main() -> int:
    """All of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=200)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--only")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        pairs = Pairs(Path(folder))
        for number in range(options.n):
            if time.monotonic() > end:
                break
            try:
                pairs.pair(options.only or f"{options.seed}-{number}")
            except Refused:
                pairs.counts["refused"] += 1
    counts = pairs.counts
    if counts["missed"] > 1 + LAST_CHANCE * (counts["changed"] + counts["missed"]):
        pairs.problems.append("too many differences were not found")
    print("\n".join(pairs.problems[:20]))
    print(f"seed {options.seed}: pairs", ", ".join(f"{v} {k}" for k, v in
                                                   sorted(counts.items())))
    return 1 if pairs.problems else 0


if __name__ == "__main__":
    sys.exit(main())
