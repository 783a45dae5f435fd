"""What the benches have in common: how a figure is written down, shown and kept.

A figure is the ratio of two programs over the same work, run in turn at least five times (a
pair each); its least and its median are what counts. Against a limit (C by hand, or a floor) it
is tenure / limit, and should be at most so much; against a peer it is peer / tenure, and should
be at least so much. A bench makes one Suite, whose rows are in $BUILD/bench.json as soon as they
are known; bench.json is what report.py and compare.py read:

    {"run": {date, machine, versions, load}, "suites": {NAME: {"title", "rows": [
        {"work", "against", "kind": "limit" | "peer" | "alone", "target", "pairs", "records",
         "least", "median", "ours", "theirs", "unit", "cost", "memory_mib"}]}}}

    BENCH_ROWS    records (1000000)
    BENCH_PAIRS   at least 5 (7)
"""
import json
import os
import statistics
import subprocess
import sys
import time

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
RESULTS = f"{BUILD}/bench.json"
DATA = f"{BUILD}/bench"
PEERS = f"{BUILD}/peers"
TENURE = f"{BUILD}/tenure"
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
PAIRS = max(5, int(os.environ.get("BENCH_PAIRS", "7")))
AT = "2026-11-23T00:00:00Z"
VERDICTS = ("keep", "held", "delete", "flag")


def fail(why):
    sys.exit(f"bench: {why}")


def load():
    if not os.path.exists(RESULTS):
        return {"run": {}, "suites": {}}
    with open(RESULTS, encoding="utf-8") as file:
        return json.load(file)


def save(results):
    with open(RESULTS + ".new", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    os.replace(RESULTS + ".new", RESULTS)


def target_text(row):
    return {"limit": "≤ ", "peer": "≥ ", "alone": ""}[row["kind"]] + f"{row['target']}" \
        if row["target"] else ""


def shown(row):
    """The line of a row: work, ratio, what is divided by what, target, what each took."""
    names = {"limit": f"tenure / {row['against']}", "peer": f"{row['against']} / tenure",
             "alone": ""}
    ratio = f"{row['least']:8.2f} {row['median']:8.2f}" if row["kind"] != "alone" else " " * 17
    theirs = f"{row['theirs']:10,.6g}" if row["theirs"] is not None else " " * 10
    return (f"{row['work']:42} {names[row['kind']]:24} {ratio} {target_text(row):>7} "
            f"{row['ours']:10,.6g} {theirs} {row['unit']}")


class Suite:
    def __init__(self, name, title, records=ROWS):
        self.name, self.records, self.rows = name, records, []
        self.title = title
        print(f"\n{title}; {PAIRS} pairs")
        print(f"{'':67} {'least':>8} {'median':>8} {'target':>7} {'tenure':>10} {'other':>10}",
              flush=True)
        self.keep()

    def keep(self):
        results = load()
        results["suites"][self.name] = {"title": self.title, "rows": self.rows}
        save(results)

    def add(self, kind, work, against, pairs, target=None, unit="ns", cost="user CPU",
            memory=None, records=None):
        """`pairs`: what tenure took and what the other did, each time, in `unit`."""
        ratios = [a / b if kind == "limit" else b / a for a, b in pairs if b is not None]
        row = {"work": work, "against": against, "kind": kind, "target": target,
               "pairs": len(pairs), "records": records or self.records,
               "least": round(min(ratios), 3) if ratios else None,
               "median": round(statistics.median(ratios), 3) if ratios else None,
               "ours": round(statistics.median(a for a, _ in pairs), 3),
               "theirs": round(statistics.median(b for _, b in pairs), 3) if ratios else None,
               "unit": unit, "cost": cost, "memory_mib": memory}
        self.rows.append(row)
        self.keep()
        print(shown(row), flush=True)

    def limit(self, work, against, pairs, at_most=None, **more):
        self.add("limit", work, against, pairs, at_most, **more)

    def peer(self, work, against, pairs, at_least=None, **more):
        self.add("peer", work, against, pairs, at_least, **more)

    def alone(self, work, values, target=None, **more):
        self.add("alone", work, "", [(value, None) for value in values], target, **more)

    def skip(self, what, why):
        print(f"skipped: {what}: {why}", flush=True)


class Run:
    """One process to its end: its output; user CPU, all CPU and time in seconds; memory."""
    def __init__(self, command, env=None, stdin=None, stdout=subprocess.PIPE):
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=stdout, env=env, stdin=stdin) as process:
            self.out = process.stdout.read() if process.stdout else b""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        self.time = time.perf_counter() - start
        if process.returncode != 0:
            fail(f"exit code {process.returncode} of {' '.join(command)}")
        self.user = max(usage.ru_utime, 1e-6)  # the kernel counts short runs by ticks, or not at all
        self.cpu = self.user + usage.ru_stime
        self.memory_mib = usage.ru_maxrss // 1024


def ask(command, **env):
    """The JSON object that a program prints."""
    return json.loads(Run(command, dict(os.environ, GOMAXPROCS="1", **env)).out)


def same(what, ours, theirs, words=VERDICTS):
    if any(ours[word] != theirs[word] for word in words):
        fail(f"{what}: {ours} against {theirs}")


def in_turn(what, ours, peer, cost="user", records=ROWS, words=VERDICTS):
    """Runs two programs in turn, each a function that gives counts and a Run, or what has its
    names: pairs of nanoseconds a record, and the most memory that tenure took, in MiB."""
    pairs, memory = [], 0
    for _ in range(PAIRS):
        (counts, a), (peer_counts, b) = ours(), peer()
        same(what, counts, peer_counts, words)
        memory = max(memory, a.memory_mib)
        pairs.append((getattr(a, cost) * 1e9 / records, getattr(b, cost) * 1e9 / records))
    return pairs, memory
