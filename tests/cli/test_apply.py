"""tenure plan, apply and ledger, over the iPaaS deployment."""
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import time

from support import AT, TENURE, contains, equal, folder, tenure, write
from test_eval_stores import DEPLOYMENT, deployed

PLACE = "ipaas.privacy.audit_log elasticsearch db/audit"


def world(place):
    env = deployed(place)
    env["TENURE_LEDGER"] = f"{place}/i.ledger"
    return env


def plan(place, env, *more, code=0, at=AT):
    return tenure("plan", DEPLOYMENT, "--at", at, "-o", f"{place}/plan.json", *more, env=env,
                  code=code)


def apply(place, env, *more, code=0):
    return tenure("apply", f"{place}/plan.json", *more, env=env, code=code)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def ask(env, sql):
    with sqlite3.connect(env["IPAAS_DB"]) as db:
        return db.execute(sql).fetchall()


def test_a_plan_changes_no_byte_and_says_what_goes():
    with folder() as place:
        env = world(place)
        before = digest(env["IPAAS_DB"])
        done = plan(place, env, "--samples")
        equal(digest(env["IPAAS_DB"]), before)
        equal(sorted(os.listdir(place)), ["i.db", "i.ledger.key", "plan.json", "topic.jsonl"])
        contains(done.out, PLACE)
        contains(done.out, "delete    1 (event 1)")
        contains(done.out, "such as   2")
        contains(done.out, "not carried out: this kind of store is only read")
        contains(done.out, "cutoff    audit_time <= 2025-11-23T00:00:00Z")
        equal(oct(os.stat(f"{place}/i.ledger.key").st_mode & 0o777), "0o600")


def test_a_lag_that_nobody_can_tell_is_refused():
    with folder() as place:
        env = world(place)
        plan(place, env)
        contains(apply(place, env, "--yes", "--max-delete", "100%", "--max-lag", "5", code=4).err,
                 "--max-lag: none of the stores has replicas")
        equal(ask(env, "SELECT count(*) FROM audit WHERE id = 2"), [(1,)])


def test_a_plan_as_json():
    with folder() as place:
        env = world(place)
        found = json.loads(plan(place, env, "--json").out)
        audit = [p for p in found["places"] if p["place"] == PLACE][0]
        equal((audit["records"], audit["due"], audit["reasons"]),
              (3, 1, {"hold": 1, "retained": 1, "event": 1}))
        equal("seal" in found, False)


def test_apply_refuses_asks_and_then_does_exactly_that():
    with folder() as place:
        env = world(place)
        plan(place, env)
        contains(apply(place, env, "--yes", code=4).err, "more than the limit of 0")
        contains(apply(place, env, "--max-delete", "100%", code=4).err, "say --yes")
        equal(len(ask(env, "SELECT * FROM audit")), 3)
        done = apply(place, env, "--max-delete", "100%", "--yes")
        contains(done.out, PLACE + ": 1 of 1 deleted")
        equal(ask(env, "SELECT id FROM audit"), [(1,), (3,)])
        equal(ask(env, "SELECT id FROM meta ORDER BY id"), [("a",), ("c",)])
        equal(ask(env, "SELECT id FROM run_log"), [(1,), (3,), (4,), (5,)])
        contains(apply(place, env, "--yes", code=4).err, "has been carried out")


def test_the_ledger_verifies_proves_and_certifies():
    with folder() as place:
        env = world(place)
        plan(place, env)
        report = json.loads(apply(place, env, "--max-delete", "9", "--yes", "--json",
                                  "--anchor", f"cat > {place}/head").out)
        with open(f"{place}/head", encoding="utf-8") as file:
            equal(file.read(), report["head"] + "\n")
        contains(tenure("ledger", "list", env=env).out, report["run"])
        contains(tenure("ledger", "show", report["run"], env=env).out, "outcome 0 of " + PLACE)
        contains(tenure("ledger", "verify", "--head", report["head"], env=env).out,
                 "the head that was kept is in it")
        other = report["head"][:-1] + ("0" if report["head"][-1] != "0" else "1")
        contains(tenure("ledger", "verify", "--head", other, env=env, code=1).err,
                 "not the one of the head that was kept")
        proof = tenure("ledger", "prove", "2", "--place", PLACE, env=env).out
        write(f"{place}/proof", proof)
        write(f"{place}/c.json", tenure("ledger", "certificate", report["run"], "--json",
                                        env=env).out)
        contains(tenure("ledger", "certificate", report["run"], env=env).out,
                 f"| {PLACE} | delete | 1 | keys | 1 |")
        os.remove(f"{place}/i.ledger")
        contains(tenure("ledger", "verify", "--certificate", f"{place}/c.json", "--proof",
                        f"{place}/proof", "--head", report["head"], env={}).out,
                 "intact: ")
        write(f"{place}/proof", proof.replace('"index":0', '"index":1'))
        tenure("ledger", "verify", "--certificate", f"{place}/c.json", "--proof",
               f"{place}/proof", env={}, code=1)


