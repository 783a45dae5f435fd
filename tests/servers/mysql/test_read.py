"""What values of each type become; keys; the same verdicts as SQLite over the same rows."""
import json

from mysql_support import AT, contains, equal, folder, policy, tenure, write
from support import database

TYPED = """module demo "Demo"
purpose p "P"
basis b "B"
category item "Item" {
    fields { %s }
    purpose p
    basis   b
    stored in mysql as primary
    retain indefinitely
    flag when !(%s)
}
"""
DEPLOYED = """deployment demo.here of demo
store db = %s env DB
bind demo.item { mysql as primary to db table "item" { %s } }
"""


def verdicts(url, place, text, deployment):
    done = tenure("eval", policy(place, text, deployment), "--at", AT, "--records",
                  env={"DB": url})
    return done.lines()


def holds(server, column, field, condition, more=""):
    """`column`: (type, a literal). Is the condition true of the value that is read?"""
    kind, literal = column
    sql = f"CREATE TABLE item(id INT PRIMARY KEY, v {kind}); INSERT INTO item VALUES(1, {literal})"
    with server.database(sql) as db, folder() as place:
        rows = verdicts(server.url(db), place, TYPED % (f"v : {field}", condition),
                        DEPLOYED % ("mysql", f"v = v {more}"))
        equal(rows[0]["verdict"], "keep")


def is_unreadable(server, column, field, more=""):
    kind, literal = column
    sql = f"CREATE TABLE item(id INT PRIMARY KEY, v {kind}); INSERT INTO item VALUES(1, {literal})"
    with server.database(sql) as db, folder() as place:
        rows = verdicts(server.url(db), place, TYPED % (f"v : {field}", "v == v"),
                        DEPLOYED % ("mysql", f"v = v {more}"))
        equal((rows[0]["verdict"], rows[0]["reason"]), ("flag", "unknown_guard"))


def test_numbers_are_what_they_are(server):
    holds(server, ("TINYINT", "-128"), "int", "v == -128")
    holds(server, ("BIGINT", "-9223372036854775808"), "int", "v == -9223372036854775807 - 1")
    holds(server, ("BIGINT UNSIGNED", "18446744073709551615"), "uint",
          "v == 18446744073709551615u")
    is_unreadable(server, ("BIGINT UNSIGNED", "18446744073709551615"), "int")
    holds(server, ("BIT(1)", "b'1'"), "bool", "v")
    holds(server, ("BIT(9)", "b'100000001'"), "int", "v == 257")
    holds(server, ("TINYINT(1)", "0"), "bool", "!v")
    is_unreadable(server, ("TINYINT(1)", "2"), "bool")
    holds(server, ("YEAR", "2024"), "int", "v == 2024")
    holds(server, ("DOUBLE", "0.1"), "double", "v == 0.1")
    holds(server, ("FLOAT", "0.5"), "double", "v == 0.5")
    holds(server, ("DECIMAL(30,10)", "12.5"), "double", "v == 12.5")
    holds(server, ("DECIMAL(20,0)", "7"), "int", "v == 7")
    is_unreadable(server, ("DECIMAL(10,2)", "7.00"), "int")
    is_unreadable(server, ("VARCHAR(9)", "'abc'"), "int")


def test_texts_and_bytes_are_what_they_are(server):
    holds(server, ("VARCHAR(20) CHARACTER SET utf8mb4", "'z\u00e4\U0001f600'"), "string",
          "v == 'z\u00e4\U0001f600'")
    holds(server, ("VARCHAR(20) CHARACTER SET latin1", "'z\u00e4'"), "string", "v == 'z\u00e4'")
    holds(server, ("VARCHAR(20) COLLATE utf8mb4_general_ci", "'A '"), "string",
          "v == 'A ' && v != 'a'")
    holds(server, ("LONGTEXT", "repeat('y', 300000)"), "string", "size(v) == 300000")
    holds(server, ("VARBINARY(4)", "x'00ff'"), "bytes", "v == b'\\x00\\xff'")
    is_unreadable(server, ("BLOB", "'text'"), "string")
    holds(server, ("ENUM('a', 'b')", "'b'"), "string", "v == 'b'")
    holds(server, ("JSON", "'{\"a\": 1}'"), "string", "v.contains('a')")


