"""What the server counts against what is decided row by row, over random schemas, policies and
rows. The table of eval is counted by the server, its --records are decided one by one; and a
forecast is the same whoever counts."""
import collections
import os
import random

from mysql_support import AT, DEPLOYMENT, POLICY, contains, equal, folder, policy, tenure

# how a time may be kept: (column type, binding, from seconds since 1970 to a literal)
SECONDS = "from_unixtime(0) + interval {0} second"
TIMES = [
    ("DATETIME(6)", 'as local "UTC"', lambda s: f"'1970-01-01' + interval {s} second"),
    ("DATETIME", 'as local "Europe/Berlin"', lambda s: f"'1970-01-01' + interval {int(s)} second"),
    ("DATETIME(3)", 'as local "Asia/Shanghai"', lambda s: f"'1970-01-01' + interval {s} second"),
    ("DATETIME(6)", "", lambda s: f"'1970-01-01' + interval {s} second"),
    ("TIMESTAMP(6) NULL", "", lambda s: f"'1970-01-01' + interval {s} second"
     if 1 < s < 2**31 - 1 else "'0000-00-00'"),
    ("BIGINT", "as unix_s", lambda s: str(int(s))),
    ("BIGINT", "as unix_ms", lambda s: str(int(s * 1000))),
    ("BIGINT UNSIGNED", "as unix_us", lambda s: str(max(0, int(s * 10**6)))),
    ("BIGINT", "as unix_ns", lambda s: str(int(s * 10**6) * 1000)),
    ("INT", "as unix_s", lambda s: str(min(int(s), 2**31 - 1))),
    ("VARCHAR(40)", "", lambda s: f"date_format('1970-01-01' + interval {int(s)} second, "
                                  "'%Y-%m-%dT%H:%i:%sZ')"),
    ("VARCHAR(40) CHARACTER SET latin1", "",
     lambda s: f"date_format('1970-01-01' + interval {s} second, '%Y-%m-%dT%H:%i:%s.%fZ')"),
    ("TEXT", "", lambda s: f"date_format('1970-01-01' + interval {int(s)} second, "
                           "'%Y-%m-%dT%H:%i:%s+02:00')"),
]
ODD = {"DATETIME": ["'0000-00-00'", "'2024-00-00'", "'9999-12-31 23:59:59'", "'0001-01-01'"],
       "TIMESTAMP": ["'0000-00-00'"],
       "BIGINT": ["0", "-1", "9223372036854775807", "-9223372036854775807 - 1"],
       "INT": ["0", "-1"],
       "VARCHAR": ["''", "'abc'", "'2026-02-30T00:00:00Z'", "'2026-01-01T00:00:00z'",
                   "'2024-02-29T00:00:00Z'", "'2026-01-01T00:00:00Z\\n'", "'0'"],
       "TEXT": ["'x'"], "BIGINT UNSIGNED": ["0", "18446744073709551615"],
       "DATE": ["'0000-00-00'", "'2024-01-00'", "'1000-01-01'", "'9999-12-31'"]}
NOW = 1795392000  # 2026-11-23
KINDS = [("VARCHAR(20) COLLATE utf8mb4_general_ci", "string",
          ["NULL", "'a'", "'A'", "'a '", "'\u00e4'", "'\U0001f600'", "'abc'", "''"],
          ["kind == 'a'", "kind != 'a'", "kind in ['A', '\u00e4']", "kind.startsWith('a')",
           "kind.endsWith('c')", "has(record.kind)", "kind == null", "size(kind) > 1",
           "kind < 'b'"]),
         ("INT", "int", ["NULL", "0", "1", "-3", "2147483647"],
          ["kind == 1", "kind != 1", "kind < 1", "kind <= -3", "kind > 0", "kind >= 1",
           "kind in [0, 5]", "kind == 1.0", "kind + 1 > 1"]),
         ("BIGINT UNSIGNED", "uint", ["NULL", "0", "7", "18446744073709551615"],
          ["kind == 7u", "kind > 7u", "kind <= 0u", "kind == 7", "kind < 18446744073709551615u"]),
         ("BIT(1)", "bool", ["NULL", "b'0'", "b'1'"],
          ["kind", "!kind", "kind == true", "kind != false", "kind == null"]),
         ("TINYINT", "bool", ["NULL", "0", "1", "2"], ["kind", "!kind || kind", "kind == true"]),
         ("DOUBLE", "double", ["NULL", "0.1", "-2", "1e300"],
          ["kind < 0.1", "kind <= 0.1", "kind == 0.1", "kind > 0.0", "kind == 1"]),
         ("DECIMAL(10,2)", "double", ["NULL", "0.10", "-2"], ["kind < 0.1", "kind == 0.1"]),
         ("VARBINARY(9)", "bytes", ["NULL", "'a'", "x'ff00'"],
          ["kind == b'a'", "kind != b'\\xff\\x00'", "kind == null"]),
         ("VARCHAR(9)", "int", ["NULL", "'abc'", "'1'"], ["kind == 1", "kind < 5"])]
