#!/usr/bin/env python3
"""A Parquet file decided in Python, by the package tenure over Arrow and by DuckDB: what reading
it and deciding take, one thread; see figures.py and tables.py."""
import data
from figures import PAIRS, ROWS, Suite, ask, same


def main():
    data.make()
    suite = Suite("parquet", f"A Parquet file, in Python, {ROWS:,} records")
    if not data.has_python("duckdb", "pyarrow", "tenure"):
        suite.skip("all", "no Python packages: make bench-peers gets them")
        return
    pairs = []
    for _ in range(PAIRS):
        ours, theirs = (ask([data.VENV, "tests/bench/tables.py", by, data.PARQUET, data.TENANTS],
                            OMP_NUM_THREADS="1") for by in ("tenure", "duckdb"))
        same("Parquet", ours, theirs, ("keep", "delete", "flag"))
        pairs.append((ours["ns"] / ROWS, theirs["ns"] / ROWS))
    suite.peer("read and decided", "DuckDB", pairs)


main()
