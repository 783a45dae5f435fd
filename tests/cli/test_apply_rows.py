"""tenure apply on SQLite, decided in the middle of a statement, against tenure eval, which
decides record by record: random rows with values of every type in every column, over
rowids that are dense, far apart and none at all."""
import datetime
import json
import os
import random
import sqlite3

from support import equal, folder, tenure, write

NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
ROWS = 2300  # more than the first chunk looks at
PLANNED = NOW - datetime.timedelta(days=9)
CLAUSES = (
    "retain 1 year from made\n  on customer.terminated delete within 30 days",
    "retain until customer.terminated then delete within 30 days",
    "retain 1 year from made when note == \"x\"\n  retain 8 months from paid",
    "retain 8 months from paid\n  on customer.terminated delete after 2 weeks",
    "retain 1 year from made\n  hold when note == \"x\"\n"
    "  on customer.terminated delete within 2 weeks",
)
POLICY = """module shop "Shop"
import std.gdpr
purpose sales "Selling"
entity customer "Customer" {{ event terminated "gone" }}
category orders "Orders" of customer @personal {{
  fields {{ made : timestamp @created  paid : timestamp  note : string }}
  purpose sales  basis std.gdpr.contract  stored in db as primary
  {clauses}
}}
"""
DEPLOYMENT = """deployment shop.demo of shop
store db = sqlite env DB
entity customer from db table "customer" key id {{
  terminated = terminated_at  hold = held  hold_from = held_from  hold_until = held_until
}}
bind shop.orders {{ db as primary to db table "orders" {{ customer = customer_id }} }}
"""
TABLES = (
    ("id INTEGER PRIMARY KEY", lambda i: i, ""),
    ("id INTEGER PRIMARY KEY", lambda i: i * i * 40 - 90000, ""),
    ("id INTEGER PRIMARY KEY", lambda i: i if i < 2100 else 2**62 + 7 * i, ""),
    ("id TEXT PRIMARY KEY", lambda i: f"k{i % 7}-{i}", ""),
    ("id TEXT PRIMARY KEY", lambda i: f"k{i % 7}-{i}", " WITHOUT ROWID"),
)


def text(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def time(chance):
    """Mostly an instant near what decides; else what may stand in a column, too."""
    days = chance.choice((0, 31, 61, 92, 245, 365, 500, chance.randint(-40, 900)))
    at = NOW - datetime.timedelta(days=days + chance.randint(-25, 25),
                                  seconds=chance.randint(7200, 80000))
    odd = chance.randint(0, 30)
    return (None, "soon", int(at.timestamp()), at.timestamp(), text(at).encode(), "",
            text(at)[:-1] + "+01:00", text(at)[:-1] + ".25Z", text(at)[:10],
            "2026-02-30T00:00:00Z", text(at).lower())[odd] if odd < 11 else text(at)


def key(chance):
    number = chance.randint(1, 40)
    odd = chance.randint(0, 25)
    return (None, str(number), float(number), str(number).encode(), f"0{number}",
            f" {number}")[odd] if odd < 6 else number


def fill(db, chance, table):
    column, key_of, options = table
    db.execute("CREATE TABLE customer(id, terminated_at, held, held_from, held_until)")
    for i in range(1, 38):
        db.execute("INSERT INTO customer VALUES(?,?,?,?,?)", (
            chance.choice((i, i, i, str(i))), chance.choice((None, None, time(chance))),
            chance.choice((0, 0, 0, 1, None, "yes")),
            *chance.choice(((None, None), (None, None), (time(chance), time(chance))))))
    db.execute(f"CREATE TABLE orders({column}, customer_id, made, paid, note){options}")
    rows = [(key_of(i), key(chance), time(chance), time(chance),
             chance.choice((None, "x", "y", 7, b"x"))) for i in range(1, ROWS + 1)]
    chance.shuffle(rows)
    db.executemany("INSERT INTO orders VALUES(?,?,?,?,?)", rows)


def decisions(env, at):
    records = tenure("eval", f"{env['PLACE']}/d.tenure", f"{env['PLACE']}/p.tenure", "--at",
                     at, "--records", env=env, code=None).lines()
    return {record["record"]: record["verdict"] for record in records}


def check(seed, evidence):
    chance = random.Random(seed)
    with folder() as place:
        env = {"PLACE": place, "DB": os.path.abspath(f"{place}/w.db"),
               "TENURE_LEDGER": f"{place}/w.ledger"}
        write(f"{place}/p.tenure", POLICY.format(clauses=CLAUSES[seed % len(CLAUSES)]))
        write(f"{place}/d.tenure", DEPLOYMENT.format())
        with sqlite3.connect(env["DB"]) as db:
            fill(db, chance, TABLES[seed // len(CLAUSES) % len(TABLES)])
        first, second = decisions(env, text(PLANNED)), decisions(env, "now")
        equal(len(first), ROWS)
        due = {key for key in first if first[key] == second[key] == "delete"}
        tenure("plan", f"{place}/d.tenure", f"{place}/p.tenure", "--at", text(PLANNED), "-o",
               f"{place}/plan.json", env=env)
        done = tenure("apply", f"{place}/plan.json", "--yes", "--max-delete", "100%",
                      "--evidence", evidence, "--json", env=env, code=None)
        with sqlite3.connect(env["DB"]) as db:
            left = {row[0] for row in db.execute("SELECT id FROM orders")}
        equal(left, set(first) - due)
        equal(json.loads(done.out)["erased"], len(due))
        with sqlite3.connect(env["TENURE_LEDGER"]) as ledger:
            told = ledger.execute("SELECT sum(json_extract(body, '$.count')) FROM entry "
                                  "WHERE kind = 'outcome'").fetchone()[0]
        equal(told or 0, len(due))
        return len(due), sum(first[key] != second[key] for key in first)


def test_what_is_deleted_is_what_is_due_row_by_row():
    found = [check(seed, ("keys", "range")[seed % 2])
             for seed in range(len(CLAUSES) * len(TABLES))]
    assert min(gone for gone, _ in found) > 0, found
    assert sum(gone for gone, _ in found) > 2000, found
    assert sum(other for _, other in found) > 500, found