FACT_GUARDS = ["customer.tier == 'gold'", "customer.tier != 'gold'", "has(customer.tier)",
               "customer.gone < timestamp('2026-01-01T00:00:00Z')", "customer.gone == null"]

HORIZONS = [("--until", "2027-12-31"), ("--until", "2030-01-01T05:00:00.5Z", "--by", "week"),
            ("--until", "2031-12-01", "--by", "month"), ("--until", "2026-11-24")]


class Case:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.made = self.r.choice(TIMES)
        self.gone = self.r.choice(TIMES)
        self.kind = self.r.choice(KINDS)
        self.optional = self.r.random() < 0.4
        self.created = self.r.random() < 0.8
        self.key = self.r.choice(["INT", "VARCHAR(20) COLLATE utf8mb4_general_ci",
                                  "BIGINT UNSIGNED", "VARBINARY(20)"])

    def guard(self):
        r = self.r
        parts = [r.choice(self.kind[3] + FACT_GUARDS) for _ in range(r.choice([1, 1, 1, 2, 3]))]
        text = parts[0]
        for part in parts[1:]:
            text = f"({text}) {r.choice(['&&', '||'])} ({part})"
        return f"!({text})" if r.random() < 0.2 else text

    def clause(self):
        r = self.r
        choice = r.randrange(6)
        if choice == 0:
            text = f"on customer.gone delete {r.choice(['', 'after 30 days '])}within 40 days"
        elif choice == 1:
            text = f"retain at most {r.choice(['400 days', '3 years'])} from made"
        elif choice == 2:
            text = f"redact note after {r.choice(['10', '300'])} days from made"
        elif choice == 3:
            return f"hold when {self.guard()}"
        elif choice == 4:
            return f"flag when {self.guard()}"
        else:
            text = "on customer.gone delete within 1 day"
        if r.random() < 0.6:
            text += f" {r.choice(['when', 'unless'])} {self.guard()}"
        return text

    def texts(self):
        r = self.r
        clauses = [f"retain {r.choice(['1 year', '30 days', '90 minutes'])} from "
                   f"{r.choice(['made', 'made', 'end of month of made', 'since'])}"
                   f" when {self.guard()}" for _ in range(r.randrange(3))]
        clauses.append(r.choice(["retain 1 year from made then delete within 10 days",
                                 "retain 2 months from since", "retain indefinitely",
                                 "retain until customer.gone then delete within 30 days"]))
        clauses += [self.clause() for _ in range(r.randrange(4))]
        text = f"""module demo "Demo"
{r.choice(['', 'zone "Europe/Berlin"', 'count whole days'])}
entity customer "C" {{ event gone "G"  attribute tier : string "T" }}
purpose p "P"
basis b "B"
category item "I" of customer{' optional' if self.optional else ''} @personal {{
    fields {{
        made  : timestamp {'@created ' if self.created else ''}"M"
        since : date   "S"
        kind  : {self.kind[1]} "K"
        note  : string "N"
    }}
    purpose p
    basis   b
    stored in mysql as primary {r.choice(['', 'for at most 2 years'])}
    """ + "\n    ".join(clauses) + "\n}\n"
        where = r.choice(["", "", "where (id > 20)", f"where ({self.r.choice(['kind != null'])})"])
        deployment = f"""deployment demo.here of demo
store db = mysql env DB
entity customer from db table "customer" key id {{
    gone = gone_at {self.gone[1]}
    hold = held != null
    hold_until = ends as unix_s  hold_from = starts as unix_s
}}
bind demo.item {{ mysql as primary to db table "item" {where} {{
    customer = customer_id   made = made {self.made[1]} }} }}
"""
        return text, deployment

    def time(self, how):
        r = self.r
        if r.random() < 0.06:
            return "NULL"
        odd = ODD.get(how[0].split("(")[0].split(" CH")[0].split(" NULL")[0], ["NULL"])
        if r.random() < 0.06:
            return r.choice(odd)
        away = r.choice([0, 86400, 86400 * 30, 86400 * 365, 86400 * 400, -86400, -86400 * 3])
        return how[2](NOW - away + r.choice([0, 0, 1, -1, 3600, 0.5, r.randrange(-10**7, 10**7)]))

    def rows(self):
        r = self.r
        keys = [str(i) if "INT" in self.key else f"'{c}'" for i, c in
                enumerate(["a", "\u00e4", "B", "c c", "7", "x"], 1)]
        sql = (f"CREATE TABLE customer(n INT AUTO_INCREMENT PRIMARY KEY, id {self.key},"
               f" gone_at {self.gone[0]}, tier VARCHAR(9), held TEXT, ends BIGINT, starts BIGINT);"
               f"CREATE TABLE item(id INT PRIMARY KEY, customer_id {self.key}, made {self.made[0]},"
               f" since DATE, kind {self.kind[0]}, note TEXT, extra INT);")
        for key in keys + [r.choice(keys)]:
            sql += (f"INSERT INTO customer(id, gone_at, tier, held, ends, starts) VALUES ({key},"
                    f" {self.time(self.gone)}, {r.choice(['NULL', repr('gold'), repr('tin')])},"
                    f" {r.choice(['NULL'] * 5 + [repr('x')])},"
                    f" {r.choice(['NULL', str(NOW + 9)])},"
                    f" {r.choice(['NULL'] * 5 + [str(NOW - 9), '0', str(NOW + 5)])});")
        other = "'A'" if "INT" not in self.key else "99"
        values = []
        for number in range(1, 251):
            since = r.choice(["NULL"] + ODD["DATE"] + [f"'{NOW // 86400 - 19723}'"] + [
                f"date_add('2026-11-23', interval {-r.choice([0, 1, 30, 61, 62, 365])} day)" for _ in range(30)])
            values.append(f"({number}, {r.choice(keys * 9 + ['NULL', other])},"
                          f" {self.time(self.made)}, {since}, {r.choice(self.kind[2])},"
                          f" {r.choice(['NULL', repr('n')])}, {r.choice(['NULL', '1'])})")
        return sql + "INSERT IGNORE INTO item VALUES " + ",".join(values) + ";"


