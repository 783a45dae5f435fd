#!/usr/bin/env python3
"""Measures decisions over columns in memory against hand-written C, DuckDB and cel-go.

Each row runs the two in turn, BENCH_PAIRS times (at least 5), and takes the ratio of the user
CPU that both need; both must come to the same verdicts, or the run fails. A peer that cannot be
had is skipped, and said to be: `make bench-peers` gets them. The results are in
$BUILD/bench_columns.json.

    BENCH_ROWS   records (1000000)
    BENCH_PAIRS  at least 5 (7)
"""
import json
import os
import shutil
import statistics
import subprocess
import sys

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
PAIRS = max(5, int(os.environ.get("BENCH_PAIRS", "7")))
ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
ENV = dict(os.environ, BENCH_PAIRS=str(PAIRS), BENCH_ROWS=str(ROWS), GOMAXPROCS="1")
COLUMNS = f"{BUILD}/tests/bench/columns"
DATA = f"{BUILD}/bench/columns"
VENV = f"{BUILD}/venv/bin/python"
DUCKDB = [VENV, "tests/bench/columns_duckdb.py"]
CEL_RULE = f"{BUILD}/tests/bench/cel_rule"

# mode of columns.c, what it is, what is asked for
HANDS = [("codes", "tenants as codes, verdicts / C", "within 2"),
         ("three", "the same, verdict, reason, clause / C", ""),
         ("arrow", "the same by the Arrow interface / C", ""),
         ("texts", "tenants as texts / C hash join", "25 ns"),
         ("condition", "a CEL condition on texts / C", "")]


def ask(command, env=None):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=env or ENV)
    return json.loads(done.stdout)


def report(name, pairs, target, peer_first=False):
    ratios = [b / a if peer_first else a / b for a, b in pairs]
    row = {"name": name, "pairs": len(pairs), "records": ROWS, "target": target,
           "ratio_min": round(min(ratios), 3), "ratio_median": round(statistics.median(ratios), 3),
           "ns": round(statistics.median(a for a, _ in pairs), 2),
           "peer_ns": round(statistics.median(b for _, b in pairs), 2)}
    print(f"{name:40} {row['ratio_min']:8.2f} {row['ratio_median']:8.2f} {row['ns']:8.2f} "
          f"{row['peer_ns']:8.2f}   {target}", flush=True)
    return row


def against_peer(name, peer, target):
    pairs = []
    for _ in range(PAIRS):
        ours = ask([COLUMNS, "codes"], dict(ENV, BENCH_PAIRS="1"))
        theirs = ask(peer)
        if any(ours[word] != theirs[word] for word in ("keep", "delete", "flag")):
            sys.exit(f"bench: {name}: {ours} against {theirs}")
        pairs.append((ours["pairs"][0][0], theirs["ns"]))
    return report(name, pairs, target, peer_first=True)


def why_no_duckdb():
    if not os.path.exists(VENV):
        return "no DuckDB: make bench-peers gets it"
    found = subprocess.run([VENV, "-c", "import duckdb, pyarrow"], stderr=subprocess.DEVNULL,
                           check=False)
    return None if found.returncode == 0 else "no DuckDB: make bench-peers gets it"


def why_no_cel_go():
    if shutil.which("go") is None:
        return "no Go here, which cel-go needs (https://go.dev/dl)"
    build = subprocess.run(["go", "build", "-o", CEL_RULE, "./rule"], cwd="tests/cel_diff",
                           text=True, stderr=subprocess.PIPE, check=False)
    return build.stderr.strip()[-300:] if build.returncode != 0 else None


def main():
    os.makedirs(DATA, exist_ok=True)
    subprocess.run([COLUMNS, "dump", DATA], check=True, env=ENV)
    print(f"columns in memory, user CPU, {PAIRS} pairs, {ROWS:,} records")
    print(f"{'':40} {'least':>8} {'median':>8} {'ns each':>8} {'peer ns':>8}   target")
    rows = []
    for mode, name, target in HANDS:
        rows.append(report(name, ask([COLUMNS, mode])["pairs"], target))
    no_duckdb = why_no_duckdb()
    for name, missing, peer, target in (
            ("DuckDB / tenure, tenants as codes", no_duckdb, [*DUCKDB, "join", DATA, "10"],
             "at least 10"),
            ("DuckDB, facts as columns / tenure", no_duckdb, [*DUCKDB, "wide", DATA, "10"],
             "at least 10"),
            ("cel-go / tenure, tenants as codes", why_no_cel_go(), [CEL_RULE, DATA, "2"],
             "at least 60")):
        if missing:
            print(f"skipped: {name}: {missing}")
        else:
            rows.append(against_peer(name, peer, target))
    with open(f"{BUILD}/bench_columns.json", "w", encoding="utf-8") as out:
        json.dump({"rows": rows}, out, indent=2)
        out.write("\n")


main()
