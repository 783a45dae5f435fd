"""The audit rule over a file by DuckDB: `streams_duckdb.py FILE TENANTS THREADS`. Prints the
counts, and the seconds of user CPU and of time that the query alone took: neither Python nor
loading DuckDB is counted. It is told the columns and their types, so it guesses nothing."""
import json
import resource
import sys
import time

import duckdb

FILE, TENANTS, THREADS = sys.argv[1:]
COLUMNS = ["tenant_id", "audit_time", "user_name", "userID", "result", "project_name",
           "audit_module", "audit_category", "audit_content"]
TYPES = {name: "TIMESTAMP" if name == "audit_time" else "VARCHAR" for name in COLUMNS}
if FILE.endswith(".csv"):
    SOURCE = f"read_csv('{FILE}', columns={TYPES}, header=true, auto_detect=false, delim=',')"
else:
    WANTED = {"tenant_id": "VARCHAR", "audit_time": "TIMESTAMP"}
    SOURCE = f"read_json('{FILE}', format='newline_delimited', columns={WANTED})"
NOW = "TIMESTAMP '2026-11-23 00:00:00'"
QUERY = f"""SELECT v, count(*) FROM (SELECT CASE WHEN id IS NULL THEN 'flag' WHEN hold THEN 'held'
    WHEN audit_time IS NULL OR audit_time < TIMESTAMP '1971-01-01 00:00:00'
        OR audit_time > {NOW} + INTERVAL 1 DAY THEN 'flag'
    WHEN audit_time <= {NOW} - INTERVAL 1 YEAR
        OR (audit_time <= terminated AND terminated <= {NOW}) THEN 'delete'
    ELSE 'keep' END AS v
    FROM {SOURCE} LEFT JOIN own_tenant ON tenant_id = id) GROUP BY v"""

db = duckdb.connect()
db.execute(f"SET threads = {int(THREADS)}")
db.execute("CREATE TABLE own_tenant AS SELECT * FROM read_json(?, format='newline_delimited', "
           "columns={id: 'VARCHAR', terminated: 'TIMESTAMP', hold: 'BOOLEAN'})", [TENANTS])
user = resource.getrusage(resource.RUSAGE_SELF).ru_utime
start = time.perf_counter()
counts = dict(db.execute(QUERY).fetchall())
took = time.perf_counter() - start
user = resource.getrusage(resource.RUSAGE_SELF).ru_utime - user
held = counts.get("held", 0)
print(json.dumps({"counts": {"keep": counts.get("keep", 0) + held, "held": held,
                             "delete": counts.get("delete", 0), "flag": counts.get("flag", 0)},
                  "user": user, "time": took}))