def summed(rows):
    """What the records come to, as eval's table has it."""
    out = collections.Counter()
    least = None
    for row in rows:
        out["records"] += 1
        out[row["verdict"]] += 1
        out["held"] += row["reason"] == "hold"
        out["reason " + row["reason"]] += 1
        for name in ("overdue", "conflict"):
            out[name] += row[name]
        out["redact"] += row["redact"] != []
        if row["verdict"] == "keep" and row["reason"] != "hold" and row["due"]:
            least = min(least or row["due"], row["due"])
    return +out, least


def flat(place):
    out = collections.Counter({k: place[k] for k in (
        "records", "keep", "held", "delete", "flag", "overdue", "conflict", "redact")})
    out.update({"reason " + k: v for k, v in place["reasons"].items()})
    return +out, place["next_due"]


def compare(server, seed):
    case = Case(seed)
    text, deployment = case.texts()
    with folder() as place, server.database(case.rows()) as db:
        path = policy(place, text, deployment)
        env = {"DB": server.url(db, more="?count=server")}
        counted = tenure("eval", path, "--at", AT, "--json", env=env, code=None)
        if counted.code == 1:  # the policy contradicts itself
            return False
        assert counted.code == 0, f"seed {seed}: {counted.err}"
        each = tenure("eval", path, "--at", AT, "--records", env=env)
        actual, expected = flat(counted.json()["placements"][0]), summed(each.lines())
        if actual != expected:
            raise AssertionError(f"seed {seed}\n{actual}\n{expected}\n{text}\n{deployment}")
        asked = ("forecast", path, "--at", AT, "--json", *case.r.choice(HORIZONS))
        counted = tenure(*asked, env=env)
        each = tenure(*asked, env={"DB": server.url(db, more="?count=here")})
        if counted.out != each.out:
            raise AssertionError(f"seed {seed}\n{counted.out}\n{each.out}\n{text}\n{deployment}")
    return True


