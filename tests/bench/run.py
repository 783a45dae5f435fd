#!/usr/bin/env python3
"""Measures tenure eval against hand-written C, in pairs.

Each row of the table runs the two one after the other, BENCH_PAIRS times, and takes the
ratio of their user CPU times; the least and the median of the ratios hold on any machine,
the times do not. Both must count the same verdicts, or the run fails. The results are in
$BUILD/bench.json.

    BENCH_ROWS   records of each kind (300000)
    BENCH_PAIRS  at least 5 (7)
"""
import json
import os
import statistics
import subprocess
import sys

BUILD = os.environ.get("BUILD", "build")
ROWS = int(os.environ.get("BENCH_ROWS", "300000"))
PAIRS = max(5, int(os.environ.get("BENCH_PAIRS", "7")))
AT = "2026-11-23T00:00:00Z"
DATA = f"{BUILD}/bench"
TENURE = f"{BUILD}/tenure"
TENANTS = """SELECT json_object('id', id, 'terminated', terminated_at,
    'hold', json(CASE WHEN held_at IS NULL THEN 'false' ELSE 'true' END)) FROM tenant"""


def run(command, env=None):
    """Standard output, and seconds of user CPU."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as process:
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: exit code {process.returncode} of {' '.join(command)}")
    return out, usage.ru_utime


def counts_of_summary(out):
    place = json.loads(out)["placements"][0]
    return {name: place[name] for name in ("keep", "held", "delete", "flag")}


def measure(name, ours, limit, env):
    ratios, times, limits = [], [], []
    for _ in range(PAIRS):
        out, ours_s = run(ours, env)
        counts = counts_of_summary(out)
        out, limit_s = run(limit)
        if counts != json.loads(out):
            sys.exit(f"bench: {name}: {counts} against {json.loads(out)}")
        ratios.append(ours_s / limit_s)
        times.append(ours_s)
        limits.append(limit_s)
    nanos = 1e9 / ROWS
    return {"name": name, "records": ROWS, "pairs": PAIRS, "counts": counts,
            "ratio_min": round(min(ratios), 3),
            "ratio_median": round(statistics.median(ratios), 3),
            "ns_per_record": round(statistics.median(times) * nanos, 1),
            "limit_ns_per_record": round(statistics.median(limits) * nanos, 1)}


def make_data():
    os.makedirs(DATA, exist_ok=True)
    subprocess.run([f"{BUILD}/tests/demo/make_data", DATA, str(ROWS), "10", "10", str(ROWS),
                    "--sound"], check=True)
    with open(f"{DATA}/tenants.jsonl", "wb") as out:
        subprocess.run(["sqlite3", f"{DATA}/ipaas.db", TENANTS], check=True, stdout=out)
    subprocess.run([TENURE, "compile", "policies/ipaas/demo.tenure", "-o",
                    f"{DATA}/demo.tenurec"], check=True)


def main():
    make_data()
    env = dict(os.environ, IPAAS_DB=f"{DATA}/ipaas.db",
               IPAAS_AUDIT_TOPIC=f"{DATA}/audit_topic.jsonl")
    common = [TENURE, "eval", f"{DATA}/demo.tenurec", "--category", "audit_log", "--at", AT,
              "--json"]
    files = ["--summary", "--facts", f"customer:id={DATA}/tenants.jsonl", "--key",
             "customer=tenant_id", f"{DATA}/audit_topic.jsonl"]
    rows = [
        measure("JSON Lines", common + files,
                [f"{BUILD}/tests/bench/limit_jsonl", f"{DATA}/tenants.jsonl",
                 f"{DATA}/audit_topic.jsonl"], env),
        measure("SQLite", common + ["--placement", "elasticsearch"],
                [f"{BUILD}/tests/bench/limit_sqlite", f"{DATA}/ipaas.db"], env),
    ]
    with open(f"{BUILD}/bench.json", "w", encoding="utf-8") as out:
        json.dump({"at": AT, "rows": rows}, out, indent=2)
        out.write("\n")
    print(f"tenure eval against hand-written C, user CPU, {PAIRS} pairs, {ROWS:,} records")
    print(f"{'':12} {'ratio':>8} {'median':>8} {'ns/record':>11} {'limit':>8}")
    for row in rows:
        print(f"{row['name']:12} {row['ratio_min']:8.2f} {row['ratio_median']:8.2f} "
              f"{row['ns_per_record']:11.0f} {row['limit_ns_per_record']:8.0f}")


main()
