"""tenure eval of a deployment: SQLite and files."""
import json
import os
import subprocess

from support import AT, TENURE, contains, database, equal, folder, jsonl, tenure, write

DEPLOYMENT = "policies/ipaas/demo.tenure"
SCHEMA = """
CREATE TABLE tenant(id INTEGER PRIMARY KEY, terminated_at TEXT,
    deletion_requested_at INTEGER, held_at TEXT);
CREATE TABLE end_user(id INTEGER PRIMARY KEY, age INTEGER, country TEXT);
CREATE TABLE meta(id TEXT, part INTEGER, tenant_id, kind TEXT, group_id TEXT, project_id TEXT,
    instance_id TEXT, runtime_id TEXT, version TEXT, tag TEXT, update_time TEXT,
    created_time TEXT, status TEXT, component_id TEXT, remark TEXT,
    PRIMARY KEY (id, part)) WITHOUT ROWID;
CREATE TABLE run_log(id INTEGER PRIMARY KEY, tenant_id, run_time, log_level TEXT, job_id TEXT,
    flow_name TEXT, application_name TEXT, connector_name TEXT, operation_name TEXT,
    log_category TEXT, runtime_name TEXT, client_ip TEXT);
CREATE TABLE audit(id INTEGER PRIMARY KEY, tenant_id, audit_time, user_name TEXT, userID TEXT,
    result TEXT, project_name TEXT, audit_module TEXT, audit_category TEXT,
    audit_content TEXT);
"""
ROWS = """
INSERT INTO tenant VALUES (1, NULL, NULL, NULL),
    (2, '2026-11-01T12:00:00Z', 1790812800000, NULL), (3, NULL, NULL, '2026-01-01');
INSERT INTO end_user VALUES (1, 40, 'DE'), (2, 12, 'DE'), (3, NULL, 'DE'), (4, 15, 'XX');
INSERT INTO meta(id, part, tenant_id, kind, created_time) VALUES
    ('a', 1, 1, 'flow', '2026-01-01T00:00:00Z'), ('b', 1, 2, 'flow', '2026-01-01T00:00:00Z'),
    ('c', 1, 2, 'draft', '2026-01-01T00:00:00Z');
INSERT INTO run_log(id, tenant_id, run_time, client_ip) VALUES
    (1, 1, '2026-11-20T00:00:00Z', '192.0.2.1'), (2, 1, '2026-11-10T00:00:00Z', NULL),
    (3, 1, 0, NULL), (4, '3', '2026-11-10T00:00:00Z', NULL), (5, 9, 'x', NULL);
INSERT INTO audit(id, tenant_id, audit_time) VALUES
    (1, 1, '2026-06-01T00:00:00Z'), (2, 2, '2026-06-01T00:00:00Z'), (3, 3, NULL);
"""
TOPIC = [{"tenant_id": 1, "audit_time": "2026-11-22T10:00:00Z"},
         {"tenant_id": "2", "audit_time": "2026-10-22T10:00:00Z", "ip": "192.0.2.2"}]


def deployed(place, sql=SCHEMA + ROWS, topic=TOPIC):
    """The environment of the demo's deployment over a small database."""
    return {"IPAAS_DB": database(f"{place}/i.db", sql),
            "IPAAS_AUDIT_TOPIC": jsonl(f"{place}/topic.jsonl", topic)}


def evaluate(env, *more, code=0, deployment=DEPLOYMENT):
    return tenure("eval", deployment, "--at", AT, *more, env=env, code=code)


def test_the_table_has_a_row_for_each_placement():
    with folder() as place:
        done = evaluate(deployed(place))
    equal(done.out, f"""ipaas.demo at {AT}

                 records  keep  (held)  delete  overdue  flag    next due
ipaas.dpsa.operational_metadata
  mysql                2     1     (0)       1        1     0           -
ipaas.privacy.running_log
  elasticsearch        5     2     (1)       1        2     2  2026-11-27
ipaas.privacy.audit_log
  kafka                2     1     (0)       1        0     0  2027-11-22
  elasticsearch        3     2     (1)       1        0     0  2027-06-01

Flagged: doubt never deletes, so a person has to look
  ipaas.privacy.running_log, elasticsearch
          1  unknown_entity: no customer has the key, or more than one; record 5
          1  unknown_anchor: run_time is null, or not a timestamp with its zone,
             like 2026-11-23T00:00:00Z; record 3
  What to do
    unknown_entity      correct the key, add the missing facts, or make the rows
                        with one key one row
    unknown_anchor      correct what is written there, or say in the deployment
                        how it is written (as unix_ms, as local "Area/City",
                        absent "...")

To note
          1  ipaas.privacy.running_log, elasticsearch: past a deadline or a
             limit, but held, flagged or under a duty to keep

Fields that the policy does not declare
          1  client_ip in ipaas.privacy.running_log, elasticsearch
          1  ip in ipaas.privacy.audit_log, kafka

Conditions, which change no verdict
  ipaas.dpsa.minimum_age "End users are of at least the age of consent of their
  jurisdiction": 1 met, 2 not met (the first by end_user 2), 1 can't be told

Facts
          3  ipaas.parties.customer
          4  ipaas.parties.end_user

Nothing was deleted.
""")
    assert max(map(len, done.out.split("\n"))) <= 80


