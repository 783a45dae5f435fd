#!/usr/bin/env python3
"""Measures tenure eval over a topic against a bare consumer that decides by hand, in pairs: one
after the other, BENCH_PAIRS times, by user CPU time and by the clock. Both must count the same.
BENCH_ROWS records (300000) in one partition of a broker that it starts and stops."""
import json
import os
import statistics
import subprocess
import sys
import time

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.environ.get("BUILD", "build")
ROWS = int(os.environ.get("BENCH_ROWS", "300000"))
PAIRS = max(5, int(os.environ.get("BENCH_PAIRS", "7")))
AT = "2026-11-23T00:00:00Z"
DATA = f"{BUILD}/bench-kafka"
TENURE = f"{BUILD}/tenure"
SERVER = "tests/servers/kafka/server"
TENANTS = """SELECT json_object('id', id, 'terminated', terminated_at,
    'hold', json(CASE WHEN held_at IS NULL THEN 'false' ELSE 'true' END)) FROM tenant"""


def run(command, env=None):
    """Standard output, and seconds of user CPU and of the clock."""
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as process:
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: exit code {process.returncode} of {' '.join(command)}")
    return json.loads(out), usage.ru_utime, time.monotonic() - start


def make_data():
    os.makedirs(DATA, exist_ok=True)
    subprocess.run([f"{BUILD}/tests/demo/make_data", DATA, str(ROWS), "10", "10", str(ROWS),
                    "--sound"], check=True)
    with open(f"{DATA}/tenants.jsonl", "wb") as out:
        subprocess.run(["sqlite3", f"{DATA}/ipaas.db", TENANTS], check=True, stdout=out)
    with open("policies/ipaas/demo.tenure", encoding="utf-8") as demo:
        text = demo.read().replace("jsonl  env IPAAS_AUDIT_TOPIC", "kafka env IPAAS_KAFKA")
    with open(f"{DATA}/bench.tenure", "w", encoding="utf-8") as out:
        out.write(text)
    subprocess.run([TENURE, "compile", "--path", "policies", f"{DATA}/bench.tenure", "-o",
                    f"{DATA}/bench.tenurec"], check=True)


def start():
    made = subprocess.run([SERVER, "start"], check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "KAFKA_AUTO_CREATE": "true"}).stdout
    place = dict(line.split("=") for line in made.split())["KAFKA"]
    subprocess.run(["kcat", "-P", "-b", place, "-t", "audit", "-l", f"{DATA}/audit_topic.jsonl"],
                   check=True)
    return place


def measure(place):
    env = dict(os.environ, IPAAS_DB=f"{DATA}/ipaas.db", IPAAS_KAFKA=place)
    ours = [TENURE, "eval", f"{DATA}/bench.tenurec", "--category", "audit_log", "--placement",
            "kafka", "--at", AT, "--json"]
    limit = [f"{BUILD}/tests/bench/limit_kafka", f"{DATA}/tenants.jsonl", place, "audit"]
    cpu, wall, each = [], [], []
    for _ in range(PAIRS):
        seen, ours_s, ours_wall = run(ours, env)
        counts = {name: seen["placements"][0][name] for name in ("keep", "held", "delete", "flag")}
        wanted, limit_s, limit_wall = run(limit)
        if counts != wanted:
            sys.exit(f"bench: Kafka: {counts} against {wanted}")
        cpu.append(ours_s / limit_s)
        wall.append(ours_wall / limit_wall)
        each.append((ours_s, limit_s))
    print(f"tenure eval against a bare consumer, {PAIRS} pairs, {ROWS:,} records of a topic")
    for name, ratios in (("user CPU", cpu), ("clock", wall)):
        print(f"  {name:9} {min(ratios):5.2f} least, {statistics.median(ratios):5.2f} median")
    print("  ns/record {:5.0f} and {:5.0f}".format(
        *(statistics.median(s) * 1e9 / ROWS for s in zip(*each))))


def main():
    if subprocess.run([SERVER, "need"], check=False).returncode != 0:
        sys.exit("kafka: skipped, the broker can't be had")
    make_data()
    try:
        measure(start())
    finally:
        subprocess.run([SERVER, "purge"], check=False)


main()
