#!/usr/bin/env python3
"""The program against the oracle, on random scenarios.

    diff.py [-n COUNT] [--seed SEED] [--seconds S] [--records R] [--instants I]

Every field of every verdict must agree. The first disagreement of each kind is made
small and printed: the policy, the record, the facts, the command, both verdicts. Exits
1 if there was one. `diff.py --only SEED` repeats one scenario.
"""
from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from applied import apply_problems
from drafts import Scenario
from generate import make
from instants import DAY, in_range, read_instant, write_instant
from merging import merge_problems
from program import Refused, Trial, differing, oracle_says
from shrink import shrink
from verdicts import Case
from walk import walk_cases, walk_program


Cases = list[tuple[int, Case]]


@dataclass
class Tally:
    """What was compared, and what came of it."""

    scenarios: int = 0
    verdicts: int = 0
    walked: int = 0
    applied: int = 0
    changed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    disagreements: int = 0

    def line(self) -> str:
        """One line of it."""
        refused = sum(self.refused.values())
        return f"{self.scenarios} policies, {self.verdicts} verdicts, {self.walked} " \
               f"timelines, {self.applied} plans applied ({self.changed} rows gone or " \
               f"redacted), {refused} policies refused"


def choose_instants(random: Random, cases: Cases, base: str, count: int) -> list[str]:
    """The base, and instants at which verdicts change, most of them not far from it."""
    now = read_instant(base)
    assert now is not None
    found = [base]
    for _ in range(count * 20 if cases else 0):
        reach = random.choice((3, 40, 400, 400, 4_000_000)) * DAY
        changes = [t for t in random.choice(cases)[1].instants() if abs(t - now) < reach]
        if changes and len(found) < count:
            t = random.choice(changes) + random.choice((-1, 0, 0, 1))
            if in_range(t) and write_instant(t) not in found:
                found.append(write_instant(t))
    return found


Pair = tuple[int, str, dict[str, Any], dict[str, Any]]


def compare(trial: Trial) -> list[Pair]:
    """All verdicts that differ: the line, the instant, the oracle's, the program's."""
    found = []
    cases = trial.cases(trial.model())
    for at in trial.scenario.instants:
        theirs = trial.decided(at)
        if len(theirs) != len(cases):
            raise Refused(f"{len(cases)} records, {len(theirs)} verdicts")
        for (number, case), their in zip(cases, theirs):
            ours = oracle_says(number, case, at, trial.is_sqlite)
            if differing(ours, their):
                found.append((number, at, ours, their))
    return found


def disagrees(folder: Path, fields: list[str], scenario: Scenario) -> bool:
    """Whether the program takes the scenario and differs in one of the fields."""
    trial = Trial(scenario, folder)
    trial.write()
    try:
        return any(set(differing(ours, theirs)) & set(fields)
                   for _, _, ours, theirs in compare(trial))
    except (Refused, KeyError, ValueError, StopIteration):
        return False


def show(scenario: Scenario, folder: Path) -> str:
    """A scenario with its disagreements, so that it can be typed in again."""
    trial = Trial(scenario, folder)
    trial.write()
    parts = []
    for path in sorted(folder.iterdir()):
        if path.suffix != ".db":
            text = path.read_bytes().decode(errors="backslashreplace")
            parts.append(f"--- {path.name}\n{text}")
    if trial.is_sqlite:
        with closing(sqlite3.connect(folder / "d.db")) as db:
            parts.append("--- d.db\n" + "\n".join(db.iterdump()) + "\n")
    for _, at, ours, theirs in compare(trial):
        parts.append("tenure " + " ".join(trial.command(at)) + "\n")
        for name in differing(ours, theirs):
            parts.append(f"  {name}: oracle {json.dumps(ours[name])}\n"
                         f"  {' ' * len(name)}  program {json.dumps(theirs[name])}\n")
    return "\n".join(parts)


