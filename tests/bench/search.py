#!/usr/bin/env python3
"""tenure eval and apply on OpenSearch, against the same written by hand: one search that counts the
verdicts, sent by curl, and a loop of scroll and guarded bulks in C (limit_search.c). Ratios by the
clock, since the server does most of it, in pairs of one run; both must come to the same numbers.
The search by hand tells all that eval's line does: held, delete, overdue, flag, and what is due next.
ROWS (200,000) and PAIRS (3). Needs `make build/tests/bench/limit_search`. A node is started on a port of its own, or ELASTICSEARCH_URL."""
import datetime
import json
import os
import random
import statistics
import subprocess
import sys
import time

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path[:0] = ["tests/servers/opensearch", "tests/cli"]
import node  # noqa: E402
from node import ask, index, world  # noqa: E402
from support import TENURE, write  # noqa: E402

BUILD = os.environ.get("BUILD", "build")
ROWS = int(os.environ.get("ROWS", "200000"))
PAIRS = int(os.environ.get("PAIRS", "3"))
POLICY = """module shop.logs "Logs"
entity customer "A customer" { event terminated "gone" }
purpose audit "Audits"
category log "Log" of customer {
    fields { made : timestamp @created "When"  content : string "What" }
    purpose audit  stored in search as primary
    retain 1 year from made
}
"""
MAPPING = {"properties": {"made": {"type": "date"}, "customer": {"type": "keyword"},
                          "content": {"type": "keyword", "doc_values": False, "index": False}}}
HELD = [f"c{i}" for i in range(0, 1000, 20)]
CUTOFF = "2025-11-23T00:00:00"
KNOWN = [{"terms": {"customer": [f"c{i}" for i in range(1000)]}},
         {"range": {"made": {"gte": "1971-01-01T00:00:00Z", "lt": "2026-11-24T00:00:00.001Z"}}}]
DUE = {"bool": {"filter": [*KNOWN, {"range": {"made": {"lt": CUTOFF + ".001Z"}}}],
                "must_not": [{"terms": {"customer": HELD}}]}}
LATER = {"bool": {"filter": [*KNOWN, {"range": {"made": {"gte": CUTOFF + ".001Z"}}}],
                  "must_not": [{"terms": {"customer": HELD}}]}}
COUNTS = {"size": 0, "track_total_hits": True, "aggs": {
    "held": {"filter": {"bool": {"filter": [*KNOWN, {"terms": {"customer": HELD}}]}}},
    "delete": {"filter": DUE},
    "overdue": {"filter": {"bool": {"filter": [*KNOWN, {"range": {"made": {"lt": CUTOFF + "Z"}}}]}}},
    "flag": {"filter": {"bool": {"must_not": [{"bool": {"filter": KNOWN}}]}}},
    "next": {"filter": LATER, "aggs": {"made": {"min": {"field": "made"}}}}}}


def customers():
    rows = ",".join(f"('c{i}', NULL, {'NULL' if i % 20 else repr('2026-01-01T00:00:00Z')})"
                    for i in range(1000))
    return ("CREATE TABLE customer(id TEXT PRIMARY KEY, terminated_at TEXT, held_at TEXT);"
            f"INSERT INTO customer VALUES {rows};")


def documents():
    chance = random.Random(1)
    start = datetime.datetime(2026, 11, 22)
    return {str(i): {"made": (start - datetime.timedelta(
        seconds=chance.randint(0, int(365 * 86400 * 1.68)))).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "customer": f"c{chance.randrange(1000)}", "content": "x" * 220} for i in range(ROWS)}


def fill(name, docs):
    """In bulks that a node of half a gigabyte takes."""
    rows = list(docs.items())
    for at in range(0, len(rows), 4000):
        node.fill(name, dict(rows[at:at + 4000]), refresh=False)
    ask("POST", f"/{name}/_refresh")


def clocked(command, env=None):
    start = time.monotonic()
    out = subprocess.run(command, env=env, check=True, capture_output=True).stdout
    return json.loads(out), time.monotonic() - start


def same(ours, theirs):
    sums = theirs["aggregations"]
    for member in ("held", "delete", "overdue", "flag"):
        assert ours[member] == sums[member]["doc_count"], (member, ours, sums)
    assert ours["records"] == theirs["hits"]["total"]["value"]
    next_made = datetime.datetime.fromtimestamp(sums["next"]["made"]["value"] / 1000,
                                                datetime.timezone.utc)
    assert ours["next_due"] == next_made.replace(year=2026).strftime("%Y-%m-%dT%H:%M:%SZ")


def counting(w, name):
    body = json.dumps(COUNTS)
    ours = [TENURE, "eval", w.deployment, "--path", w.place, "--at", node.AT, "--json"]
    theirs = ["curl", "-s", "-H", "content-type: application/json", "-d", body,
              f"{node.url()}/{name}/_search?request_cache=false"]
    ratios, seconds = [], []
    for _ in range(PAIRS * 5):
        found, mine = clocked(ours, {**os.environ, **w.env})
        by_hand, other = clocked(theirs)
        same(found["placements"][0], by_hand)
        ratios.append(mine / other)
        seconds.append((mine, other))
    return ratios, seconds


def deleting(w, name, docs):
    ratios, seconds = [], []
    env = {**os.environ, **w.env}
    for pair in range(PAIRS + 1):
        fill(name, docs)
        w.plan()
        found, mine = clocked([TENURE, "apply", w.plan_file, "--yes", "--max-delete", "100%",
                               "--accept-unexpected", "--json"], env)
        fill(name, docs)
        by_hand, other = clocked([f"{BUILD}/tests/bench/limit_search", node.url(), name,
                                  json.dumps(DUE)])
        assert found["erased"] == by_hand["deleted"], (found, by_hand)
        if pair > 0:  # the first warms the node up
            ratios.append(found["erase_ms"] / 1000 / other)
            seconds.append((mine, found["erase_ms"] / 1000, other))
    return ratios, seconds


def main():
    docs = documents()
    with index("bench", MAPPING) as name, world(name, customers=customers()) as w:
        write(f"{w.place}/shop/logs.tenure", POLICY)
        fill(name, docs)
        ask("POST", f"/{name}/_forcemerge?max_num_segments=5")
        for what, (ratios, seconds) in (("eval / one search by curl", counting(w, name)),
                                        ("apply's chunks / loop in C", deleting(w, name, docs))):
            print(f"{what}: least {min(ratios):.2f}, median {statistics.median(ratios):.2f}, "
                  f"most {max(ratios):.2f} of {len(ratios)}; seconds {seconds[-1]}")


if "ELASTICSEARCH_URL" in os.environ:
    main()
else:
    os.environ.setdefault("OPENSEARCH_PORT", str(node.free_port()))
    started = subprocess.run(["tests/servers/opensearch/start"], stdout=subprocess.PIPE, text=True,
                             check=True)
    os.environ["ELASTICSEARCH_URL"] = started.stdout.split("=", 1)[1].strip()
    try:
        main()
    finally:
        subprocess.run(["tests/servers/opensearch/stop"], check=True)