def test_the_json_says_the_same():
    with folder() as place:
        done = evaluate(deployed(place), "--json").json()
    equal(list(done), ["at", "deployment", "placements", "unmanaged", "conditions", "facts",
                       "deleted"])
    equal([(p["category"].split(".")[-1], p["placement"], p["roles"], p["store"], p["object"],
            p["records"], p["keep"], p["held"], p["delete"], p["overdue"], p["flag"],
            p["next_due"]) for p in done["placements"]],
          [("operational_metadata", "mysql", ["primary", "backup"], "db", "meta",
            2, 1, 0, 1, 1, 0, None),
           ("running_log", "elasticsearch", ["backup"], "db", "run_log",
            5, 2, 1, 1, 2, 2, "2026-11-27T00:00:00Z"),
           ("audit_log", "kafka", ["temporary"], "bus", "audit",
            2, 1, 0, 1, 0, 0, "2027-11-22T10:00:00Z"),
           ("audit_log", "elasticsearch", ["primary", "backup"], "db", "audit",
            3, 2, 1, 1, 0, 0, "2027-06-01T00:00:00Z")])
    equal(done["conditions"], [{"condition": "ipaas.dpsa.minimum_age",
                                "entity": "ipaas.parties.end_user",
                                "met": 1, "unmet": 2, "unknown": 1}])
    equal(done["placements"][1]["doubts"][0],
          {"reason": "unknown_entity", "entity": "customer", "records": 1, "first": "5",
           "cause": "no customer has the key, or more than one",
           "help": "correct the key, add the missing facts, or make the rows with one key one row"})


def test_records_are_verdicts_of_one_place_after_the_other():
    with folder() as place:
        env = deployed(place)
        done = evaluate(env, "--records").lines()
        kafka = evaluate(env, "--records", "--placement", "kafka").lines()
        audit = evaluate(env, "--records", "--category", "audit_log").lines()
    equal([(v["record"], v["reason"]) for v in done],
          [(["a", 1], "awaiting_event"), (["b", 1], "event"),
           (1, "retained"), (2, "expired"), (3, "unknown_anchor"), (4, "hold"),
           (5, "unknown_entity"), (1, "retained"), (2, "event"),
           (1, "retained"), (2, "event"), (3, "hold")])
    equal(kafka, done[7:9])
    equal(audit, done[7:])


def test_an_image_of_a_deployment_decides_alike():
    with folder() as place:
        env = deployed(place)
        tenure("compile", DEPLOYMENT, "-o", f"{place}/d.tenurec")
        equal(evaluate(env, deployment=f"{place}/d.tenurec").out, evaluate(env).out)


def broken(change, message, code=3, path=DEPLOYMENT):
    """Evaluating after `change(place, env)` fails with the message and prints nothing."""
    with folder() as place:
        env = deployed(place)
        change(place, env)
        done = tenure("eval", path, "--at", AT, env=env, code=code)
        contains(done.err, message.format(place=place))
        equal(done.out, "")


def test_a_missing_database_is_told_with_the_line_that_names_it():
    def change(place, env):
        os.remove(env["IPAAS_DB"])
    broken(change, f"{DEPLOYMENT}:6:7: error: store db (sqlite {{place}}/i.db): there is no "
           "such file")


def test_an_unset_variable_is_told():
    def change(place, env):
        env["IPAAS_DB"] = ""
    broken(change, f"{DEPLOYMENT}:6:7: error: store db: the environment variable IPAAS_DB is "
           "not set")


def test_what_is_no_database_is_told():
    broken(lambda place, env: write(env["IPAAS_DB"], "x" * 5000),
           "store db (sqlite {place}/i.db): it is not an SQLite database")
    broken(lambda place, env: write(env["IPAAS_DB"], ""),
           "it is empty, which is not a database yet")