def test_a_composite_key_is_proven():
    with folder() as place:
        env = world(place)
        plan(place, env)
        apply(place, env, "--max-delete", "9", "--yes")
        contains(tenure("ledger", "prove", '["b",1]', env=env).out, "operational_metadata")
        tenure("ledger", "prove", '["a",1]', env=env, code=1)


def test_an_altered_plan_is_refused():
    with folder() as place:
        env = world(place)
        plan(place, env)
        with open(f"{place}/plan.json", encoding="utf-8") as file:
            text = file.read()
        write(f"{place}/plan.json", text.replace('"due":1', '"due":0', 1))
        contains(apply(place, env, "--yes", code=4).err, "altered")


def grown(place, rows=20000):
    env = world(place)
    with sqlite3.connect(env["IPAAS_DB"]) as db:
        db.executemany("INSERT INTO run_log(id, tenant_id, run_time) VALUES(?, 1, ?)",
                       ((i, "2026-01-01T00:00:00Z") for i in range(100, 100 + rows)))
    plan(place, env)
    return env


def test_a_stop_file_and_a_time_stop_it_and_it_goes_on():
    with folder() as place:
        env = grown(place, 3000)
        write(f"{place}/stop", "")
        how = ("--max-delete", "100%", "--yes", "--chunk-rows", "500")
        contains(apply(place, env, *how, "--stop-file", f"{place}/stop", code=5).out,
                 "stopped (the stop file is there); apply the plan again to go on")
        contains(apply(place, env, *how, "--rate", "1500", "--run-time", "1s", code=5).out,
                 "--run-time is over")
        contains(apply(place, env, *how).out, ", resumed")
        equal(ask(env, "SELECT count(*) FROM run_log"), [(4,)])
        contains(tenure("ledger", "verify", env=env).out, "3003 records")


def test_a_signal_stops_it_after_a_whole_chunk():
    with folder() as place:
        env = grown(place)
        command = [TENURE, "apply", f"{place}/plan.json", "--max-delete", "100%", "--yes",
                   "--chunk-rows", "100", "--rate", "2000"]
        for kind in (signal.SIGTERM, signal.SIGINT):
            with subprocess.Popen(command, env={**os.environ, **env},
                                  stdout=subprocess.PIPE, text=True) as run:
                time.sleep(0.7)
                run.send_signal(kind)
                contains(run.communicate()[0], "stopped (by a signal)")
                equal(run.returncode, 5)
        apply(place, env, "--max-delete", "100%", "--yes")
        contains(tenure("ledger", "verify", env=env).out, "20003 records")


def test_a_restored_database_is_refused_until_it_is_rearmed():
    with folder() as place:
        env = world(place)
        with open(env["IPAAS_DB"], "rb") as file:
            backup = file.read()
        plan(place, env)
        apply(place, env, "--max-delete", "9", "--yes")
        with open(env["IPAAS_DB"], "wb") as file:
            file.write(backup)
        plan(place, env)
        refused = apply(place, env, "--max-delete", "9", "--yes", code=4).err
        contains(refused, "ledger rearm")
        contains(refused, "overdue: ipaas.privacy.running_log elasticsearch db/run_log: ")
        tenure("ledger", "rearm", DEPLOYMENT, "--why", "restored", env=env)
        plan(place, env)
        contains(apply(place, env, "--max-delete", "9", "--yes").out, PLACE + ": 1 of 1")


def test_no_policy_becomes_the_first_again_by_a_new_ledger():
    with folder() as place:
        env = world(place)
        plan(place, env)
        apply(place, env, "--max-delete", "9", "--yes")
        os.remove(f"{place}/i.ledger")
        plan(place, env)
        contains(apply(place, env, "--max-delete", "9", "--yes", code=4).err,
                 "belongs to another ledger")