def test_times_are_what_they_are(server):
    t = "timestamp('2024-02-29T10:00:00.5Z')"
    local = "as local \"UTC\""
    holds(server, ("DATETIME(6)", "'2024-02-29 10:00:00.5'"), "timestamp", f"v == {t}", local)
    is_unreadable(server, ("DATETIME(6)", "'2024-02-29 10:00:00.5'"), "timestamp")
    holds(server, ("DATETIME", "'2024-02-29 10:00:00'"), "timestamp",
          "v == timestamp('2024-02-29T02:00:00Z')", "as local \"Asia/Shanghai\"")
    holds(server, ("TIMESTAMP(3) NULL", "'2024-02-29 10:00:00.5'"), "timestamp", f"v == {t}")
    holds(server, ("BIGINT", "1709200800500"), "timestamp", f"v == {t}", "as unix_ms")
    holds(server, ("BIGINT", "1709200800500000000"), "timestamp", f"v == {t}", "as unix_ns")
    holds(server, ("VARCHAR(30)", "'2024-02-29T10:00:00.5Z'"), "timestamp", f"v == {t}")
    holds(server, ("DATE", "'2024-02-29'"), "date", "v == timestamp('2024-02-29T00:00:00Z')")


def test_a_date_of_zeros_is_unreadable_and_never_null(server):
    is_unreadable(server, ("DATE", "'0000-00-00'"), "date")
    is_unreadable(server, ("DATE", "'2024-00-00'"), "date")
    is_unreadable(server, ("DATETIME", "'0000-00-00'"), "timestamp", "as local \"UTC\"")
    is_unreadable(server, ("TIMESTAMP NULL", "'0000-00-00'"), "timestamp")
    is_unreadable(server, ("BIGINT", "9223372036854775807"), "timestamp", "as unix_s")


def rows_of(server, sql, place):
    text = TYPED % ("v : int", "v == 1")
    with server.database(sql) as db:
        return [row["record"] for row in
                verdicts(server.url(db), place, text, DEPLOYED % ("mysql", "v = v"))]


def test_keys_of_every_kind_are_walked_in_order_and_whole(server):
    digits = "(SELECT 0 n " + "".join(f"UNION SELECT {i} " for i in range(1, 10)) + ")"
    numbers = (f"(SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n AS n FROM {digits} a, {digits} b,"
               f" {digits} c, {digits} d) t")
    with folder() as place:
        for kind, value in (("BIGINT", "n - 5000"), ("BIGINT UNSIGNED", "cast(n as unsigned) * 1800000000000000"),
                            ("VARCHAR(20) CHARACTER SET latin1", "concat('\u00e9', n)"),
                            ("CHAR(9) COLLATE utf8mb4_bin", "concat(char(65 + n % 50), n)"),
                            ("VARCHAR(20) COLLATE utf8mb4_general_ci",
                             "concat(if(n % 2, 'Key ', 'kEY '), n, '\u00fc')"),
                            ("VARBINARY(20)", "concat(char(n % 256), n)"),
                            ("DECIMAL(20,4)", "n / 7"), ("DOUBLE", "n / 7"),
                            ("DATETIME(6)", "from_unixtime(n * 100000.5)"),
                            ("DATE", "date_add('1000-01-01', interval n day)")):
            found = rows_of(server, f"CREATE TABLE item(k {kind}, v INT, PRIMARY KEY(k));"
                                    f"INSERT INTO item SELECT {value}, 1 FROM {numbers}", place)
            equal((kind, len(found), len(set(map(str, found)))), (kind, 10000, 10000))
        found = rows_of(
            server, "CREATE TABLE item(a VARCHAR(9), b INT, c DATE, v INT, PRIMARY KEY(a, c, b));"
            "INSERT INTO item SELECT concat('k', n % 3), n % 100, date_add('2000-01-01', interval"
            f" n div 100 day), 1 FROM {numbers}", place)
        equal(len({json.dumps(key) for key in found}), 10000)
        equal(found[0], ["k0", "2000-01-01", 0])


def test_tables_without_a_key_and_views_are_read_through_a_cursor(server):
    with folder() as place:
        for table in ("CREATE TABLE item(v INT) ENGINE=InnoDB",
                      "CREATE TABLE item(e ENUM('b', 'a'), n INT, v INT, PRIMARY KEY(e, n))",
                      "CREATE TABLE base(v INT); CREATE VIEW item AS SELECT * FROM base"):
            found = rows_of(server, f"{table}; INSERT INTO item(v) VALUES (1)"
                            if "ENUM" not in table else
                            f"{table}; INSERT INTO item VALUES ('b', 1, 1)", place)
            equal(len(found), 1)


