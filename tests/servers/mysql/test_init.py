"""tenure init over a live server: what it writes can be decided."""
from mysql_support import AT, contains, equal, folder, tenure, write

SQL = """
CREATE TABLE customer (id INT PRIMARY KEY, email VARCHAR(80), is_active TINYINT(1), created_at DATETIME,
    closed_at TIMESTAMP NULL, born DATE, note BLOB, credit DECIMAL(8,2), meta JSON);
INSERT INTO customer VALUES
    (1, 'ada@example.org', 1, '2026-01-01 10:00:00', NULL, '1990-05-01', x'00', 1.5, '{"a": 1}'),
    (2, 'bob@example.org', 0, '2026-02-01 10:00:00', '2026-03-01 10:00:00', NULL, NULL, 2, NULL);
CREATE TABLE nothing_yet (id INT PRIMARY KEY, ts DATETIME, name VARCHAR(10));
"""


def test_a_database_that_is_there(server):
    with server.database(SQL) as db, folder() as place:
        env = {"DB": server.url(db)}
        tenure("init", "mysql", "env", "DB", "--dir", place, "--module", "shop", env=env)
        with open(f"{place}/shop.tenure", encoding="utf-8") as file:
            module = file.read()
        with open(f"{place}/shop_live.tenure", encoding="utf-8") as file:
            live = file.read()
        assert "tenure:tenure" not in module + live
        contains(live, "store db = mysql env DB")
        fields = {line.split(":")[0].strip(): line.split(":")[1].split()[0]
                  for line in module.splitlines() if " : " in line}
        equal({k: fields[k] for k in ("id", "email", "is_active", "created_at", "closed_at", "born")},
              {"id": "int", "email": "string", "is_active": "bool", "created_at": "timestamp",
               "closed_at": "event", "born": "date"})
        contains(module, 'email      : string    @personal("email_address")  // guess: an e-mail address')
        tenure("fmt", "--check", f"{place}/shop.tenure", f"{place}/shop_live.tenure")
        found = tenure("check", "--json", f"{place}/shop.tenure", f"{place}/shop_live.tenure", code=1)
        equal(sorted({f["code"] for f in found.json()}), ["no-basis", "no-purpose", "no-retention"])
        text = module.replace("import std.gdpr", 'purpose p "P"\nimport std.gdpr')
        text = text.replace("// open:", "purpose p basis std.gdpr.contract retain indefinitely "
                            "because \"x\" flag when has(record.created_at) && created_at == "
                            "timestamp(\"2026-01-01T10:00:00Z\") //", 1)
        text = text.replace("// open:", "purpose p basis std.gdpr.contract retain indefinitely "
                            "because \"x\" //")
        write(f"{place}/shop.tenure", text)
        rows = tenure("eval", f"{place}/shop_live.tenure", "--at", AT, "--records", env=env).lines()
        equal([r["verdict"] for r in rows], ["flag", "keep"])
