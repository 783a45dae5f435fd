#!/usr/bin/env python3
"""tenure apply and plan on SQLite, against statements written by hand for the same data:
a DELETE by ranges of 10,000 keys, and a SELECT of the three verdicts. By CPU time, the system's
included (the disk's and other programs' left out); both sides with synchronous=FULL and a
write-ahead log. See figures.py."""
import datetime
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile

from figures import AT, BUILD, PAIRS, ROWS, TENURE, Suite

POLICY = """module shop "Shop"
import std.gdpr
purpose sales "Selling"
entity customer "Customer" { event terminated "gone" }
category orders "Orders" of customer @personal {
  fields { made : timestamp @created  user_name : string  content : string }
  purpose sales  basis std.gdpr.contract  stored in db as primary
  retain 1 year from made
  on customer.terminated delete within 30 days
}
"""
DEPLOYMENT = """deployment shop.demo of shop
store db = sqlite env DB
entity customer from db table "customer" key id { terminated = terminated_at  hold = held }
bind shop.orders { db as primary to db table "orders" { customer = customer_id } }
"""
DUE = ("(made <= '2025-11-23T00:00:00Z' OR (customer_id IN gone AND made <= "
       "'2026-06-01T00:00:00Z'))")


def rows():
    chance = random.Random(1)
    start = datetime.datetime(2026, 11, 23)
    for i in range(1, ROWS + 1):
        age = datetime.timedelta(seconds=chance.randint(0, int(365 * 86400 * 1.68)))
        yield (i, chance.randint(1, 1000), (start - age).strftime("%Y-%m-%dT%H:%M:%SZ"),
               f"user{i % 5000}", "x" * 220)


def make(path):
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE customer(id INTEGER PRIMARY KEY, terminated_at TEXT, held)")
    db.executemany("INSERT INTO customer VALUES(?,?,?)",
                   ((i, "2026-06-01T00:00:00Z" if i % 50 == 0 else None, int(i % 20 == 1))
                    for i in range(1, 1001)))
    db.execute("CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id INTEGER, made TEXT,"
               " user_name TEXT, content TEXT)")
    db.executemany("INSERT INTO orders VALUES(?,?,?,?,?)", rows())
    db.commit()
    db.close()


def facts(db):
    db.execute("CREATE TEMP TABLE held(id INTEGER PRIMARY KEY)")
    db.execute("INSERT INTO held SELECT id FROM customer WHERE held")
    db.execute("CREATE TEMP TABLE gone(id INTEGER PRIMARY KEY)")
    db.execute("INSERT INTO gone SELECT id FROM customer WHERE terminated_at <= ?", (AT,))


def hand_delete(path):
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA synchronous=FULL")
    facts(db)
    for low in range(1, ROWS + 1, 10000):
        db.execute(f"DELETE FROM orders WHERE rowid BETWEEN ? AND ? AND {DUE} AND "
                   "customer_id NOT IN held", (low, low + 9999))
    db.close()


def hand_select(path):
    db = sqlite3.connect(path, isolation_level=None)
    facts(db)
    db.execute(f"SELECT CASE WHEN customer_id IN held THEN 'keep' WHEN made IS NULL THEN "
               f"'flag' WHEN {DUE} THEN 'delete' ELSE 'keep' END AS v, count(*) FROM orders "
               "GROUP BY v").fetchall()
    db.close()


def measure(work):
    """CPU in nanoseconds a row, and the most memory in MiB, of a process of its own."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        sys.exit("bench: a measured process failed")
    return (usage.ru_utime + usage.ru_stime) * 1e9 / ROWS, usage.ru_maxrss // 1024


def run(place, *args):
    def work():
        os.chdir(place)
        os.dup2(os.open("out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        os.execv(TENURE, [TENURE, *args])
    return work


def fresh(place):
    for name in os.listdir(place):
        if name.startswith(("w.db", "deployment.ledger")):
            os.remove(f"{place}/{name}")
    shutil.copy(f"{place}/base.db", f"{place}/w.db")


def deleted(place):
    db = sqlite3.connect(f"{place}/w.db")
    left = db.execute("SELECT count(*) FROM orders").fetchone()[0]
    db.close()
    return ROWS - left


def one_round(place, rounds):
    """Everything once: what each took, by its name."""
    plan = run(place, "plan", "deployment.tenure", "policy.tenure", "--at", AT, "-o", "plan.json")
    fresh(place)
    rounds["plan"].append((measure(plan), measure(lambda: hand_select(f"{place}/w.db"))))
    hand = measure(lambda: hand_delete(f"{place}/w.db"))
    due = deleted(place)
    for evidence in ("keys", "range"):
        fresh(place)
        measure(plan)
        mine = measure(run(place, "apply", "plan.json", "--yes", "--max-delete", "100%",
                           "--evidence", evidence, "--json"))
        with open(f"{place}/out", encoding="utf-8") as file:
            report = json.load(file)
        if deleted(place) != due:
            sys.exit(f"bench: {deleted(place)} deleted against {due} by hand")
        share = report["erase_ms"] / max(report["elapsed_ms"], 1)
        rounds[evidence].append((mine, hand))
        rounds[evidence + ", deleting alone"].append(((mine[0] * share, mine[1]), hand))


def main():
    suite = Suite("apply", f"Plan and apply on SQLite, a row of {ROWS:,}")
    rounds = {"plan": [], "keys": [], "keys, deleting alone": [], "range": [],
              "range, deleting alone": []}
    with tempfile.TemporaryDirectory(dir=BUILD) as place:
        os.environ["DB"] = f"{os.path.abspath(place)}/w.db"
        for name, text in (("policy", POLICY), ("deployment", DEPLOYMENT)):
            with open(f"{place}/{name}.tenure", "w", encoding="utf-8") as file:
                file.write(text)
        make(f"{place}/base.db")
        for _ in range(PAIRS):
            one_round(place, rounds)
    for name, pairs in rounds.items():
        target = {"plan": 0.7, "keys": 1.7, "range": 1.15}[name.split(",")[0]]
        work, against = ("plan", "SELECT") if name == "plan" else (f"apply, {name}", "DELETE")
        suite.limit(work, against, [(mine[0], other[0]) for mine, other in pairs], target,
                    cost="CPU", memory=max(mine[1] for mine, _ in pairs))


main()
