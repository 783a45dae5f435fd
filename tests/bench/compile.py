#!/usr/bin/env python3
"""A policy of 10,000 categories of two clauses, from its text until it can decide, against the
same rules in the languages of OPA, cel-go and Cedar; see figures.py. To show that all have
compiled the same, each then counts the rules by which a record of 400 days is due. What the
peers' rules leave out: holds, doubt, fields and their types, and who the data is of.

    compile.py policy   writes tenure's alone
    BENCH_CATEGORIES    10000"""
import os
import sys

from figures import BUILD, DATA, PAIRS, PEERS, Suite, ask, fail

CATEGORIES = int(os.environ.get("BENCH_CATEGORIES", "10000"))
DAY = 86400
HEAD = """module bench "Bench"
import std.gdpr
purpose p "why"
entity customer { event terminated "" }
"""
CATEGORY = """category log_{i} "Log number {i}" of customer {{
  fields {{ made : timestamp @created }}
  purpose p  basis std.gdpr.contract
  stored in db as primary
  retain {days} days from made
  on customer.terminated delete within 30 days
}}
"""
REGO = """log_{i} if input.made <= input.now - {seconds}
log_{i} if {{
	input.terminated <= input.now
	input.made <= input.terminated
}}
"""
CEL = "made <= now - {seconds} || gone && terminated <= now && made <= terminated\n"
CEDAR = """permit (principal, action, resource) when {{ context.made <= context.now - {seconds} ||
    context has terminated && context.terminated <= context.now &&
    context.made <= context.terminated }};
"""


def write(name, head, template):
    path = f"{DATA}/{name}"
    with open(path, "w", encoding="utf-8") as out:
        out.write(head)
        for i in range(CATEGORIES):
            days = i % 900 + 1
            out.write(template.format(i=i, days=days, seconds=days * DAY))
    return path


def main():
    os.makedirs(DATA, exist_ok=True)
    policy = write("many.tenure", HEAD, CATEGORY)
    if sys.argv[1:] == ["policy"]:
        return
    suite = Suite("compile", f"{CATEGORIES:,} categories of two clauses, from text to decisions",
                  CATEGORIES)
    ours = [f"{BUILD}/tests/bench/compile", "compile", policy, "1"]
    for name, program, what, path, at_least in (
            ("OPA", "opa", "compile", write("many.rego", "package bench\n", REGO), 30),
            ("cel-go", "cel_go", "categories", write("many.cel", "", CEL), 30),
            ("Cedar", "cedar", "compile", write("many.cedar", "", CEDAR), None)):
        peer = [f"{PEERS}/{program}", what, path, "1"]
        if not os.path.exists(peer[0]):
            suite.skip(name, "make bench-peers builds it")
            continue
        pairs = []
        for _ in range(PAIRS):
            mine, theirs = ask(ours), ask(peer)
            if mine["count"] != theirs["count"] or not 0 < mine["count"] <= CATEGORIES:
                fail(f"{name}: {mine} against {theirs}")
            pairs.append((mine["ns"] / 1e6, theirs["ns"] / 1e6))
        suite.peer("compiled", name, pairs, at_least, unit="ms")


main()
