#!/usr/bin/env python3
"""Runs the benches one after the other, and writes their figures: $BUILD/bench.json, a page of
it in $BUILD/bench.md. One that fails is said at the end, and the others run all the same.

    BENCH_ONLY="columns cel"   those alone; the figures of the others stay
    BENCH_ROWS, BENCH_PAIRS    see figures.py"""
import os
import subprocess
import sys
import time

import figures

BENCHES = ["columns", "run", "streams", "parquet", "start", "apply", "cel",
           "compile", "host"]


def run(name, *arguments):
    return subprocess.run([sys.executable, "-B", f"tests/bench/{name}.py", *arguments],
                          check=False).returncode


def main():
    chosen = os.environ.get("BENCH_ONLY", "").split() or BENCHES
    unknown = set(chosen) - set(BENCHES)
    if unknown:
        figures.fail(f"no bench {' '.join(sorted(unknown))}: there are {' '.join(BENCHES)}")
    if chosen == BENCHES and os.path.exists(figures.RESULTS):
        os.remove(figures.RESULTS)
    os.makedirs(figures.DATA, exist_ok=True)
    run("report", "about")
    failed, start = [], time.monotonic()
    for name in chosen:
        if run(name) != 0:
            failed.append(name)
    run("report")
    print(f"{time.monotonic() - start:.0f} s")
    if failed:
        figures.fail(f"failed: {' '.join(failed)}")


main()
