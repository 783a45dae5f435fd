"""The audit rule over a file by DuckDB: `streams_duckdb.py FILE TENANTS THREADS [DUE]`. Writes the
records that are due to the file DUE, as JSON Lines, or prints the
counts, and the seconds of user CPU and of time that the query alone took: neither Python nor
loading DuckDB is counted. It is told the columns and their types, so it guesses nothing."""
import json
import resource
import sys
import time

import duckdb

FILE, TENANTS, THREADS, *DUE = sys.argv[1:]
COLUMNS = ["tenant_id", "audit_time", "user_name", "userID", "result", "project_name",
           "audit_module", "audit_category", "audit_content"]
TYPES = {name: "TIMESTAMP" if name == "audit_time" else "VARCHAR" for name in COLUMNS}
if FILE.endswith(".csv"):
    SOURCE = f"read_csv('{FILE}', columns={TYPES}, header=true, auto_detect=false, delim=',')"
else:
    WANTED = TYPES if DUE else {"tenant_id": "VARCHAR", "audit_time": "TIMESTAMP"}
    SOURCE = f"read_json('{FILE}', format='newline_delimited', columns={WANTED})"
NOW = "TIMESTAMP '2026-11-23 00:00:00'"
DECIDED = f"""SELECT *, CASE WHEN id IS NULL THEN 'flag' WHEN hold THEN 'held'
    WHEN audit_time IS NULL OR audit_time < TIMESTAMP '1971-01-01 00:00:00'
        OR audit_time > {NOW} + INTERVAL 1 DAY THEN 'flag'
    WHEN audit_time <= {NOW} - INTERVAL 1 YEAR
        OR (audit_time <= terminated AND terminated <= {NOW}) THEN 'delete'
    ELSE 'keep' END AS v
    FROM {SOURCE} LEFT JOIN own_tenant ON tenant_id = id"""
COUNTS = f"SELECT v, count(*) FROM ({DECIDED}) GROUP BY v"
WRITE = (f"COPY (SELECT {', '.join(COLUMNS)} FROM ({DECIDED}) WHERE v = 'delete') "
         f"TO '{''.join(DUE)}' (FORMAT json)")

db = duckdb.connect()
db.execute(f"SET threads = {int(THREADS)}")
db.execute("CREATE TABLE own_tenant AS SELECT * FROM read_json(?, format='newline_delimited', "
           "columns={id: 'VARCHAR', terminated: 'TIMESTAMP', hold: 'BOOLEAN'})", [TENANTS])
user = resource.getrusage(resource.RUSAGE_SELF).ru_utime
start = time.perf_counter()
found = db.execute(WRITE if DUE else COUNTS).fetchall()
counts = {"delete": found[0][0]} if DUE else dict(found)
took = time.perf_counter() - start
user = resource.getrusage(resource.RUSAGE_SELF).ru_utime - user
held = counts.get("held", 0)
print(json.dumps({"counts": {"keep": counts.get("keep", 0) + held, "held": held,
                             "delete": counts.get("delete", 0), "flag": counts.get("flag", 0)},
                  "user": user, "time": took}))