def test_names_are_quoted(server):
    deployment = DEPLOYED.replace('"item"', '"it`em; DROP"') % ("mysql", "v = `v``%` + 0")
    with folder() as place:
        deployment = deployment.replace("`v``%` + 0", "v")
        sql = "CREATE TABLE `it``em; DROP`(`i``d` INT PRIMARY KEY, v INT, `x``y` INT);" \
              "INSERT INTO `it``em; DROP` VALUES (1, 1, 1)"
        with server.database(sql) as db:
            equal(verdicts(server.url(db), place, TYPED % ("v : int", "v == 1"),
                           deployment)[0]["verdict"], "keep")


POLICY = """module demo "Demo"
entity customer "Customer" { event gone "Gone"  attribute tier : string "Tier" }
purpose p "P"
basis b "B"
category item "Item" of customer optional @personal {
    fields {
        made  : timestamp @created "Made"
        since : date               "Since"
        kind  : string             "Kind"
        note  : string             "Note"
        size  : int                "Size"
    }
    purpose p
    basis   b
    stored in mysql as primary
    retain 1 year from made when kind != "short"
    retain 30 days from since when kind != "Short"
    retain indefinitely
    on customer.gone delete within 30 days
    retain at least 2 years from made when size > 10
    hold when customer.tier == "gold" && size < 3
    flag when kind in ["odd", "queer"]
    redact note after 100 days from made
}
"""
FACTS = [(1, None, None, "gold"), (2, "2026-03-01T00:00:00Z", None, "tin"),
         (3, None, "x", None), (5, "yesterday", None, "tin"), (6, "1970-01-01T00:00:00Z", None, "")]


def sample_rows():
    times = [None, "2024-01-01T00:00:00Z", "2026-02-28T23:59:59.999999999Z", "2026-11-24T01:00:00Z",
             "1970-05-05T00:00:00Z", "2026-02-30T00:00:00Z", "2025-11-23T00:00:00Z",
             "2025-11-23T00:00:00.000000001Z", "2025-11-23T02:00:00+02:00", "0"]
    days = [None, "2026-10-01", "2026-11-22", "2026-02-30", "0001-01-01"]
    kinds = [None, "short", "Short", "odd", "z\u00e4\U0001f600"]
    number = 0
    for i, made in enumerate(times):
        for j, day in enumerate(days):
            for k, kind in enumerate(kinds):
                number += 1
                yield (number, [1, 2, 3, None, 5, 6, 7][(i + j * 2 + k) % 7], made, day, kind,
                       [None, 1, 11, -5][(i * 3 + j + k) % 4], [None, "n"][j % 2])


def literal(value):
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def test_the_same_rows_get_the_same_verdicts_as_in_sqlite(server):
    insert = ("INSERT INTO customer VALUES " + ",".join(
        f"({','.join(map(literal, row))})" for row in FACTS) + ";INSERT INTO item VALUES "
        + ",".join(f"({','.join(map(literal, row))})" for row in sample_rows()))
    tables = ("CREATE TABLE customer(id INTEGER PRIMARY KEY, gone_at VARCHAR(40), held TEXT,"
              " tier TEXT);"
              "CREATE TABLE item(id INTEGER PRIMARY KEY, customer_id INTEGER, made VARCHAR(40),"
              " since VARCHAR(40), kind VARCHAR(40), size INTEGER, note TEXT);")
    deployment = """deployment demo.here of demo
store db = %s env DB
entity customer from db table "customer" key id { gone = gone_at  hold = held != null }
bind demo.item { mysql as primary to db table "item" where (id != 17) { customer = customer_id } }
"""
    with folder() as place, server.database(tables + insert) as db:
        here = verdicts(server.url(db), place, POLICY, deployment % "mysql")
        there = verdicts(database(f"{place}/s.db", tables + insert + ";"), place, POLICY,
                         deployment % "sqlite")
        equal(len(here), 249)
        equal(here, there)
        policy(place, POLICY, deployment % "mysql")
        done = tenure("explain", f"{place}/here.tenure", "item", 7, "--at", AT,
                      env={"DB": server.url(db)})
        contains(done.out, "demo.item 7: ")


def test_one_key_is_asked_for_alone(server):
    tables = "CREATE TABLE item(k VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY, v INT);" \
             "INSERT INTO item VALUES ('abc', 1), ('7', 1)"
    with folder() as place, server.database(tables) as db:
        d = policy(place, TYPED % ("v : int", "v == 1"), DEPLOYED % ("mysql", "v = v"))
        contains(tenure("explain", d, "item", "abc", "--at", AT, env={"DB": server.url(db)}).out,
                 "demo.item abc: keep")
        tenure("explain", d, "item", "ABC", "--at", AT, env={"DB": server.url(db)}, code=1)
        contains(tenure("explain", d, "item", "7", "--at", AT, env={"DB": server.url(db)}).out,
                 "demo.item 7: keep")
