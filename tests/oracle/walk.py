"""next_change by going through time: language, section 4.

"`next_change` = the least instant after now at which `verdict` or `redact` differs while
the facts stay": nothing may differ before it, something must at it.
"""
from __future__ import annotations

from random import Random
from typing import Any

from instants import DAY, LAST, SECOND, read_instant, write_instant
from program import Trial
from verdicts import Case

STEPS = (1, SECOND, 3600 * SECOND, DAY, 30 * DAY, 365 * DAY, 4000 * DAY)


def _between(random: Random, now: int, end: int) -> list[int]:
    """Instants from now up to and without `end`: near both, and anywhere."""
    found = {now, end - 1}
    for step in STEPS:
        found |= {now + step, end - step}
    for _ in range(12):
        found.add(random.randrange(now, end))
    return [t for t in found if now <= t < end]


def walk_cases(cases: list[tuple[int, Case]], base: str, random: Random) -> list[str]:
    """What is wrong with the oracle's next_change of these, from `base` on."""
    problems = []
    for number, case in cases:
        now = read_instant(base)
        assert now is not None
        for _ in range(6):  # changes, one after the other
            change = case.next_change(now)
            step = case.at(now).step
            for t in _between(random, now, LAST + 1 if change is None else change):
                if case.at(t).step != step:
                    problems.append(f"record {number}: {write_instant(t)} differs from "
                                    f"{write_instant(now)}")
            if change is None:
                break
            if case.at(change).step == step:
                problems.append(f"record {number}: nothing at {write_instant(change)}")
            now = change
    return problems


def _step(verdict: dict[str, Any]) -> tuple[Any, ...]:
    return verdict["verdict"], frozenset(verdict["redact"])


def walk_program(trial: Trial, cases: list[tuple[int, Case]], random: Random,
                 runs: int = 24) -> tuple[list[str], int]:
    """What is wrong with the program's, of all records at once: it is run at many
    instants, those that matter to some record and their neighbours; and how many
    next_changes that has seen. """
    now = read_instant(trial.scenario.instants[0])
    assert now is not None
    wanted = {now}
    for _, case in random.sample(cases, min(len(cases), 40)):
        change = case.next_change(now)
        if change is not None and len(wanted) < runs:
            wanted |= {change, change - 1}
    times = sorted(t for t in wanted if now <= t <= LAST)
    runs_of = [trial.decided(write_instant(t)) for t in times]
    problems = []
    seen = 0
    for place, (number, _) in enumerate(cases):
        for i, t in enumerate(times):
            text = runs_of[i][place]["next_change"]
            change = LAST + 1 if text is None else read_instant(text) or 0
            if change <= t:
                problems.append(f"record {number}: next_change {text} is no later "
                                f"than {write_instant(t)}")
            for j in range(i + 1, len(times)):
                differs = _step(runs_of[i][place]) != _step(runs_of[j][place])
                if differs if times[j] < change else times[j] == change and not differs:
                    problems.append(
                        f"record {number}: at {write_instant(t)} next_change is "
                        f"{text}, but at {write_instant(times[j])} it "
                        f"{'differs' if differs else 'is the same'}")
                seen += times[j] == change
                if times[j] >= change:
                    break
    return problems, seen
