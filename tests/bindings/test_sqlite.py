"""The SQLite extension, in the sqlite3 shell."""
import json
import re
import shutil

import support
from support import AT, BUILD, HOME, contains, equal, folder, run

LOAD = f".load {BUILD}/lib/tenure\n"
POLICY = f"{HOME}/shop.tenure"


def sql(path, text, code=0, mode=".mode list\n"):
    return run("sqlite3", "-bail", path, stdin=LOAD + mode + text, code=code)


def test_the_example_of_the_readme():
    readme = open("interp/bindings/sqlite/README.md", encoding="utf-8").read()
    policy, statements, expected = (
        re.search(rf"```{kind}\n(.*?)```", readme, re.DOTALL)[1]
        for kind in ("tenure", "sql", "text"))
    with folder() as here:
        open(f"{here}/shop.tenure", "w", encoding="utf-8").write(policy)
        shutil.copy(f"{BUILD}/lib/tenure.so", f"{here}/tenure.so")
        out = run("sqlite3", "-bail", ":memory:", cwd=here, stdin=statements)
        assert out == expected, out


COLUMNS = ["record", "verdict", "reason", "clause", "due", "deadline", "overdue", "conflict",
           "next_change"]


def verdicts_of_program(here, category, placement):
    lines = run(f"{BUILD}/tenure", "eval", f"{HOME}/shop_stores.tenure", f"{HOME}/shop.tenure",
                "--at", AT, "--records", "--category", category, "--placement", placement,
                cwd=here, code=None).splitlines()
    found = {}
    for line in lines:
        row = json.loads(line)
        row["overdue"], row["conflict"] = int(row["overdue"]), int(row["conflict"])
        found[row["record"]] = [row[column] for column in COLUMNS]
    return found


def verdicts_of_extension(path, category, table, binds):
    statements = (f"SELECT tenure_facts('{POLICY}', 'buyer', 'buyers', 'id');\n.mode json\n"
                  f"SELECT {', '.join(COLUMNS)} FROM tenure_decide('{POLICY}', '{category}', "
                  f"'{table}', '{AT}', '{binds}');\n")
    out = sql(path, statements)
    rows = json.loads(out[out.index("["):])
    return {row["record"]: [row[column] for column in COLUMNS] for row in rows}


def test_every_verdict_is_the_programs():
    for seed in (1, 2):
        with folder() as here:
            support.fill(f"{here}/shop.db", seed, 2000)
            for category, placement, table in (("order", "shop", "orders"),
                                               ("order", "queue", "queued"),
                                               ("visit", "shop", "visits")):
                expected = verdicts_of_program(here, category, placement)
                actual = verdicts_of_extension(f"{here}/shop.db", category, table,
                                               f"buyer=buyer_id @placement={placement}")
                equal(len(actual), len(expected))
                for record, verdict in expected.items():
                    assert actual[record] == verdict, (seed, table, record, verdict,
                                                       actual[record])
                if category == "order":
                    assert len({v[2] for v in expected.values()}) >= 8


def test_one_record_is_decided_as_in_the_table():
    names = ["placed", "billed", "closed", "kind", "total", "size", "paid", "token", "address"]
    pairs = ", ".join(f"'{n}', {n}" for n in names)
    arguments = f"'{POLICY}', 'order', '{AT}', {pairs}, 'buyer', buyer_id, '@placement', 'shop'"
    with folder() as here:
        support.fill(f"{here}/shop.db", 3, 500)
        out = sql(f"{here}/shop.db", f"""
            SELECT tenure_facts('{POLICY}', 'buyer', 'buyers', 'id');
            SELECT count(*) FROM orders o JOIN tenure_decide('{POLICY}', 'order', 'orders',
                '{AT}', 'buyer=buyer_id @placement=shop') d ON d.record = o.id
            WHERE d.verdict IS NOT tenure_verdict({arguments})
               OR d.reason IS NOT tenure_reason({arguments})
               OR d.due IS NOT tenure_due({arguments});""")
        equal(out.splitlines(), ["43", "0"])


def error(text, part):
    contains(sql(":memory:", text, code=1), part)


def test_mistakes_are_said_in_words():
    error(f"SELECT tenure_verdict('nothing.tenure', 'order', '{AT}');", "nothing.tenure")
    error(f"SELECT tenure_verdict('{POLICY}', 'ordr', '{AT}');", "no category ordr")
    error(f"SELECT tenure_verdict('{POLICY}', 'order', '2026-11-23');", "is no instant")
    error(f"SELECT tenure_verdict('{POLICY}', 'order', '{AT}', 'placed');", "in turn")
    error(f"SELECT tenure_verdict('{POLICY}', 'order', '{AT}', 'plcd', 1);", "neither a field")
    error(f"SELECT tenure_verdict('{POLICY}', 'order', '{AT}', 'placed', 1);",
          "the policy reads billed")
    error(f"SELECT * FROM tenure_decide('{POLICY}', 'order', 'nothing', '{AT}');",
          "no such table: nothing")
    error(f"SELECT * FROM tenure_decide('{POLICY}', 'order');", "takes policy, category")
    visits = "CREATE TABLE v(id, seen, buyer);"
    decide = f"SELECT * FROM tenure_decide('{POLICY}', 'visit', 'v', '{AT}'"
    error("CREATE TABLE v(id, at);" + decide + ");", "has no column seen")
    error(visits + decide + ", 'sene=at');", "'sene' is no FIELD=COLUMN")
    error(visits + decide + ", '@placement=moon');", "is not stored in moon")
    error(f"CREATE TABLE b(id); SELECT tenure_facts('{POLICY}', 'buyer', 'b', 'id');",
          "no column left")
    error(f"SELECT tenure_facts('{POLICY}', 'seller', NULL);", "no entity seller")
    error("SELECT tenure_time(1, 'days');", "a unit is")


