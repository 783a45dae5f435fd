#!/usr/bin/env python3
"""Where the time goes (make bench-profile): the functions that take the most of each work, by
perf, or where there is none by valgrind, which counts instructions. Written to $BUILD/profile.md.
profile.md in this folder says what was made of it.

    BENCH_ROWS   records (1000000)"""
import os
import re
import shutil
import subprocess

import data
from figures import AT, BUILD, DATA, ROWS, TENURE, fail

MOST = 14  # functions of each
ENV = dict(os.environ, IPAAS_DB=data.DATABASE, IPAAS_AUDIT_TOPIC=data.JSONL, BENCH_PAIRS="5",
           BENCH_ROWS=str(ROWS))
EVAL = [TENURE, "eval", data.POLICY, "--category", "audit_log", "--at", AT, "--json", "--summary"]
FILE = ["--facts", f"customer:id={data.TENANTS}", "--key", "customer=tenant_id"]
WORKS = {
    "JSON Lines, counts": [*EVAL, *FILE, data.JSONL],
    "CSV, counts": [*EVAL, *FILE, data.CSV],
    "SQLite, counts": [*EVAL, "--placement", "elasticsearch"],
    "Columns, tenants as codes, by tenure and by hand": [f"{BUILD}/tests/bench/columns", "codes"],
    "One record through tenure.h, and by hand": [f"{BUILD}/tests/bench/host", "record"],
    "10,000 categories compiled": [TENURE, "compile", f"{DATA}/many.tenure", "-o", os.devnull],
}


def by_perf(command):
    file = f"{DATA}/perf.data"
    subprocess.run(["perf", "record", "-q", "-e", "cpu-clock:u", "-F", "4000", "-o", file, *command],
                   env=ENV, check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(["perf", "report", "-i", file, "--stdio", "--no-children", "-F",
                           "overhead,sym"], capture_output=True, text=True, check=True)
    os.remove(file)
    return re.findall(r"^ +(\d+\.\d+)% +\[.\] (\S+)", done.stdout, re.M)


def by_valgrind(command):
    file = f"{DATA}/callgrind.out"
    subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={file}", *command],
                   env=dict(ENV, BENCH_PAIRS="1"), check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    done = subprocess.run(["callgrind_annotate", "--auto=no", file], capture_output=True, text=True,
                          check=True)
    os.remove(file)
    return [(share, name) for share, name in re.findall(
        r"^ *[\d,]+ \( *(\d+\.\d+)%\) +\S*?:(\S+)", done.stdout, re.M)]


def works_here(*command):
    return shutil.which(command[0]) is not None and subprocess.run(
        command, capture_output=True, check=False).returncode == 0


def main():
    if works_here("perf", "record", "-q", "-e", "cpu-clock:u", "-o", "/dev/null", "true"):
        look, what = by_perf, "samples of user CPU, perf"
    elif works_here("valgrind", "--version"):
        look, what = by_valgrind, "instructions, valgrind"
    else:
        fail("neither perf nor valgrind works here (Debian: linux-perf, valgrind)")
    data.make()
    if not os.path.exists(f"{DATA}/many.tenure"):
        subprocess.run(["python3", "-B", "tests/bench/compile.py", "policy"], check=True)
    lines = [f"# Where the time goes: {what}, {ROWS:,} records"]
    for work, command in WORKS.items():
        lines += ["", f"## {work}", ""]
        lines += [f"    {float(share):5.1f} %  {name}" for share, name in look(command)[:MOST]]
        print("\n".join(lines[-MOST - 2:]), flush=True)
    with open(f"{BUILD}/profile.md", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


main()
