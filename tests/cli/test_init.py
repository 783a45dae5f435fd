"""tenure init: what it writes for stores that are there, and that it is right as far as it goes."""
import os
import re
import shutil

from support import contains, database, equal, folder, jsonl, tenure, write

GOLDEN = "tests/golden/init"
AT = "2026-11-23T00:00:00Z"
SHOP = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, email TEXT NOT NULL, last_name TEXT, phone TEXT,
    is_active BOOLEAN, created_at TEXT NOT NULL, closed_at TEXT, diagnosis TEXT, zip TEXT, credit REAL,
    birthday TEXT);
INSERT INTO customer VALUES
    (1, 'ada@example.org', 'Ada', '030 1', 1, '2026-01-01T00:00:00Z', NULL, NULL, '01234', 1.5, '1990-05-01'),
    (2, 'bob@example.org', 'Bob', NULL, 0, '2026-02-01T00:00:00Z', '2026-03-01T10:00:00+01:00', NULL, '10115', 0,
     NULL);
CREATE TABLE order_item (order_id INTEGER, pos INTEGER, customer_id INTEGER, created INTEGER, shipped INTEGER,
    updated_at DATETIME, seen_at DATETIME, amount NUMERIC, picture BLOB, PRIMARY KEY (order_id, pos));
INSERT INTO order_item VALUES
    (1, 1, 1, 1763632800, 0, '2026-01-01 10:00:00', NULL, 5, x'00ff'),
    (1, 2, 1, 1763632801, 1763632900, '2026-01-02 10:00:00.5', '2026-01-02 11:00:00', 7, NULL);
CREATE VIEW addresses AS SELECT id, email FROM customer;
CREATE TABLE job_log (ts TIMESTAMP, what VARCHAR(20), ip TEXT, ok TINYINT(1), data BLOB);
"""
# names that a policy could not have, and texts that would be words of one
ODD = """
CREATE TABLE "order items" ("order-id" INTEGER, "from" TEXT, "record" TEXT, "package" INTEGER, "true" INTEGER,
    "a""} category x \"\" {" TEXT, meta, placed INTEGER);
INSERT INTO "order items" VALUES (1, 'x', 'y', 2, 3, 'z', 1, 1763632800123),
    (2, 'x', 'y', 2, 3, 'z', 't', 1763632800124);
CREATE TABLE "x
retain indefinitely // ""evil" (a INTEGER);
CREATE TABLE "day" ("year" INTEGER);
"""


def compare(path, name):
    """The two files, formatted and without the folder's name, against what is golden."""
    for ending in ("", "_live"):
        made = f"{path}/{name}{ending}.tenure"
        tenure("fmt", "--check", made)
        with open(made, encoding="utf-8") as file:
            text = file.read().replace(path, "DIR")
        golden = f"{GOLDEN}/{name}{ending}.expected"
        if os.environ.get("UPDATE") == "1":
            write(golden, text)
        with open(golden, encoding="utf-8") as file:
            equal(text, file.read())


def findings(path, name):
    done = tenure("check", "--json", f"{path}/{name}.tenure", f"{path}/{name}_live.tenure", code=None)
    return done.json()


def decide(path, name):
    """With what was left open filled in, every record that could be read is decided."""
    with open(f"{path}/{name}.tenure", encoding="utf-8") as file:
        text = file.read()
    text = text.replace("import std.gdpr", 'import std.gdpr\npurpose p "P"\nimport std.consent')
    anchors = iter(re.findall(r"// (?:a period could count from: (`[^`]*`|[\w]+)|nothing here)", text))

    def fill(_match):
        anchor = next(anchors)
        until = f"retain 100 years from {anchor}" if anchor else "retain indefinitely"
        return f"purpose p\n    basis std.gdpr.contract\n    {until}\n"

    text = re.sub(r"// open: .*\n", fill, text)
    write(f"{path}/{name}.tenure", text)
    done = tenure("eval", f"{path}/{name}_live.tenure", "--at", AT, "--records")
    return [(r["category"].split(".", 1)[1], r["verdict"], r["reason"]) for r in done.lines()]


def test_a_database_of_a_shop():
    with folder() as path:
        database(f"{path}/shop.db", SHOP)
        done = tenure("init", "sqlite", f"{path}/shop.db", "--dir", path)
        contains(done.out, f"{path}/shop.tenure\n{path}/shop_live.tenure\n")
        compare(path, "shop")
        # what is left open is listed one by one, and nothing else is wrong
        found = findings(path, "shop")
        equal(sorted({f["code"] for f in found}), ["no-basis", "no-purpose", "no-retention"])
        equal(sum(f["code"] == "no-retention" for f in found), 4)
        verdicts = decide(path, "shop")
        equal(len(verdicts), 6)
        equal({v[1] for v in verdicts}, {"keep"})


def test_names_that_are_none():
    with folder() as path:
        database(f"{path}/odd.db", ODD)
        tenure("init", "sqlite", f"{path}/odd.db", "--dir", path)
        compare(path, "odd")
        equal(sorted({f["code"] for f in findings(path, "odd")}),
              ["no-basis", "no-purpose", "no-retention"])
        equal({v[1] for v in decide(path, "odd")}, {"keep"})