def test_facts_that_were_never_loaded_flag():
    visit = f"SELECT tenure_reason('{POLICY}', 'visit', '{AT}', 'seen', '{AT}', 'buyer', 7);"
    none = f"SELECT tenure_facts('{POLICY}', 'buyer', NULL);"
    equal(sql(":memory:", visit + none + visit).splitlines(),
          ["unknown_entity", "0", "retained"])


def test_facts_loaded_again_replace_those_before():
    load = f"SELECT tenure_facts('{POLICY}', 'buyer', 'b', 'id');"
    visit = f"SELECT tenure_reason('{POLICY}', 'visit', '{AT}', 'seen', '{AT}', 'buyer', 7);"
    out = sql(":memory:", "CREATE TABLE b(id, left, tier, hold); INSERT INTO b VALUES "
              f"(7, NULL, 1, 0);{load}{visit}UPDATE b SET hold = 1;{visit}{load}{visit}")
    equal(out.splitlines(), ["1", "retained", "retained", "1", "hold"])


def test_views_and_tables_without_rowid_are_sources():
    decide = (f"SELECT tenure_facts('{POLICY}', 'buyer', NULL); SELECT record, verdict FROM "
              f"tenure_decide('{POLICY}', 'visit', 'v', '{AT}'")
    rows = f"('a', '{AT}', 7), ('b', '2020-01-01T00:00:00Z', 7)"
    out = sql(":memory:", "CREATE TABLE v(id TEXT PRIMARY KEY, seen, buyer) WITHOUT ROWID;"
              f"INSERT INTO v VALUES {rows};" + decide + ") WHERE record = 'b';")
    equal(out.splitlines(), ["0", "b|delete"])
    out = sql(":memory:", "CREATE TABLE t(id, seen, buyer); CREATE VIEW v AS SELECT * FROM t;"
              f"INSERT INTO t VALUES {rows};" + decide + ", '@record=id');")
    # `id` is no field of a visit, whose fields are strict
    equal(out.splitlines(), ["0", "a|keep", "b|delete"])


def test_a_join_reads_only_what_it_joins():
    out = sql(":memory:", "CREATE TABLE v(id INTEGER PRIMARY KEY, seen, buyer);"
              "EXPLAIN QUERY PLAN SELECT * FROM v JOIN tenure_decide("
              f"'{POLICY}', 'visit', 'v', '{AT}') d ON d.record = v.id;")
    contains(out, "SCAN v")
    contains(out, "SCAN d VIRTUAL TABLE INDEX 1")
    out = sql(":memory:", "CREATE TABLE v(id INTEGER PRIMARY KEY, seen, buyer);"
              "EXPLAIN QUERY PLAN SELECT * FROM v JOIN tenure_decide("
              f"'{POLICY}', 'visit', 'v', '{AT}') d ON d.record = v.id;", mode="")
    assert "AUTOMATIC" not in out, out


def test_times_are_exact():
    for number, unit, text in ((0, "unix_s", "1970-01-01T00:00:00Z"),
                               (-1, "unix_ms", "1969-12-31T23:59:59.999Z"),
                               (1700000000123456789, "unix_ns",
                                "2023-11-14T22:13:20.123456789Z"),
                               (9223372036854775807, "unix_s", "9223372036854775807")):
        equal(sql(":memory:", f"SELECT tenure_time({number}, '{unit}');"), text + "\n")
    equal(sql(":memory:", "SELECT tenure_time('x', 'unix_s'), tenure_time(NULL, 'unix_s');"),
          "x|\n")


def test_views_of_a_strange_database_cannot_read_policies():
    with folder() as here:
        run("sqlite3", f"{here}/strange.db",
            stdin=LOAD + f"CREATE VIEW trap AS SELECT tenure_digest('{POLICY}');"
                         "CREATE VIEW hole AS SELECT * FROM tenure_decide("
                         f"'{POLICY}', 'visit', 'v', '{AT}');", code=None)
        contains(sql(f"{here}/strange.db", "SELECT * FROM trap;", code=1), "unsafe use")
        contains(sql(f"{here}/strange.db", "SELECT * FROM hole;", code=1), "unsafe use")


def test_the_digest_names_the_policy():
    with folder() as here:
        run(f"{BUILD}/tenure", "compile", POLICY, "-o", f"{here}/shop.tenurec")
        listing = run(f"{BUILD}/tenure", "disasm", f"{here}/shop.tenurec")
        equal(sql(":memory:", f"SELECT tenure_digest('{here}/shop.tenurec');").strip(),
              re.search(r"^digest: (\w+)", listing, re.MULTILINE)[1])
        open(f"{here}/shop.tenurec", "ab").write(b"\0")
        error(f"SELECT tenure_digest('{here}/shop.tenurec');", "cut off, or something follows")