def test_a_missing_table_is_told_with_the_nearest():
    def change(place, env):
        database(env["IPAAS_DB"], SCHEMA.replace("run_log", "run_logs"))
    broken(change, 'store db: it has no table "run_log"\n  help: did you mean "run_logs"?')


def test_missing_columns_are_told_all_at_once():
    def change(place, env):
        database(env["IPAAS_DB"], SCHEMA.replace("audit_content", "content")
                 .replace("userID", "user"))
    broken(change, 'error: store db: table "audit" has no column "userID"')
    broken(change, 'error: store db: table "audit" has no column "audit_content"')


def test_a_missing_topic_is_told_before_anything_is_evaluated():
    def change(place, env):
        os.remove(env["IPAAS_AUDIT_TOPIC"])
    broken(change, "store bus (jsonl {place}/topic.jsonl): cannot open {place}/topic.jsonl: "
           "No such file or directory")


def test_a_locked_database_is_told():
    with folder() as place:
        env = deployed(place)
        with subprocess.Popen(["sqlite3", env["IPAAS_DB"]], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as lock:
            lock.stdin.write("BEGIN EXCLUSIVE;\nSELECT 'locked';\n")
            lock.stdin.flush()
            lock.stdout.readline()
            done = evaluate(env, code=3)
            lock.stdin.close()
        contains(done.err, "it is locked: another program is writing to it")
        equal(done.out, "")


def test_a_corrupt_database_is_told():
    with folder() as place:
        many = "".join(f"INSERT INTO audit(tenant_id, audit_time) VALUES (1, '{'x' * 200}');\n"
                       for _ in range(500))
        env = deployed(place, SCHEMA + "BEGIN;" + many + "COMMIT;")
        with open(env["IPAAS_DB"], "r+b") as file:
            file.seek(4096 * 15)
            file.write(b"\xEE" * 4096 * 4)
        done = evaluate(env, code=3)
        contains(done.err, "store db, table \"audit\": it is corrupt")
        equal(done.out, "")


def snapshot(place):
    """Names, contents and times of all files, and the folder's own time."""
    files = {}
    for name in sorted(os.listdir(place)):
        with open(f"{place}/{name}", "rb") as file:
            files[name] = (file.read(), os.stat(f"{place}/{name}").st_mtime_ns)
    return files, os.stat(place).st_mtime_ns


def test_nothing_is_written():
    for mode in ("DELETE", "WAL", "TRUNCATE", "PERSIST"):
        with folder() as place:
            env = deployed(place, f"PRAGMA journal_mode={mode};" + SCHEMA + ROWS)
            before = snapshot(place)
            evaluate(env)
            evaluate(env, "--records")
            evaluate(env, "--json")
            equal(snapshot(place), before)


def test_a_folder_that_may_not_be_written_will_do():
    with folder() as place:
        env = deployed(place, "PRAGMA journal_mode=WAL;" + SCHEMA + ROWS)
        os.chmod(place, 0o555)
        try:
            contains(evaluate(env).out, "Nothing was deleted.")
        finally:
            os.chmod(place, 0o755)


def test_the_machine_has_no_say():
    with folder() as place:
        env = deployed(place)
        for more in ([], ["--json"], ["--records"]):
            expected = evaluate(env, *more).out
            for odd in ({"TZ": "Pacific/Apia"}, {"TZ": "Europe/Berlin", "LC_ALL": "de_DE.UTF-8"},
                        {"LC_ALL": "tr_TR.UTF-8"}):
                equal(evaluate(dict(env, **odd), *more).out, expected)


def test_colour_is_for_terminals_alone():
    with folder() as place:
        env = deployed(place)
        assert "\x1b" not in evaluate(env).out
        command = f"{TENURE} eval {DEPLOYMENT} --at {AT}"
        for extra, has_colour in ({}, True), ({"NO_COLOR": "1"}, False):
            full = dict(os.environ, **env)
            full.pop("NO_COLOR", None)
            full.update(extra)
            done = subprocess.run(["script", "-qec", command, "/dev/null"], env=full,
                                  capture_output=True, check=True)
            equal(b"\x1b[" in done.stdout, has_colour)


def test_no_such_placement():
    with folder() as place:
        done = evaluate(deployed(place), "--placement", "oracle", code=2)
        contains(done.err, "the deployment binds no such category and placement")


OWN = """deployment own of notes
store db = sqlite "{place}/n.db"
entity owner from db table "owner" key id {{ hold = on_hold }}
bind notes.note {{
    files as primary to db table "note" where (kind == "n" || size > 3) {{
        owner = owner_id
        made = made_at as unix_s absent 0
        keep_until = keep_until absent "9999-12-31"
    }}
    files as backup unmanaged "tapes in the cellar" expires 90 days
}}
"""
NOTES = """module notes "Notes"
purpose p "P"
basis b "B"
entity owner "Owner" { event left "Left" }
category note "Note" of owner optional {
    fields { made : timestamp @created  keep_until : date  size : int  done : bool }
    purpose p
    basis b
    stored in files as primary and backup
    retain until owner.left when has(record.keep_until)
    retain 1 day from made
    hold when done
}
"""


def own(rows, place):
    write(f"{place}/notes.tenure", NOTES)
    database(f"{place}/n.db", "CREATE TABLE owner(id TEXT, on_hold INTEGER, left TEXT);"
             "INSERT INTO owner VALUES ('x', 0, NULL), ('y', 1, NULL), ('z', 7, NULL);"
             "CREATE TABLE note(owner_id, made_at, keep_until, kind, size, done);" + "".join(
                 f"INSERT INTO note VALUES ({row});" for row in rows))
    return write(f"{place}/own.tenure", OWN.format(place=place).replace(
        "{ hold = on_hold }", "{ hold = on_hold  left = left }"))


def test_a_deployment_says_how_columns_are_read():
    with folder() as place:
        path = own(["'x', 1795000000, NULL, 'n', 1, 0",        # retained or expired
                    "'x', 0, '9999-12-31', 'n', 1, 0",         # absent: no made, no until
                    "'x', '2026-11-01T00:00:00Z', NULL, 'n', 1, 0",  # text for a number
                    "'x', 1795000000, NULL, 'm', 1, 0",        # not meant
                    "'x', 1795000000, NULL, 'm', 4, 0",        # meant for its size
                    "'x', 1795000000, NULL, 'm', 'big', 0",    # can't be told
                    "'y', 1795000000, NULL, 'n', 1, 0",        # held by its owner
                    "'z', 1795000000, NULL, 'n', 1, 0",        # a hold that can't be read
                    "NULL, 1795000000, NULL, 'n', 1, 0",       # nobody's
                    "'x', 1795000000, NULL, 'n', 1, 1",        # held by itself
                    "'x', 1795000000, NULL, 'n', 1, 2"], place)
        done = tenure("eval", path, "--at", AT, "--records").lines()
        equal([(v["record"], v["reason"]) for v in done],
              [(1, "expired"), (2, "unknown_anchor"), (3, "unknown_anchor"), (5, "expired"),
               (6, "unknown_guard"), (7, "hold"), (8, "unknown_guard"), (9, "expired"),
               (10, "hold"), (11, "unknown_guard")])
        equal(done[4]["detail"][0]["message"], "whether it is meant can't be told: the "
              "deployment's condition (where) fails for it")
        equal(done[6]["detail"][0]["message"], "the hold of its owner can't be read")
        table = tenure("eval", path, "--at", AT).out
        contains(table, "Out of reach\n  notes.note, files: tapes in the cellar, gone after 90 "
                 "days\n")


def test_files_in_a_folder_are_tables():
    with folder() as place:
        write(f"{place}/notes.tenure", NOTES)
        write(f"{place}/owner.csv", "id,on_hold,left\nx,false,\n")
        write(f"{place}/note.csv", "owner_id,made_at,keep_until,kind,size,done\nx,1795000000,,n,1,false\n"
              "x,,,n,1,false\n,1795000000,,m,4,true\n")
        path = write(f"{place}/own.tenure", OWN.format(place=place).replace(
            "{ hold = on_hold }", "{ hold = on_hold  left = left }").replace(
            f'sqlite "{place}/n.db"', f'csv "{place}"').replace(
            'where (kind == "n" || size > 3)', 'where (kind == "n" || int(size) > 3)'))
        done = tenure("eval", path, "--at", AT, "--records").lines()
        equal([(v["record"], v["reason"]) for v in done],
              [(2, "expired"), (3, "unknown_anchor"), (4, "hold")])


def test_explain_takes_several_placements_and_names_what_was_meant():
    with folder() as place:
        env = deployed(place)
        explain = ("explain", DEPLOYMENT, "audit_log", "1", "--at", AT)
        both = tenure(*explain, "--placement", "kafka", "--placement", "elasticsearch", env=env)
        contains(both.out, "in kafka\n")
        contains(both.out, "in elasticsearch\n")
        contains(tenure("explain", DEPLOYMENT, "audit_lgo", "1", "--at", AT, env=env, code=2).err,
                 "did you mean ipaas.privacy.audit_log?")
