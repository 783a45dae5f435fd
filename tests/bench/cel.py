#!/usr/bin/env python3
"""Measures conditions against cel-go, hand-written C and RE2: programs that count how often one
is true, and say what user CPU that took; see figures.py."""
import array
import os
import random
import subprocess

from figures import BUILD, PAIRS, PEERS, Suite, ask, fail
from figures import DATA as BENCH_DATA

CONDITIONS = 10_000
ROWS = 300_000
ROUNDS = 10
DATA = f"{BENCH_DATA}/cel"
TENURE = f"{BUILD}/tests/bench/cel"
CEL_GO = f"{PEERS}/cel_go"

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


def each(program, what, path, rounds, units):
    """Measures a program: how often its answer was true, and nanoseconds for each unit."""
    def measured():
        answer = ask([program, *what, path, str(rounds)])
        return answer["count"], answer["ns"] / (rounds * units)
    return measured


def columns():
    answer = ask([f"{BUILD}/tests/bench/columns", "condition"], BENCH_PAIRS="1",
                 BENCH_ROWS=str(ROWS))
    return answer["flag"] * ROUNDS, answer["pairs"][0][0]


def in_turn(name, ours, peer):
    pairs = []
    for _ in range(PAIRS):
        (count, ours_ns), (peer_count, peer_ns) = ours(), peer()
        if count != peer_count:
            fail(f"{name}: {count} against {peer_count}")
        pairs.append((ours_ns, peer_ns))
    return pairs


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


def against_cel_go(suite, rows, conditions):
    def decide(path):
        return each(CEL_GO, ["decide"], path, ROUNDS, ROWS)
    for work, ours, peer, at_least in (
            ("10,000 conditions compiled, each", each(TENURE, ["compile"], conditions, 2, CONDITIONS),
             each(CEL_GO, ["compile"], conditions, 2, CONDITIONS), 20),
            ("one condition, a record", each(TENURE, ["decide"], rows, ROUNDS, ROWS),
             decide(rows), 6),
            ("one condition, over columns", columns, decide(dump_columns()), 20)):
        suite.peer(work, "cel-go", in_turn(work, ours, peer), at_least)


def main():
    make_data()
    rows, conditions = f"{DATA}/rows", f"{DATA}/conditions"
    suite = Suite("cel", f"Conditions, {ROWS:,} records", ROWS)
    if os.path.exists(CEL_GO):
        against_cel_go(suite, rows, conditions)
    else:
        suite.skip("cel-go", "make bench-peers builds it")
    for work, mode, against, program, at_most in (
            ("one condition, a record", "decide", "C", "limit_cel", 4),
            ("a regular expression", "match", "RE2", "limit_re2", 1.2)):
        pairs = in_turn(work, each(TENURE, [mode], rows, ROUNDS, ROWS),
                        each(f"{BUILD}/tests/bench/{program}", [], rows, ROUNDS, ROWS))
        suite.limit(work, against, pairs, at_most)


main()