def test_random_schemas_policies_and_rows(server):
    first = int(os.environ.get("SEED", "1"))
    count = int(os.environ.get("N", "25"))
    done = sum(compare(server, seed) for seed in range(first, first + count))
    assert done * 2 > count, done


def test_the_server_counts_and_only_what_is_in_doubt_is_read(server):
    rows = ("CREATE TABLE customer(id INT PRIMARY KEY, gone_at VARCHAR(40), held TEXT);"
            "INSERT INTO customer VALUES (1, NULL, NULL), (2, '2026-01-01T00:00:00Z', NULL);"
            "CREATE TABLE item(id INT PRIMARY KEY, customer_id INT, made DATETIME, kind TEXT);"
            "INSERT INTO item VALUES " + ",".join(
                f"({i}, {i % 2 + 1}, {'NULL' if i == 77 else repr('2026-02-01')}, 'k')"
                for i in range(1, 501)))
    with folder() as place, server.database(rows) as db:
        path = policy(place, POLICY, DEPLOYMENT.replace(
            "customer = customer_id", 'customer = customer_id  made = made as local "UTC"'))
        server.sql("SET GLOBAL log_output='TABLE'; TRUNCATE mysql.general_log;"
                   "SET GLOBAL general_log=1")
        try:
            out = tenure("eval", path, "--at", AT, "--json", env={"DB": server.url(db, more="?count=server")}).json()
        finally:
            server.sql("SET GLOBAL general_log=0")
        log = "\n".join(row[0] for row in server.sql(
            "SELECT argument FROM mysql.general_log WHERE command_type = 'Execute'"))
        equal((out["placements"][0]["records"], out["placements"][0]["flag"]), (500, 1))
        contains(log, "GROUP BY tenure_w0")
        contains(log, ") ORDER BY `id` LIMIT 1000")
        assert log.count("FROM `item`") == 3, log  # the end of the range, the counts, the one row


def test_a_forecast_is_one_grouped_query(server):
    rows = ("CREATE TABLE customer(id INT PRIMARY KEY, gone_at VARCHAR(40), held TEXT);"
            "INSERT INTO customer VALUES (1, NULL, NULL), (2, '2026-01-01T00:00:00Z', NULL);"
            "CREATE TABLE item(id INT PRIMARY KEY, customer_id INT, made DATETIME, kind TEXT);"
            "INSERT INTO item VALUES " + ",".join(
                f"({i}, {i % 10 // 9 + 1}, '2026-{i % 11 + 1:02}-01', 'k')" for i in range(1, 501)))
    with folder() as place, server.database(rows) as db:
        path = policy(place, POLICY, DEPLOYMENT.replace(
            "customer = customer_id", 'customer = customer_id  made = made as local "UTC"'))
        server.sql("SET GLOBAL log_output='TABLE'; TRUNCATE mysql.general_log;"
                   "SET GLOBAL general_log=1")
        try:
            out = tenure("forecast", path, "--at", AT, "--until", "2027-12-01", "--by", "month",
                         "--json", env={"DB": server.url(db, more="?count=server")}).json()
        finally:
            server.sql("SET GLOBAL general_log=0")
        log = [row[0] for row in server.sql(
            "SELECT argument FROM mysql.general_log WHERE command_type = 'Execute'")
            if "FROM `item`" in row[0]]
        counts = [step["count"] for step in out["places"][0]["steps"]]
        equal(sum(counts) + out["places"][0]["due"], 500)
        equal(len([c for c in counts if c]), 11)
        contains(log[-1], ",tenure_s0")
        assert len(log) == 2, log  # the end of the range, and the counts
