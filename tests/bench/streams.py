#!/usr/bin/env python3
"""Files of records, whole process, against jq and DuckDB; two threads against one; and
starting. DuckDB takes part where `make bench-peers` has put it. Counts must agree.

    BENCH_ROWS   records (300000)
    BENCH_PAIRS  at least 5 (7)
"""
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

BUILD = os.environ.get("BUILD", "build")
ROWS = int(os.environ.get("BENCH_ROWS", "300000"))
PAIRS = max(5, int(os.environ.get("BENCH_PAIRS", "7")))
DATA = f"{BUILD}/bench"
TENURE = f"{BUILD}/tenure"
DUCKDB = f"{BUILD}/venv/bin/python"
TENANTS = f"{DATA}/tenants.jsonl"
JSONL = f"{DATA}/audit_topic.jsonl"
CSV = f"{DATA}/audit_topic.csv"
JQ = """reduce inputs as $r ({keep: 0, held: 0, delete: 0, flag: 0};
    ($t[0][$r.tenant_id]) as $f | $r.audit_time as $at |
    if $f == null then .flag += 1 elif $f.hold then .keep += 1 | .held += 1
    elif $at == null or $at < "1971" or $at > "2026-11-24T00:00:00Z" then .flag += 1
    elif $at <= "2025-11-23T00:00:00Z" or ($f.terminated != null and $at <= $f.terminated
        and $f.terminated <= "2026-11-23T00:00:00Z") then .delete += 1
    else .keep += 1 end)"""


def run(command):
    """Output, seconds of user CPU, seconds."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: exit code {process.returncode} of {' '.join(command)}")
    return out, usage.ru_utime, time.perf_counter() - start


def tenure(file, threads=1):
    out, user, took = run([TENURE, "eval", f"{DATA}/demo.tenurec", "--category", "audit_log",
                           "--at", "2026-11-23T00:00:00Z", "--json", "--summary", "--facts",
                           f"customer:id={TENANTS}", "--key", "customer=tenant_id",
                           "--threads", str(threads), file])
    place = json.loads(out)["placements"][0]
    return {name: place[name] for name in ("keep", "held", "delete", "flag")}, user, took


def duckdb(file, threads=1):
    out, _, _ = run([DUCKDB, "tests/bench/streams_duckdb.py", file, TENANTS, str(threads)])
    said = json.loads(out)
    return said["counts"], said["user"], said["time"]


def jq():
    out, user, took = run(["jq", "-cn", "--slurpfile", "t", f"{DATA}/tenants_by_id.json", JQ,
                           JSONL])
    return json.loads(out), user, took


def compare(name, peer, ours, which):
    """peer / ours; `which` 1: user CPU, 2: time."""
    ratios, least = [], []
    for _ in range(PAIRS):
        a, b = ours(), peer()
        if a[0] != b[0]:
            sys.exit(f"bench: {name}: {a[0]} against {b[0]}")
        ratios.append(b[which] / a[which])
        least.append((a[which], b[which]))
    ours_ns, peer_ns = (min(pair[i] for pair in least) * 1e9 / ROWS for i in (0, 1))
    print(f"{name:44} {min(ratios):6.2f} {statistics.median(ratios):6.2f} "
          f"{peer_ns / ours_ns:6.2f} {ours_ns:8.0f} {peer_ns:8.0f}", flush=True)
    return {"name": name, "ratio_min": round(min(ratios), 3),
            "ratio_median": round(statistics.median(ratios), 3),
            "ratio_of_least": round(peer_ns / ours_ns, 3),
            "ns": round(ours_ns, 1), "peer_ns": round(peer_ns, 1)}


def spawn_ms(command):
    """The least of many starts: milliseconds, and of them CPU, the system's included."""
    best = [1e9, 1e9]
    null = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    for _ in range(40 * PAIRS):
        start = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=null)
        _, status, usage = os.wait4(pid, 0)
        best[0] = min(best[0], (time.perf_counter() - start) * 1e3)
        best[1] = min(best[1], (usage.ru_utime + usage.ru_stime) * 1e3)
        if status != 0:
            sys.exit(f"bench: {command[0]} failed")
    return best


def start_up():
    """tenure to one verdict, and others to nothing worth speaking of."""
    with open(f"{DATA}/one.jsonl", "w", encoding="utf-8") as out:
        out.write('{"audit_time":"2026-01-23T17:30:51Z","tenant_id":"tnt-000018"}\n')
    commands = {
        "tenure, one verdict": [TENURE, "eval", f"{DATA}/demo.tenurec", "--category",
                                "audit_log", "--facts", "customer=none", "--at",
                                "2026-11-23T00:00:00Z", "--json", f"{DATA}/one.jsonl"],
        "a C program that does nothing": [f"{BUILD}/tests/bench/nothing"],
        "sqlite3, select 1": ["sqlite3", ":memory:", "select 1"],
        "jq, 1": ["jq", "-n", "1"],
    }
    rows = []
    for name, command in commands.items():
        if shutil.which(command[0]) is None:
            continue
        took, cpu = spawn_ms(command)
        rows.append({"name": name, "ms": round(took, 3), "cpu_ms": round(cpu, 3)})
        print(f"{name:44} {took:6.2f} ms, {cpu:.2f} ms of CPU", flush=True)
    return rows


def make_csv():
    columns = ["tenant_id", "audit_time", "user_name", "userID", "result", "project_name",
               "audit_module", "audit_category", "audit_content"]
    with open(JSONL, encoding="utf-8") as lines, \
            open(CSV, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(json.loads(line) for line in lines)
    with open(TENANTS, encoding="utf-8") as lines, \
            open(f"{DATA}/tenants_by_id.json", "w", encoding="utf-8") as out:
        json.dump({row["id"]: row for row in map(json.loads, lines)}, out)


def main():
    make_csv()
    rows = []
    print(f"{'peer / tenure':44} {'min':>6} {'median':>6} {'best':>6} {'ns':>8} {'peer ns':>8}")
    for name, file in (("JSON Lines", JSONL), ("CSV", CSV)):
        if os.path.exists(DUCKDB):
            rows.append(compare(f"{name}, DuckDB, one thread, user CPU", lambda: duckdb(file),
                                lambda: tenure(file), 1))
            rows.append(compare(f"{name}, DuckDB, two threads, time", lambda: duckdb(file, 2),
                                lambda: tenure(file, 2), 2))
        rows.append(compare(f"{name}, one thread / two, time", lambda: tenure(file),
                            lambda: tenure(file, 2), 2))
        rows.append(compare(f"{name}, one thread / two, user CPU", lambda: tenure(file),
                            lambda: tenure(file, 2), 1))
    if shutil.which("jq"):
        rows.append(compare("JSON Lines, jq, user CPU", jq, lambda: tenure(JSONL), 1))
    with open(f"{BUILD}/bench_streams.json", "w", encoding="utf-8") as out:
        json.dump({"records": ROWS, "pairs": PAIRS, "rows": rows, "start": start_up()}, out,
                  indent=2)
        out.write("\n")


main()