class Run:
    """Scenario after scenario."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder = folder
        self.options = options
        self.tally = Tally()
        self.kinds: set[tuple[str, ...]] = set()

    def one(self, seed: str) -> None:
        """The scenario of a seed."""
        options = self.options
        random = Random(seed + "/instants")
        scenario = make(seed, options.records)
        trial = Trial(scenario, self.folder / "trial")
        trial.write()
        try:
            policy = trial.model()
            cases = trial.cases(policy)
        except Refused as refused:
            self.tally.refused[_code(str(refused))] += 1
            if options.refusals:
                print(f"{seed}: {refused}")
            return
        scenario.instants = choose_instants(random, cases, scenario.instants[0],
                                            options.instants)
        for problem in merge_problems(scenario, policy.categories[scenario.category]):
            self.tally.disagreements += 1
            print(f"seed {seed}: {problem}")
        self.tally.scenarios += 1
        self.tally.verdicts += len(cases) * len(scenario.instants)
        for _, case in cases:
            now = read_instant(scenario.instants[0])
            assert now is not None
            verdict = case.at(now)
            self.tally.reasons[f"{verdict.verdict} {verdict.reason}"] += 1
        self.settle(seed, trial)
        if trial.is_sqlite and random.random() < options.applies:
            self.apply(seed, trial, cases)
        self.tally.walked += self.walk(seed, trial, cases, random)

    def walk(self, seed: str, trial: Trial, cases: Cases, random: Random) -> int:
        """next_change, by going through time: the oracle's, then the program's."""
        problems = walk_cases(cases, trial.scenario.instants[0], random)
        count = len(cases)
        if random.random() < self.options.walks:
            try:
                more, walked = walk_program(trial, cases, random)
            except Refused as refused:
                more, walked = [str(refused)], 0
            problems += more
            count += walked
        for problem in problems[:3]:
            self.tally.disagreements += 1
            print(f"seed {seed}: next_change: {problem}")
        return count

    def apply(self, seed: str, trial: Trial, cases: Cases) -> None:
        """Plans and applies, and looks at what is left."""
        try:
            problems, changed = apply_problems(trial, cases)
            self.tally.applied += 1
            self.tally.changed += changed
        except Refused as refused:
            problems = [str(refused)]
        trial.write()
        for problem in problems[:3]:
            self.tally.disagreements += 1
            print(f"seed {seed}: {problem}")

    def settle(self, seed: str, trial: Trial) -> None:
        """Compares; prints what is new of what differs."""
        try:
            found = compare(trial)
        except (Refused, ValueError) as refused:
            self.tally.disagreements += 1
            print(f"seed {seed}: the program does not decide: {refused}")
            return
        for number, at, ours, theirs in found:
            fields = differing(ours, theirs)
            kind = (*fields, ours["reason"], theirs["reason"])
            self.tally.disagreements += 1
            if kind in self.kinds or len(self.kinds) >= self.options.most:
                continue
            self.kinds.add(kind)
            self.report(seed, trial.scenario, at, dict(trial.numbered())[number], fields)

    def report(self, seed: str, scenario: Scenario, at: str, record: bytes,
               fields: list[str]) -> None:
        """A disagreement, made small."""
        folder = self.folder / "shrink"
        alone = replace(scenario, records=[record], instants=[at])
        small = shrink(alone, lambda s: disagrees(folder, fields, s),
                       self.options.tries)
        print(f"\n=== seed {seed}: they differ in {', '.join(fields)}\n")
        print(show(small, folder), flush=True)


def _code(said: str) -> str:
    """The code of the first error in what the program said."""
    found = re.search(r"error\[([\w-]+)\]", said)
    return found.group(1) if found else said[:200]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=100)
    parser.add_argument("--seed", default=str(int(time.time())))
    parser.add_argument("--only", help="repeat the scenario of this seed")
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--records", type=int, default=120)
    parser.add_argument("--instants", type=int, default=4)
    parser.add_argument("--walks", type=float, default=0.1)
    parser.add_argument("--applies", type=float, default=0.5)
    parser.add_argument("--most", type=int, default=8, help="reports")
    parser.add_argument("--tries", type=int, default=2500, help="to make one small")
    parser.add_argument("--refusals", action="store_true", help="print them")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory(prefix="tenure-oracle-") as name:
        run = Run(Path(name), options)
        seeds = [options.only] if options.only else [
            f"{options.seed}-{number}" for number in range(options.n)]
        for seed in seeds:
            if time.monotonic() > end:
                break
            run.one(seed)
    print(f"seed {options.seed}: {run.tally.line()}, "
          f"{run.tally.disagreements} disagreements")
    for what in (run.tally.reasons, run.tally.refused):
        for name, count in what.most_common():
            print(f"  {count:8} {name}")
    return 1 if run.tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