def flagged(place):
    """run_log 3 has 0 as its time, which no binding says how to read: flagged."""
    env = world(place)
    contains(tenure("review", "list", DEPLOYMENT, "--at", AT, env=env).out,
             "ipaas.privacy.running_log elasticsearch db/run_log: 2 flagged")
    contains(tenure("review", "show", DEPLOYMENT, "3", "--at", AT, "--place",
                    "ipaas.privacy.running_log elasticsearch db/run_log", env=env).out,
             "flag (unknown_anchor)")
    return env


def resolve(env, *words, until="2999-01-01T00:00:00Z", code=0):
    return tenure("review", "resolve", DEPLOYMENT, *words, "--until", until, "--why",
                  "asked the owner", "--at", AT, env=env, code=code)


def test_a_flag_is_deleted_only_once_somebody_says_so():
    with folder() as place:
        env = flagged(place)
        explain = ("explain", DEPLOYMENT, "ipaas.privacy.running_log", "3", "--at", AT)
        equal("resolved" in tenure(*explain, env=env).out, False)
        evaluate = ("eval", DEPLOYMENT, "--at", AT)
        equal("resolved" in tenure(*evaluate, env=env).out, False)
        resolve(env, "3", "delete")
        contains(tenure(*evaluate, env=env).out,
                 "1  of these resolved by a review: a plan deletes them")
        row = [p for p in tenure(*evaluate, "--json", env=env).json()["placements"]
               if p["object"] == "run_log"][0]
        equal((row["flag"], row["resolved_delete"], "resolved_keep" in row), (2, 1, False))
        own = {name: value for name, value in env.items() if name != "TENURE_LEDGER"}
        equal("resolved" in tenure(*evaluate, env=own).out, False)
        contains(tenure(*evaluate, "--ledger", env["TENURE_LEDGER"], env=own).out, "resolved")
        contains(tenure(*explain, "--ledger", env["TENURE_LEDGER"], env=own).out, "resolved")
        contains(tenure(*explain, env=env).out, 'resolved: delete until 2999-01-01T00:00:00Z, '
                 'because "asked the owner"')
        contains(plan(place, env).out, "resolved  1 flagged, to be deleted by a review")
        done = apply(place, env, "--max-delete", "100%", "--yes")
        contains(done.out, "db/run_log: 2 of 2 deleted")
        equal(ask(env, "SELECT id FROM run_log"), [(1,), (4,), (5,)])
        contains(tenure("ledger", "show", env=env).out, '"why":"asked the owner"')
        contains(tenure("ledger", "verify", env=env).out, "intact")


def test_a_resolution_to_keep_and_one_that_ran_out_delete_nothing():
    with folder() as place:
        env = flagged(place)
        resolve(env, "3", "keep")
        resolve(env, "5", "delete", until="2026-01-01T00:00:00Z")
        apply_plan(place, env)
        equal(ask(env, "SELECT id FROM run_log"), [(1,), (3,), (4,), (5,)])


def apply_plan(place, env):
    plan(place, env)
    return apply(place, env, "--max-delete", "100%", "--yes")


def test_a_resolution_does_not_outlive_what_it_was_about():
    with folder() as place:
        env = flagged(place)
        resolve(env, "3", "delete")
        plan(place, env)
        with sqlite3.connect(env["IPAAS_DB"]) as db:
            db.execute("UPDATE run_log SET run_time = NULL WHERE id = 3")
        contains(apply(place, env, "--max-delete", "100%", "--yes").out,
                 "db/run_log: 3 (unknown_anchor)")
        equal(ask(env, "SELECT id FROM run_log"), [(1,), (3,), (4,), (5,)])


def test_only_what_is_flagged_can_be_resolved():
    with folder() as place:
        env = flagged(place)
        contains(resolve(env, "1", "delete", code=1).err, "no record with key 1 is flagged")
        resolve(env, "3", "perhaps", code=2)


def test_a_hold_beats_a_resolution():
    with folder() as place:
        env = flagged(place)
        resolve(env, "3", "delete")
        plan(place, env)
        with sqlite3.connect(env["IPAAS_DB"]) as db:
            db.execute("UPDATE tenant SET held_at = '2026-01-01'")
        apply(place, env, "--max-delete", "100%", "--yes")
        equal(len(ask(env, "SELECT id FROM run_log")), 5)
