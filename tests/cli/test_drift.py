"""tenure drift: what stores hold, against what a deployment says."""
from support import contains, database, equal, folder, tenure, write
from test_eval_stores import DEPLOYMENT, deployed


def test_a_store_as_it_should_be_has_no_findings():
    with folder() as place:
        env = deployed(place)
        done = tenure("drift", DEPLOYMENT, env=env, code=None)
        for word in ("missing", "setting"):
            equal(f": {word}: " in done.out, False)


def test_tables_and_columns_that_nobody_declares():
    with folder() as place:
        database(f"{place}/s.db", "CREATE TABLE customer (id INTEGER PRIMARY KEY, left_at TEXT,"
                 " nickname TEXT); CREATE TABLE entry (id INTEGER PRIMARY KEY, time TEXT,"
                 " who INTEGER, text TEXT, ip TEXT); CREATE TABLE entry_copy (id INTEGER);")
        write(f"{place}/log.tenure", POLICY)
        live = write(f"{place}/live.tenure", LIVE)
        done = tenure("drift", live, env={"DB": f"{place}/s.db"}, code=1)
        equal([line.split("undeclared: ")[1] for line in done.out.splitlines()[:-1]], [
            'store db holds "entry_copy", which no category and no entity declares',
            'store db, table "customer" holds "nickname", which nothing declares',
            'store db, table "entry" holds "ip", which nothing declares'])
        equal(done.out.splitlines()[-1], "3 findings")


def test_what_is_declared_and_not_there():
    with folder() as place:
        database(f"{place}/s.db", "CREATE TABLE customer (id INTEGER PRIMARY KEY, left_at TEXT);"
                 " CREATE TABLE entry (id INTEGER PRIMARY KEY, who INTEGER, text TEXT);")
        write(f"{place}/log.tenure", POLICY)
        live = write(f"{place}/live.tenure", LIVE)
        done = tenure("drift", live, env={"DB": f"{place}/s.db"}, code=1)
        contains(done.out, 'missing: store db: table "entry" has no column "time"')
        contains(done.out, "1 finding\n")


def test_a_store_that_cannot_be_read_is_no_finding():
    with folder() as place:
        write(f"{place}/log.tenure", POLICY)
        live = write(f"{place}/live.tenure", LIVE)
        done = tenure("drift", live, env={"DB": f"{place}/none.db"}, code=3)
        contains(done.err, "none.db")
        equal(done.out, "")


def test_a_copy_that_outlives_what_it_is_a_copy_of():
    with folder() as place:
        database(f"{place}/s.db", "CREATE TABLE customer (id INTEGER PRIMARY KEY, left_at TEXT);"
                 " CREATE TABLE entry (id INTEGER PRIMARY KEY, time TEXT, who INTEGER, text TEXT);")
        write(f"{place}/log.tenure", POLICY.replace("as primary", "as primary, tapes as backup")
              .replace("from time", "from time then delete within 30 days"))
        copy = '    tapes as backup unmanaged "tapes in the cellar" expires %d days\n}\n'
        for days, findings in ((20, []), (90, ["log.tenure:19:5", "log.tenure:20:5"])):
            live = write(f"{place}/live.tenure", LIVE.rstrip("}\n") + "\n    }\n" + copy % days)
            done = tenure("drift", live, env={"DB": f"{place}/s.db"}, code=1 if findings else 0)
            for at in findings:
                contains(done.out, f'{place}/live.tenure:14:5: copy: copy "tapes in the cellar" of '
                         "log.entry lives on for 90 days after a record is deleted; "
                         f"{place}/{at} allows ")


POLICY = """module log

import std.gdpr

purpose audit "To know who did what"

entity customer "Customer" {
    event left "The contract ended"
}

category entry "A line of the log" of customer {
    fields {
        time : timestamp "When"
        text : string    "What"
    }
    purpose audit
    basis   std.gdpr.contract
    stored in db as primary
    retain 30 days from time
    on customer.left delete within 30 days
}
"""

LIVE = """deployment live of log

store db = sqlite env DB

entity customer from db table "customer" key id {
    left = left_at
}

bind log.entry {
    db as primary to db table "entry" {
        customer = who
    }
}
"""
