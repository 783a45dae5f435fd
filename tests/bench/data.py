"""The records that the benches read, in $BUILD/bench, made once for so many: an SQLite database,
JSON Lines, CSV, and, where pyarrow is there, Parquet and an Arrow file. The same number gives the
same bytes of records."""
import csv
import json
import os
import subprocess

from figures import BUILD, DATA, ROWS, TENURE

DATABASE = f"{DATA}/ipaas.db"
JSONL = f"{DATA}/audit_topic.jsonl"
CSV = f"{DATA}/audit_topic.csv"
PARQUET = f"{DATA}/audit_topic.parquet"
ARROW = f"{DATA}/audit_topic.arrow"
TENANTS = f"{DATA}/tenants.jsonl"
TENANTS_BY_ID = f"{DATA}/tenants_by_id.json"
POLICY = f"{DATA}/demo.tenurec"
VENV = f"{BUILD}/venv/bin/python"
MAKER = f"{BUILD}/tests/demo/make_data"
FACTS = """SELECT json_object('id', id, 'terminated', terminated_at,
    'hold', json(CASE WHEN held_at IS NULL THEN 'false' ELSE 'true' END)) FROM tenant"""
COLUMNS = ["tenant_id", "audit_time", "user_name", "userID", "result", "project_name",
           "audit_module", "audit_category", "audit_content"]


def has_python(*packages):
    return os.path.exists(VENV) and subprocess.run(
        [VENV, "-c", f"import {', '.join(packages)}"], stderr=subprocess.DEVNULL,
        check=False).returncode == 0


def make_csv():
    with open(JSONL, encoding="utf-8") as lines, \
            open(CSV, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(json.loads(line) for line in lines)


def make_tenants():
    with open(TENANTS, "wb") as out:
        subprocess.run(["sqlite3", DATABASE, FACTS], check=True, stdout=out)
    with open(TENANTS, encoding="utf-8") as lines, \
            open(TENANTS_BY_ID, "w", encoding="utf-8") as out:
        json.dump({row["id"]: row for row in map(json.loads, lines)}, out)


def is_made():
    """For this many, by this maker; what Parquet needs may have come since."""
    stamp = f"{ROWS} {os.stat(MAKER).st_mtime}\n"
    try:
        with open(f"{DATA}/made", encoding="utf-8") as file:
            return file.read() == stamp, stamp
    except OSError:
        return False, stamp


def make():
    os.makedirs(DATA, exist_ok=True)
    made, stamp = is_made()
    if not made:
        print(f"making {ROWS:,} records of each kind", flush=True)
        for old in (f"{DATA}/made", PARQUET, ARROW):
            if os.path.exists(old):
                os.remove(old)
        subprocess.run([MAKER, DATA, str(ROWS), "10", "10", str(ROWS), "--sound"], check=True)
        make_tenants()
        make_csv()
        with open(f"{DATA}/made", "w", encoding="utf-8") as file:
            file.write(stamp)
    if not os.path.exists(PARQUET) and has_python("pyarrow"):
        subprocess.run([VENV, "tests/bench/tables.py", "make", CSV, PARQUET, ARROW], check=True)
    subprocess.run([TENURE, "compile", "policies/ipaas/demo.tenure", "-o", POLICY], check=True,
                   stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    make()
