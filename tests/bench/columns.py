#!/usr/bin/env python3
"""Measures decisions over columns in memory against hand-written C, DuckDB, cel-go, and Cedar and
OPA over fewer of them; a peer that is not there is left out: `make bench-peers` gets them. All
must come to the same verdicts. See figures.py."""
import os
import subprocess

import data
from figures import DATA as BENCH_DATA, PAIRS, PEERS, ROWS, BUILD, Suite, ask, same

COLUMNS = f"{BUILD}/tests/bench/columns"
DATA = f"{BENCH_DATA}/columns"
FEWER = min(ROWS, 100_000)  # OPA takes more than 10 microseconds for one
DUCKDB = [data.VENV, "tests/bench/columns_duckdb.py"]

# mode of columns.c, what it is, what it is against, at most
HANDS = [("codes", "tenants as codes", "C", 2),
         ("three", "the same, reason and clause too", "C", None),
         ("arrow", "the same by the Arrow interface", "C", None),
         ("texts", "tenants as texts", "C hash join", None),
         ("condition", "a CEL condition on texts", "C", None)]


def dump(folder, rows):
    os.makedirs(folder, exist_ok=True)
    subprocess.run([COLUMNS, "dump", folder], check=True,
                   env=dict(os.environ, BENCH_ROWS=str(rows)))


def against(suite, work, name, command, at_least, rows=ROWS):
    pairs = []
    for _ in range(PAIRS):
        ours = ask([COLUMNS, "codes"], BENCH_PAIRS="1", BENCH_ROWS=str(rows))
        theirs = ask(command)
        same(name, ours, theirs, ("keep", "delete", "flag"))
        pairs.append((ours["pairs"][0][0], theirs["ns"]))
    suite.peer(work, name, pairs, at_least, records=rows)


def main():
    dump(DATA, ROWS)
    dump(f"{DATA}/fewer", FEWER)
    suite = Suite("columns", f"Columns in memory to verdicts, {ROWS:,} records")
    for mode, work, other, at_most in HANDS:
        pairs = ask([COLUMNS, mode], BENCH_PAIRS=str(PAIRS), BENCH_ROWS=str(ROWS))["pairs"]
        suite.limit(work, other, pairs, at_most)
        if mode == "texts":
            suite.alone("tenants as texts", [ours for ours, _ in pairs], "≤ 25")
    if data.has_python("duckdb", "pyarrow"):
        against(suite, "tenants as codes", "DuckDB, joined", [*DUCKDB, "join", DATA, "10"], 10)
        against(suite, "tenants as codes", "DuckDB, wide", [*DUCKDB, "wide", DATA, "10"], 10)
    else:
        suite.skip("DuckDB", "make bench-peers gets it")
    for name, command, at_least, rows in (
            ("cel-go", [f"{PEERS}/cel_rule", DATA, "2"], 60, ROWS),
            ("Cedar", [f"{PEERS}/cedar", "decide", f"{DATA}/fewer", "2"], None, FEWER),
            ("OPA", [f"{PEERS}/opa", "decide", f"{DATA}/fewer", "1"], None, FEWER)):
        if os.path.exists(command[0]):
            against(suite, "tenants as codes", name, command, at_least, rows)
        else:
            suite.skip(name, "make bench-peers builds it")


main()
