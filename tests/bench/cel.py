#!/usr/bin/env python3
"""Measures conditions against cel-go, hand-written C and RE2, in pairs.

Each row runs the two programs one after the other, BENCH_PAIRS times (at least 5), and
takes the ratio of the user CPU that each says its work took; both must count the same,
or the run fails. A peer that cannot be built here is skipped, and said to be. The results
are in $BUILD/bench_cel.json."""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
PAIRS = max(5, int(os.environ.get("BENCH_PAIRS", "7")))
CONDITIONS = 10_000
ROWS = 300_000
DATA = f"{BUILD}/bench"
TENURE = f"{BUILD}/tests/bench/cel"
CEL_GO = f"{BUILD}/tests/bench/cel_go"

# {n}: a number of its own for each condition
TEMPLATES = [
    'result == "failure" && user_name.startsWith("svc-{n}")',
    'amount > {n}.5 && country in ["DE", "FR", "X{n}"]',
    'has(labels.tier) && labels.tier == "gold-{n}" || size(tags) > {n}',
    'created < timestamp("2024-02-29T12:00:00Z") + duration("{n}s")',
    'tags.exists(t, t == "tag-{n}") && !verified',
    '(age >= 18 && !verified) || amount * 1.5 < {n}.25 || kind != "k{n}"',
    'kind == "a{n}" ? amount < 10.0 : amount >= {n}.0',
    'user_name.contains("{n}") || user_name.endsWith("@example-{n}.org") || age + 1 > {n}',
]


def make_data():
    os.makedirs(DATA, exist_ok=True)
    with open(f"{DATA}/conditions", "w", encoding="utf-8") as out:
        for i in range(CONDITIONS):
            out.write(TEMPLATES[i % len(TEMPLATES)].replace("{n}", str(1000 + i)) + "\n")
    chance = random.Random(1)
    with open(f"{DATA}/rows", "w", encoding="utf-8") as out:
        for _ in range(ROWS):
            result = chance.choice(["failure", "success", "pending"])
            kind = chance.choice(["svc-", "user-", "svc", "admin-"])
            word = chance.choice(["backup", "billing", "login", "x"])
            number = chance.randrange(100000)
            out.write(f"{result}\t{kind}{word}-{number}@example.org\n")


def build_go():
    if shutil.which("go") is None:
        return "no Go here, which cel-go needs (https://go.dev/dl)"
    build = subprocess.run(["go", "build", "-o", CEL_GO, "./bench"], cwd="tests/cel_diff",
                           text=True, stderr=subprocess.PIPE)
    return build.stderr.strip()[-300:] if build.returncode != 0 else None


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          env=dict(os.environ, GOMAXPROCS="1"))
    answer = json.loads(done.stdout)
    return answer["count"], answer["ns"]


def measure(name, ours, peer, units, target):
    """Ratios above 1: the peer takes longer (targets "at least"), or we do ("within")."""
    ratios, times, peers = [], [], []
    for _ in range(PAIRS):
        count, ours_ns = run(ours)
        peer_count, peer_ns = run(peer)
        if count != peer_count:
            sys.exit(f"bench: {name}: {count} against {peer_count}")
        faster = target.startswith("at least")
        ratios.append(peer_ns / ours_ns if faster else ours_ns / peer_ns)
        times.append(ours_ns / units)
        peers.append(peer_ns / units)
    row = {"name": name, "pairs": PAIRS, "count": count, "target": target,
           "ratio_min": round(min(ratios), 3),
           "ratio_median": round(statistics.median(ratios), 3),
           "ns": round(statistics.median(times), 1),
           "peer_ns": round(statistics.median(peers), 1)}
    print(f"{name:34} {row['ratio_min']:8.2f} {row['ratio_median']:8.2f} {row['ns']:9.1f} "
          f"{row['peer_ns']:9.1f}   {target}", flush=True)
    return row


def main():
    make_data()
    go_is_missing = build_go()
    rows, conditions = f"{DATA}/rows", f"{DATA}/conditions"
    print(f"conditions, user CPU, {PAIRS} pairs")
    print(f"{'':34} {'least':>8} {'median':>8} {'ns each':>9} {'peer ns':>9}   target")
    done, decisions = [], 10 * ROWS
    if go_is_missing:
        print(f"skipped: against cel-go: {go_is_missing}")
    else:
        done.append(measure("compile 10,000, cel-go / tenure",
                            [TENURE, "compile", conditions, "2"],
                            [CEL_GO, "compile", conditions, "2"], 2 * CONDITIONS,
                            "at least 20"))
        done.append(measure("one condition, cel-go / tenure",
                            [TENURE, "decide", rows, "10"],
                            [CEL_GO, "decide", rows, "10"], decisions, "at least 6"))
    done.append(measure("one condition, tenure / C", [TENURE, "decide", rows, "10"],
                        [f"{BUILD}/tests/bench/limit_cel", rows, "10"], decisions,
                        "within 4"))
    done.append(measure("a regular expression, tenure / RE2",
                        [TENURE, "match", rows, "10"],
                        [f"{BUILD}/tests/bench/limit_re2", rows, "10"], decisions,
                        "within 1.2"))
    with open(f"{BUILD}/bench_cel.json", "w", encoding="utf-8") as out:
        json.dump({"rows": done}, out, indent=2)
        out.write("\n")


main()
