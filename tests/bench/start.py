#!/usr/bin/env python3
"""Starting: tenure to one verdict of a compiled policy, against a C program that does nothing,
and against others to nothing worth speaking of. A figure is the least of 40 starts, of each
program in turn; see figures.py."""
import os
import shutil
import time

import data
from figures import BUILD, DATA, PAIRS, TENURE, Suite, fail

STARTS = 40


def spawn(command, null):
    """Milliseconds, and of them CPU, the system's included."""
    start = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=null)
    _, status, usage = os.wait4(pid, 0)
    took = (time.perf_counter() - start) * 1e3
    if status != 0:
        fail(f"{command[0]} failed")
    return took, (usage.ru_utime + usage.ru_stime) * 1e3


def pairs_of(ours, other):
    """Pairs of the least times, and of the least CPU."""
    null = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    times, cpus = [], []
    for _ in range(PAIRS):
        done = [(spawn(ours, null), spawn(other, null)) for _ in range(STARTS)]
        least = [[min(one[who][what] for one in done) for who in (0, 1)] for what in (0, 1)]
        times.append(least[0])
        cpus.append(least[1])
    return times, cpus


def main():
    data.make()
    with open(f"{DATA}/one.jsonl", "w", encoding="utf-8") as out:
        out.write('{"audit_time":"2026-01-23T17:30:51Z","tenant_id":"tnt-000018"}\n')
    suite = Suite("start", f"Starting, the least of {STARTS} each time", 1)
    ours = [TENURE, "eval", data.POLICY, "--category", "audit_log", "--facts", "customer=none",
            "--at", "2026-11-23T00:00:00Z", "--json", f"{DATA}/one.jsonl"]
    times, cpus = pairs_of(ours, [f"{BUILD}/tests/bench/nothing"])
    suite.limit("to one verdict", "nothing, in C", times, 2.2, unit="ms", cost="time")
    suite.limit("to one verdict", "nothing, in C", cpus, unit="ms", cost="CPU")
    for name, command in (("sqlite3, select 1", ["sqlite3", ":memory:", "select 1"]),
                          ("jq, 1", ["jq", "-n", "1"])):
        if shutil.which(command[0]) is None:
            suite.skip(name, "it is not installed")
            continue
        times, _ = pairs_of(ours, command)
        suite.peer("to one verdict", name, times, 1, unit="ms", cost="time")


main()
