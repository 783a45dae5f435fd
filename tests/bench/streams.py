#!/usr/bin/env python3
"""Files of records, whole process, against jq and DuckDB; two threads against one. DuckDB takes
part where `make bench-peers` has put it. Counts must agree; see figures.py."""
import json
import shutil

import data
from data import CSV, JSONL, TENANTS
from figures import AT, DATA, ROWS, TENURE, VERDICTS, Run, Suite, in_turn

DUE = f"{DATA}/due.jsonl"
JQ_DUE = """inputs as $r | $t[0][$r.tenant_id] as $f | $r.audit_time as $at |
    select($f != null and ($f.hold | not) and $at != null and $at >= "1971" and
        ($at <= "2025-11-23T00:00:00Z" or ($f.terminated != null and $at <= $f.terminated
        and $f.terminated <= "2026-11-23T00:00:00Z"))) | $r"""
JQ = """reduce inputs as $r ({keep: 0, held: 0, delete: 0, flag: 0};
    ($t[0][$r.tenant_id]) as $f | $r.audit_time as $at |
    if $f == null then .flag += 1 elif $f.hold then .keep += 1 | .held += 1
    elif $at == null or $at < "1971" or $at > "2026-11-24T00:00:00Z" then .flag += 1
    elif $at <= "2025-11-23T00:00:00Z" or ($f.terminated != null and $at <= $f.terminated
        and $f.terminated <= "2026-11-23T00:00:00Z") then .delete += 1
    else .keep += 1 end)"""


def tenure(file, threads=1):
    done = Run([TENURE, "eval", data.POLICY, "--category", "audit_log", "--at", AT, "--json",
                "--summary", "--facts", f"customer:id={TENANTS}", "--key", "customer=tenant_id",
                "--threads", str(threads), file])
    place = json.loads(done.out)["placements"][0]
    return {name: place[name] for name in VERDICTS}, done


def duckdb(file, threads=1, *due):
    """Of the query alone."""
    done = Run([data.VENV, "tests/bench/streams_duckdb.py", file, TENANTS, str(threads), *due])
    said = json.loads(done.out)
    done.user, done.time = said["user"], said["time"]
    return said["counts"], done


def jq():
    done = Run(["jq", "-cn", "--slurpfile", "t", data.TENANTS_BY_ID, JQ, JSONL])
    return json.loads(done.out), done


def due_lines():
    with open(DUE, "rb") as file:
        return {"delete": sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))}


def write_due(*command):
    """The lines that are due to a file, and how many they are."""
    def run():
        with open(DUE, "wb") as out:
            done = Run(command, stdout=out)
        return due_lines(), done
    return run


def write_due_duckdb():
    done = duckdb(JSONL, 1, DUE)[1]
    return due_lines(), done


def writing(suite, has_duckdb):
    """Peers write the lines anew, from what they have read."""
    tenure_due = write_due(TENURE, "eval", data.POLICY, "--category", "audit_log", "--at", AT,
                           "--facts", f"customer:id={TENANTS}", "--key", "customer=tenant_id",
                           "--select", "delete", JSONL)
    jq_due = write_due("jq", "-cn", "--slurpfile", "t", data.TENANTS_BY_ID, JQ_DUE, JSONL)
    for name, peer, is_there, at_least in (
            ("DuckDB", write_due_duckdb, has_duckdb, 4),
            ("jq", jq_due, shutil.which("jq") is not None, 25)):
        if is_there:
            pairs, memory = in_turn(f"due, {name}", tenure_due, peer, words=("delete",))
            suite.peer("JSON Lines, due records written", name, pairs, at_least, memory=memory)


def main():
    data.make()
    suite = Suite("streams", f"Files of records, whole process, {ROWS:,} records")

    def compare(work, against, peer, ours, at_least, cost="user"):
        pairs, memory = in_turn(f"{work}, {against}", ours, peer, cost)
        suite.peer(work, against, pairs, at_least, memory=memory,
                   cost={"user": "user CPU", "time": "time"}[cost])
    has_duckdb = data.has_python("duckdb")
    for name, file, two in (("JSON Lines", JSONL, 2), ("CSV", CSV, 1.7)):
        if has_duckdb:
            compare(f"{name}, counts", "DuckDB", lambda: duckdb(file), lambda: tenure(file), 2)
            compare(f"{name}, counts, two threads", "DuckDB", lambda: duckdb(file, 2),
                    lambda: tenure(file, 2), two, "time")
        else:
            suite.skip(f"{name}, DuckDB", "make bench-peers gets it")
        compare(f"{name}, counts, two threads", "one thread", lambda: tenure(file),
                lambda: tenure(file, 2), 1.8, "time")
        compare(f"{name}, counts, two threads", "one thread", lambda: tenure(file),
                lambda: tenure(file, 2), None)
    if shutil.which("jq"):
        compare("JSON Lines, counts", "jq", jq, lambda: tenure(JSONL), 30)
    else:
        suite.skip("jq", "it is not installed")
    writing(suite, has_duckdb)


main()
