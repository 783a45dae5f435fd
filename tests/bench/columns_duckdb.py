"""The audit rule over columns by DuckDB, one thread: `columns_duckdb.py WAY FOLDER ROUNDS`,
where FOLDER holds what `columns dump` wrote. Prints the counts and the user CPU a record, in
nanoseconds. Ways: `join` looks the tenants up; `wide` has their facts as columns already, so
that nothing is to be looked up. The best of several ways to write the query counts."""
import json
import resource
import sys

import duckdb
import pyarrow as pa

WAY, FOLDER, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3])


def read(name):
    return pa.py_buffer(open(f"{FOLDER}/{name}", "rb").read())


times = read("times")
rows = times.size // 8
audit = pa.table({
    "time": pa.Array.from_buffers(pa.int64(), rows, [read("valid"), times]),
    "tenant": pa.Array.from_buffers(pa.int32(), rows, [None, read("tenants")])})
held = read("held")
tenant = pa.table({
    "id": pa.array(range(held.size), pa.int32()),
    "held": pa.Array.from_buffers(pa.uint8(), held.size, [None, held]),
    "due": pa.Array.from_buffers(pa.int64(), held.size, [None, read("due")])})

RULE = """CASE WHEN held = 1 THEN 0 WHEN time IS NULL OR time < 31536000000000
    OR time > 1795478400000000 THEN 2 WHEN time <= 1763856000000000 OR time <= due THEN 1
    ELSE 0 END"""
SOURCE = {"join": "own_audit JOIN own_tenant ON tenant = id", "wide": "own_wide"}[WAY]
QUERIES = [f"SELECT {RULE} AS v, count(*) FROM {SOURCE} GROUP BY v",
           f"SELECT count(*) FILTER (v = 0), count(*) FILTER (v = 1), count(*) FILTER (v = 2) "
           f"FROM (SELECT {RULE} AS v FROM {SOURCE})"]

db = duckdb.connect()
db.execute("SET threads = 1")
db.execute("CREATE TABLE own_audit AS SELECT * FROM audit")
db.execute("CREATE TABLE own_tenant AS SELECT * FROM tenant")
db.execute("CREATE TABLE own_wide AS SELECT time, held, due FROM own_audit JOIN own_tenant "
           "ON tenant = id")


def user_ns():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime * 1e9


best, counts = None, None
for query in QUERIES:
    found = db.execute(query).fetchall()
    counts = dict(found) if len(found) > 1 else dict(enumerate(found[0]))
    start = user_ns()
    for _ in range(ROUNDS):
        db.execute(query).fetchall()
    took = (user_ns() - start) / ROUNDS / rows
    best = took if best is None else min(best, took)
print(json.dumps({"keep": counts.get(0, 0), "delete": counts.get(1, 0),
                  "flag": counts.get(2, 0), "ns": round(best, 3)}))