def test_csv_and_json_lines():
    with folder() as path:
        write(f"{path}/people.csv", "id,first_name,signup,last login,mail,active,phone,ip,score,weird:col\n"
              "1,Ada,2026-01-01,2026-01-01 10:00:00,a@x.org,true,0301,203.0.113.7,1.5,x\n"
              "2,Bob,2026-01-02,,b@x.org,false,0302,203.0.113.8,2,y\n")
        tenure("init", "csv", f"{path}/people.csv", "--dir", path)
        compare(path, "people")
        equal({v[1] for v in decide(path, "people")}, {"keep"})
        os.makedirs(f"{path}/logs")
        jsonl(f"{path}/logs/events.jsonl", [
            {"createdAt": 1763632800123, "user_id": 7, "tags": ["a"], "payload": {"x": 1}, "level": "info",
             "closedAt": None, "remote": "203.0.113.7", "mixed": 1},
            {"createdAt": 1763632801123, "user_id": 8, "tags": [], "level": "warn",
             "closedAt": 1763632801124, "remote": "fe80::1:2", "mixed": "x"}])
        jsonl(f"{path}/logs/empty.jsonl", [])
        tenure("init", "jsonl", f"{path}/logs", "--dir", path)
        compare(path, "logs")
        equal({v[1] for v in decide(path, "logs")}, {"keep"})


def test_lines_that_are_no_records_do_not_count():
    with folder() as path:
        write(f"{path}/a.jsonl", '{"t": "2026-01-01T00:00:00Z"}\nbroken\n{"t": null}\n')
        tenure("init", "jsonl", f"{path}/a.jsonl", "--dir", path)
        with open(f"{path}/a.tenure", encoding="utf-8") as file:
            contains(file.read(), "By 2 rows of the file a.")


def test_nothing_is_written_over():
    with folder() as path:
        database(f"{path}/shop.db", SHOP)
        write(f"{path}/shop_live.tenure", "mine")
        done = tenure("init", "sqlite", f"{path}/shop.db", "--dir", path, code=4)
        contains(done.err, "is there already, and is not written over")
        assert not os.path.exists(f"{path}/shop.tenure"), "half of it is written"
        with open(f"{path}/shop_live.tenure", encoding="utf-8") as file:
            equal(file.read(), "mine")
        with open(f"{path}/shop.db", "rb") as file:
            before = file.read()
        tenure("init", "sqlite", f"{path}/shop.db", "--dir", path, "--module", "other")
        with open(f"{path}/shop.db", "rb") as file:
            assert file.read() == before, "the store was changed"


def test_a_place_from_the_environment_stays_there():
    with folder() as path:
        database(f"{path}/secret.db", SHOP)
        tenure("init", "sqlite", "env", "SHOP_DB", "--dir", path, env={"SHOP_DB": f"{path}/secret.db"})
        for name in ("sqlite.tenure", "sqlite_live.tenure"):
            with open(f"{path}/{name}", encoding="utf-8") as file:
                assert "secret" not in file.read()
        with open(f"{path}/sqlite_live.tenure", encoding="utf-8") as file:
            contains(file.read(), "store db = sqlite env SHOP_DB")


def test_what_is_wrong_is_said():
    with folder() as path:
        contains(tenure("init", "oracle", "x", code=2).err, "there are sqlite")
        contains(tenure("init", "sqlite", code=2).err, "where is it")
        contains(tenure("init", "csv", "-", code=2).err, "read only once")
        contains(tenure("init", "sqlite", f"{path}/none.db", code=3).err, "cannot open the store")
        contains(tenure("init", "sqlite", "env", "NO_SUCH_VARIABLE", code=2).err, "is not set")
        database(f"{path}/nothing.db", "CREATE TABLE t (a); DROP TABLE t;")
        contains(tenure("init", "sqlite", f"{path}/nothing.db", "--dir", path, code=3).err, "nothing in the store")
        database(f"{path}/test.db", "CREATE TABLE t (a);")
        contains(tenure("init", "sqlite", f"{path}/test.db", "--module", "day", code=2).err, "is no name")
        tenure("init", "sqlite", f"{path}/test.db", "--dir", path)
        assert os.path.exists(f"{path}/test_data.tenure"), "test is a word of the language"
        os.mkdir(f"{path}/no")
        shutil.rmtree(f"{path}/no")
        contains(tenure("init", "sqlite", f"{path}/test.db", "--dir", f"{path}/no", code=4).err,
                 "No such file or directory")


def test_tables_that_the_database_keeps_for_itself_are_no_categories():
    with folder() as place:
        path = database(f"{place}/notes.db", "CREATE VIRTUAL TABLE note USING fts5(body);"
                        "CREATE TABLE plain (a TEXT PRIMARY KEY) WITHOUT ROWID;")
        tenure("init", "sqlite", path, "--dir", place)
        with open(f"{place}/notes.tenure", encoding="utf-8") as f:
            text = f.read()
        equal(re.findall(r"(?m)^category (\S+)", text), ["note", "plain"])


def test_a_file_that_is_no_table_with_commas_is_refused():
    for name, content in (("semi", b"id;created\r\n1;2024-01-31\r\n"), ("bytes", bytes(range(256)))):
        with folder() as place:
            with open(f"{place}/{name}.csv", "wb") as f:
                f.write(content)
            done = tenure("init", "csv", f"{place}/{name}.csv", "--dir", place, code=3)
            contains(done.err, "no column")
            contains(done.err, "commas")
            equal(os.listdir(place), [f"{name}.csv"])


def test_a_header_that_looks_like_values_is_told():
    with folder() as place:
        write(f"{place}/bare.csv", "1,2024-01-31,3\n4,2024-02-01,6\n")
        tenure("init", "csv", f"{place}/bare.csv", "--dir", place)
        with open(f"{place}/bare.tenure", encoding="utf-8") as f:
            contains(f.read(), "// guess: the first line has the names of columns; these look like values")
