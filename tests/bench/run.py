#!/usr/bin/env python3
"""tenure eval on JSON Lines and on SQLite against C written for the one rule, and on SQLite
against the best SELECT of the three verdicts that we could write; see figures.py."""
import json
import os

import data
from figures import AT, BUILD, ROWS, TENURE, Run, Suite, in_turn, same

ENV = dict(os.environ, IPAAS_DB=data.DATABASE, IPAAS_AUDIT_TOPIC=data.JSONL)
EVAL = [TENURE, "eval", data.POLICY, "--category", "audit_log", "--at", AT, "--json"]
SELECT = "tests/bench/select_{}.sql"


def tenure(*options):
    def run():
        done = Run([*EVAL, *options], ENV)
        return json.loads(done.out)["placements"][0], done
    return run


def by_hand(*command):
    def run():
        done = Run(command)
        return json.loads(done.out), done
    return run


def select():
    """The faster of two ways to write it."""
    tried = []
    for way in ("group", "join"):
        with open(SELECT.format(way), "rb") as script:
            done = Run(["sqlite3", "-readonly", data.DATABASE], stdin=script)
        tried.append((json.loads(done.out), done))
    same("the two SELECTs", tried[0][0], tried[1][0])
    return min(tried, key=lambda one: one[1].user)


def main():
    data.make()
    suite = Suite("eval", f"tenure eval, whole process, {ROWS:,} records")
    lines = tenure("--summary", "--facts", f"customer:id={data.TENANTS}", "--key",
                   "customer=tenant_id", data.JSONL)
    rows = tenure("--placement", "elasticsearch")
    for work, against, ours, other, at_most in (
            ("JSON Lines, counts", "C, simdjson", lines,
             by_hand(f"{BUILD}/tests/bench/limit_jsonl", data.TENANTS, data.JSONL), 1.6),
            ("SQLite, counts", "C", rows,
             by_hand(f"{BUILD}/tests/bench/limit_sqlite", data.DATABASE), 1.3),
            ("SQLite, counts", "best SELECT", rows, select, 0.55)):
        pairs, memory = in_turn(work, ours, other)
        suite.limit(work, against, pairs, at_most, memory=memory)


main()
