#!/usr/bin/env python3
"""Measures conditions against cel-go, hand-written C and RE2, in pairs.

Each row runs the two programs one after the other, BENCH_PAIRS times (at least 5), and
takes the ratio of the user CPU that each says its work took; both must count the same,
or the run fails. A peer that cannot be built here is skipped, and said to be. The results
are in $BUILD/bench_cel.json."""
import array
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
ROUNDS = 10
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


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True,
                          env=dict(os.environ, GOMAXPROCS="1", BENCH_PAIRS="1",
                                   BENCH_ROWS=str(ROWS)))
    return json.loads(done.stdout)


def each(program, what, path, rounds, units):
    """Measures a program: how often its answer was true, and nanoseconds for each unit."""
    def measured():
        answer = run(program, *what, path, str(rounds))
        return answer["count"], answer["ns"] / (rounds * units)
    return measured


def columns():
    answer = run(f"{BUILD}/tests/bench/columns", "condition")
    return answer["flag"] * ROUNDS, answer["pairs"][0][0]


def measure(name, ours, peer, target):
    """Ratios above 1: the peer takes longer (targets "at least"), or we do ("within")."""
    ratios, times, peers = [], [], []
    for _ in range(PAIRS):
        count, ours_ns = ours()
        peer_count, peer_ns = peer()
        if count != peer_count:
            sys.exit(f"bench: {name}: {count} against {peer_count}")
        faster = target.startswith("at least")
        ratios.append(peer_ns / ours_ns if faster else ours_ns / peer_ns)
        times.append(ours_ns)
        peers.append(peer_ns)
    row = {"name": name, "pairs": PAIRS, "count": count, "target": target,
           "ratio_min": round(min(ratios), 3),
           "ratio_median": round(statistics.median(ratios), 3),
           "ns": round(statistics.median(times), 1),
           "peer_ns": round(statistics.median(peers), 1)}
    print(f"{name:34} {row['ratio_min']:8.2f} {row['ratio_median']:8.2f} {row['ns']:9.1f} "
          f"{row['peer_ns']:9.1f}   {target}", flush=True)
    return row


def dump_columns():
    """The rows of the columns' bench, as lines."""
    run_in = dict(os.environ, BENCH_ROWS=str(ROWS))
    folder = f"{DATA}/columns"
    os.makedirs(folder, exist_ok=True)
    subprocess.run([f"{BUILD}/tests/bench/columns", "dump", folder], check=True, env=run_in)

    def texts(name):
        with open(f"{folder}/{name}_offsets", "rb") as file:
            offsets = array.array("i", file.read())
        with open(f"{folder}/{name}s", "rb") as file:
            data = file.read()
        return [data[a:b] for a, b in zip(offsets, offsets[1:])]
    with open(f"{folder}/rows", "wb") as out:
        for result, user in zip(texts("result"), texts("user")):
            out.write(result + b"\t" + user + b"\n")
    return f"{folder}/rows"


def against_cel_go(rows, conditions):
    def decide(path):
        return each(CEL_GO, ["decide"], path, ROUNDS, ROWS)
    yield measure("compile 10,000, cel-go / tenure",
                  each(TENURE, ["compile"], conditions, 2, CONDITIONS),
                  each(CEL_GO, ["compile"], conditions, 2, CONDITIONS), "at least 20")
    yield measure("one condition, cel-go / tenure",
                  each(TENURE, ["decide"], rows, ROUNDS, ROWS), decide(rows), "at least 6")
    yield measure("over columns, cel-go / tenure", columns, decide(dump_columns()),
                  "at least 20")


def main():
    make_data()
    go_is_missing = build_go()
    rows, conditions = f"{DATA}/rows", f"{DATA}/conditions"
    print(f"conditions, user CPU, {PAIRS} pairs")
    print(f"{'':34} {'least':>8} {'median':>8} {'ns each':>9} {'peer ns':>9}   target")
    done = []
    if go_is_missing:
        print(f"skipped: against cel-go: {go_is_missing}")
    else:
        done += against_cel_go(rows, conditions)
    done.append(measure("one condition, tenure / C",
                        each(TENURE, ["decide"], rows, ROUNDS, ROWS),
                        each(f"{BUILD}/tests/bench/limit_cel", [], rows, ROUNDS, ROWS),
                        "within 4"))
    done.append(measure("a regular expression, tenure / RE2",
                        each(TENURE, ["match"], rows, ROUNDS, ROWS),
                        each(f"{BUILD}/tests/bench/limit_re2", [], rows, ROUNDS, ROWS),
                        "within 1.2"))
    with open(f"{BUILD}/bench_cel.json", "w", encoding="utf-8") as out:
        json.dump({"rows": done}, out, indent=2)
        out.write("\n")


main()
