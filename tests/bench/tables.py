"""Tables of columns, by the Python packages that `make bench-peers` installs:
`tables.py make CSV PARQUET ARROW` writes the records as Parquet and as an Arrow file;
`tables.py tenure|duckdb PARQUET TENANTS` decides them, and prints the counts and the user CPU
that reading and deciding took, in nanoseconds."""
import json
import resource
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROUNDS = 5
POLICY = """module bench "Bench"
import std.gdpr
purpose audit "Audit"
entity customer { event terminated "" }
category audit_log "Audit log" of customer {
    fields { audit_time : timestamp @created }
    purpose audit  basis std.gdpr.contract
    stored in db as primary
    retain 1 year from audit_time
    on customer.terminated delete within 30 days
}
"""
NOW = "TIMESTAMPTZ '2026-11-23 00:00:00+00'"
RULE = f"""SELECT v, count(*) FROM (SELECT CASE WHEN hold THEN 'keep'
    WHEN audit_time IS NULL OR audit_time < TIMESTAMPTZ '1971-01-01 00:00:00+00'
        OR audit_time > {NOW} + INTERVAL 1 DAY THEN 'flag'
    WHEN audit_time <= {NOW} - INTERVAL 1 YEAR
        OR (audit_time <= terminated AND terminated <= {NOW}) THEN 'delete'
    ELSE 'keep' END AS v FROM read_parquet(?) LEFT JOIN tenant ON tenant_id = id) GROUP BY v"""


def user_ns():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime * 1e9


def make(source, parquet, arrow):
    from pyarrow import csv
    when = pa.timestamp("us", "UTC")
    table = csv.read_csv(source, convert_options=csv.ConvertOptions(
        column_types={"audit_time": when}))
    pq.write_table(table, parquet)
    with pa.OSFile(arrow, "wb") as file, pa.ipc.new_file(file, table.schema) as out:
        out.write_table(table)


def tenants(path):
    with open(path, encoding="utf-8") as lines:
        return {row.pop("id"): row for row in map(json.loads, lines)}


def by_tenure(parquet, facts):
    import tenure
    policy = tenure.Policy.compile_text({"bench.tenure": POLICY})
    run = policy.run("2026-11-23T00:00:00Z", facts={"customer": tenants(facts)})
    columns = {"audit_time": "audit_time", "customer": "tenant_id"}

    def once():
        file = pq.ParquetFile(parquet, read_dictionary=["tenant_id"])
        table = file.read(columns=["audit_time", "tenant_id"], use_threads=False)
        found = pa.table(run.decide(table, "audit_log", columns=columns))["verdict"]
        return {str(one["values"]): one["counts"] for one in pc.value_counts(found).to_pylist()}
    return once


def by_duckdb(parquet, facts):
    import duckdb
    db = duckdb.connect()
    db.execute("SET threads = 1; SET TimeZone = 'UTC'")
    db.execute("CREATE TABLE tenant AS SELECT * FROM read_json(?, format='newline_delimited', "
               "columns={id: 'VARCHAR', terminated: 'TIMESTAMPTZ', hold: 'BOOLEAN'})", [facts])
    return lambda: dict(db.execute(RULE, [parquet]).fetchall())


def main():
    what, *paths = sys.argv[1:]
    if what == "make":
        make(*paths)
        return
    once = {"tenure": by_tenure, "duckdb": by_duckdb}[what](*paths)
    counts = once()  # the first loads what the others use
    start = user_ns()
    for _ in range(ROUNDS):
        once()
    print(json.dumps({**{word: counts.get(word, 0) for word in ("keep", "delete", "flag")},
                      "ns": (user_ns() - start) / ROUNDS}))


main()
