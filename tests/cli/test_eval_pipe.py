"""tenure eval of records in a file or pipe."""
import json
import os
import subprocess

from support import AT, TENURE, contains, equal, folder, jsonl, tenure, write

KEYS = ["record", "category", "verdict", "reason", "clause", "due", "deadline", "overdue",
        "conflict", "next_change", "redact", "detail"]


def judge(category, record, facts, at=AT, policy="policies/ipaas"):
    """The verdict of one record; facts None: no such customer."""
    rows = [] if facts is None else [dict(facts, id="t")]
    with folder() as place:
        path = jsonl(f"{place}/tenants.jsonl", rows)
        done = tenure("eval", policy, "--category", category, "--facts",
                      f"customer:id={path}", "--key", "customer=tenant_id", "--at", at,
                      "--json", stdin=(json.dumps(dict(record, tenant_id="t")) + "\n").encode())
    verdicts = done.lines()
    equal(len(verdicts), 1)
    return verdicts[0]


def expect(verdict, **expected):
    expected["verdict"], expected["reason"] = expected.pop("because").split()
    equal({name: verdict[name] for name in expected}, expected)


NOTHING = {"terminated": None, "deletion_requested": None, "hold": False}


def test_running_log_is_deleted_at_the_instant_its_seventh_day_is_over():
    v = judge("running_log", {"run_time": "2026-11-16T00:00:00Z"}, NOTHING)
    expect(v, because="delete expired", due="2026-11-23T00:00:00Z")


def test_running_log_is_kept_a_second_before():
    v = judge("running_log", {"run_time": "2026-11-16T00:00:01Z"}, NOTHING)
    expect(v, because="keep retained", due="2026-11-23T00:00:01Z",
           next_change="2026-11-23T00:00:01Z")


def test_running_log_without_a_time_that_can_be_read_is_flagged():
    for time in (None, "yesterday", 0):
        expect(judge("running_log", {"run_time": time}, NOTHING),
               because="flag unknown_anchor", due=None)
    expect(judge("running_log", {}, NOTHING), because="flag unknown_anchor", due=None)


def test_running_log_of_1970_is_implausible():
    expect(judge("running_log", {"run_time": "1970-01-01T00:00:00Z"}, NOTHING),
           because="flag implausible_anchor")


def test_running_log_of_the_future_is_flagged_until_a_day_before():
    expect(judge("running_log", {"run_time": "2027-01-01T00:00:00Z"}, NOTHING),
           because="flag future_anchor", next_change="2026-12-31T00:00:00Z")


def test_audit_log_is_kept_for_a_year():
    expect(judge("audit_log", {"audit_time": "2026-06-01T00:00:00Z"}, NOTHING),
           because="keep retained", due="2027-06-01T00:00:00Z")


def test_audit_log_is_deleted_when_the_customer_has_terminated():
    v = judge("audit_log", {"audit_time": "2026-06-01T00:00:00Z"},
              dict(NOTHING, terminated="2026-11-01T12:00:00Z"))
    expect(v, because="delete event", due="2026-11-01T12:00:00Z",
           deadline="2026-12-01T12:00:00Z", overdue=False)


def test_audit_log_made_after_the_termination_is_kept():
    v = judge("audit_log", {"audit_time": "2026-11-10T00:00:00Z"},
              dict(NOTHING, terminated="2026-11-01T12:00:00Z"))
    expect(v, because="keep retained")


def test_audit_log_of_29_february_is_kept_until_february_is_over():
    v = judge("audit_log", {"audit_time": "2024-02-29T10:00:00Z"}, NOTHING,
              at="2025-02-28T23:59:59Z")
    expect(v, because="keep retained", due="2025-03-01T00:00:00Z")


def test_audit_log_under_a_hold_is_kept_and_in_conflict():
    v = judge("audit_log", {"audit_time": "2020-01-01T00:00:00Z"}, dict(NOTHING, hold=True))
    expect(v, because="keep hold", due="2021-01-01T00:00:00Z", overdue=True, conflict=True,
           clause=None)


def test_audit_log_of_an_unknown_customer_is_flagged():
    v = judge("audit_log", {"audit_time": "2020-01-01T00:00:00Z"}, None)
    expect(v, because="flag unknown_entity")
    equal(v["detail"], [{"reason": "unknown_entity", "clause": None, "entity": "customer",
                         "message": 'there is no customer with the key "t"'}])


def test_metadata_awaits_the_request():
    expect(judge("operational_metadata", {"created_time": "2026-01-01T00:00:00Z"}, NOTHING),
           because="keep awaiting_event", due=None)


def test_metadata_is_deleted_once_requested():
    v = judge("operational_metadata", {"created_time": "2026-01-01T00:00:00Z"},
              dict(NOTHING, deletion_requested="2026-10-01T00:00:00Z"))
    expect(v, because="delete event", deadline="2026-10-31T00:00:00Z", overdue=True)


def test_a_verdict_has_its_names_in_order_and_its_values_whole():
    v = judge("ipaas.privacy.running_log", {"run_time": "yesterday"}, NOTHING)
    equal(list(v), KEYS)
    equal(v["record"], 1)
    equal(v["category"], "ipaas.privacy.running_log")
    clause = v["clause"]
    contains(clause, "policies/ipaas/privacy.tenure:")
    equal(v["detail"], [{
        "reason": "unknown_anchor", "clause": clause, "field": "run_time",
        "message": "run_time is not a timestamp with its zone, like 2026-11-23T00:00:00Z"}])
    equal((v["redact"], v["overdue"], v["conflict"]), ([], False, False))


def test_instants_have_no_trailing_zeros():
    v = judge("running_log", {"run_time": "2026-11-20T00:00:00.500+00:00"}, NOTHING)
    equal(v["due"], "2026-11-27T00:00:00.5Z")


def pipe(records, *more, category="running_log", code=0, env=None, policy="policies/ipaas"):
    return tenure("eval", policy, "--category", category, "--at", AT,
                  "--facts", "customer=none", *more, stdin=records, code=code, env=env)


GOOD = b'{"run_time":"2026-11-01T00:00:00Z"}\n'


def test_bad_lines_are_flagged_with_their_numbers():
    lines = pipe(GOOD + b'nonsense\n\n[1]\n{"run_time":"\xff"}\n'
                 b'{"run_time":1,"run_time":2}\n' + GOOD[:-1], "--json").lines()
    equal([(v["record"], v["reason"]) for v in lines],
          [(1, "expired"), (2, "unreadable"), (4, "unreadable"), (5, "unreadable"),
           (6, "unreadable"), (7, "expired")])
    equal([v["detail"][0]["message"] for v in lines[1:5]],
          ["it is not readable: not valid JSON", "it is not readable: not a JSON object",
           "it is not readable: invalid UTF-8",
           "it is not readable: it names a declared field twice"])


def test_the_table_counts_what_the_verdicts_are():
    done = pipe(GOOD * 1234 + b'{"run_time":null,"extra":1}\n' * 3 +
                b'{"run_time":"2026-11-20T10:00:00Z"}\n')
    equal(done.out, f"""ipaas.privacy.running_log at {AT}

                      records  keep  (held)  delete  overdue  flag    next due
ipaas.privacy.running_log
  the standard input    1,238     1     (0)   1,234    1,234     3  2026-11-27

Flagged: doubt never deletes, so a person has to look
  ipaas.privacy.running_log
          3  unknown_anchor: run_time is null, or not a timestamp with its zone,
             like 2026-11-23T00:00:00Z; the first is record 1235
  What to do
    unknown_anchor      correct what is written there, or say in the deployment
                        how it is written (as unix_ms, as local "Area/City",
                        absent "...")

Fields that the policy does not declare
          3  extra in ipaas.privacy.running_log

Nothing was deleted.
""")


def test_the_summary_is_the_table_as_json():
    done = pipe(GOOD + b'{"run_time":null,"extra":1}\n', "--json", "--summary").json()
    equal((done["at"], done["deployment"], done["deleted"]), (AT, None, 0))
    place = done["placements"][0]
    equal({k: place[k] for k in ("records", "keep", "held", "delete", "flag", "next_due")},
          {"records": 2, "keep": 0, "held": 0, "delete": 1, "flag": 1, "next_due": None})
    equal(place["reasons"], {"expired": 1, "unknown_anchor": 1})
    equal(place["undeclared"], [{"field": "extra", "records": 1}])
    equal(place["doubts"][0]["field"], "run_time")


def test_records_are_read_from_files_too():
    with folder() as place:
        path = write(f"{place}/runs.jsonl", GOOD)
        equal(len(pipe(b"", "--json", path).lines()), 1)
        csv = write(f"{place}/runs.csv", "run_time,job_id\n2026-11-01T00:00:00Z,7\n,8\n")
        equal([v["reason"] for v in pipe(b"", "--json", csv).lines()],
              ["expired", "unknown_anchor"])
        equal([v["record"] for v in pipe(b"", "--json", csv).lines()], [2, 3])
    equal(len(pipe(GOOD, "--json", "-").lines()), 1)
    equal(pipe(b"run_time\n2026-11-01T00:00:00Z\n", "--format", "csv", "--json").lines()[0]
          ["reason"], "expired")


def test_facts_may_be_csv():
    with folder() as place:
        facts = write(f"{place}/t.csv", "id,terminated,hold,hold_from,hold_until\n"
                      "1,2026-11-01T12:00:00Z,false,,\n2,,true,,\n"
                      "3,,,2026-01-01T00:00:00Z,2026-11-23T00:00:00Z\n4,,maybe,,\n")
        records = "".join(json.dumps({"audit_time": "2025-06-01T00:00:00Z", "c": c}) + "\n"
                          for c in (1, "1", 2, 3, 4, 5, None))
        done = tenure("eval", "policies/ipaas", "--category", "audit_log", "--facts",
                      f"customer:id={facts}", "--key", "customer=c", "--at", AT, "--json",
                      stdin=records.encode())
    equal([v["reason"] for v in done.lines()],
          ["expired", "expired", "hold", "expired", "unknown_guard", "unknown_entity",
           "unknown_entity"])


def test_two_rows_of_one_customer_flag_unless_one_holds():
    with folder() as place:
        facts = jsonl(f"{place}/t.jsonl", [{"id": 1}, {"id": "1"}, {"id": 2}, {"id": 2, "hold": True}])
        records = b'{"run_time":"2026-11-01T00:00:00Z","c":1}\n{"run_time":"2026-11-01T00:00:00Z","c":2}\n'
        done = tenure("eval", "policies/ipaas", "--category", "running_log", "--facts",
                      f"customer:id={facts}", "--key", "customer=c", "--at", AT, "--json",
                      stdin=records)
    equal([v["reason"] for v in done.lines()], ["unknown_entity", "hold"])


def test_facts_are_never_guessed():
    done = tenure("eval", "policies/ipaas", "--category", "running_log", "--at", AT, "--json",
                  stdin=GOOD, code=2)
    contains(done.err, "--facts customer:KEYFIELD=FILE")
    contains(done.err, "--facts customer=none")
    with folder() as place:
        facts = jsonl(f"{place}/t.jsonl", [{"id": 1}])
        done = tenure("eval", "policies/ipaas", "--category", "running_log", "--at", AT,
                      "--facts", f"customer:id={facts}", stdin=GOOD, code=2)
        contains(done.err, "--key customer=FIELD")


def test_a_misspelt_fact_is_told():
    with folder() as place:
        facts = jsonl(f"{place}/t.jsonl", [{"id": 1, "holds": True}])
        done = tenure("eval", "policies/ipaas", "--category", "running_log", "--at", AT,
                      "--facts", f"customer:id={facts}", "--key", "customer=c", stdin=GOOD)
        contains(done.err, '"holds" is no event, attribute or hold of ipaas.parties.customer')
        contains(done.err, 'did you mean "hold"?')


def test_columns_that_decide_must_be_there():
    with folder() as place:
        facts = write(f"{place}/t.csv", "id,hold\n1,false\n")
        records = write(f"{place}/r.csv", "time,c\n2026-11-01T00:00:00Z,1\n")
        done = tenure("eval", "policies/ipaas", "--category", "audit_log", "--at", AT,
                      "--facts", f"customer:id={facts}", "--key", "customer=tenant", records,
                      code=3)
        contains(done.err, f'{facts}: there is no column "terminated", which the policy reads')
        contains(done.err, f'{records}: there is no column "audit_time"')
        contains(done.err, f'{records}: there is no column "tenant", the key that --key names')
        equal(done.out, "")


def test_missing_files_are_told_before_anything_is_read():
    done = tenure("eval", "policies/ipaas", "--category", "running_log", "--at", AT,
                  "--facts", "customer:id=none.jsonl", "--key", "customer=c", "gone.jsonl",
                  code=3)
    contains(done.err, "error: cannot open none.jsonl: No such file or directory")
    contains(done.err, "error: cannot open gone.jsonl: No such file or directory")
    equal(done.out, "")


def usage(message, *args):
    done = tenure("eval", *args, code=2)
    contains(done.err, message)
    equal(done.out, "")


def test_mistakes_of_usage_are_told():
    policy = ["policies/ipaas", "--category", "running_log", "--facts", "customer=none"]
    usage("--at is missing", *policy)
    usage("--at yesterday is no instant", *policy, "--at", "yesterday")
    usage("--at 2026-11-23 is no instant", *policy, "--at", "2026-11-23")
    usage("which deployment or policy", "--at", AT)
    usage("there is no one category runing_log; did you mean ipaas.privacy.running_log?",
          "policies/ipaas", "--category", "runing_log", "--at", AT)
    usage("is of no entity nobody", "policies/ipaas", "--category", "running_log", "--facts",
          "nobody=none", "--at", AT)
    usage("--facts is given twice", *policy, "--facts", "customer=none", "--at", AT)
    usage("is not of the form", "policies/ipaas", "--category", "running_log", "--facts",
          "customer", "--at", AT)
    usage("--format xml: it is jsonl or csv", *policy, "--format", "xml", "--at", AT)
    usage("read only once", "policies/ipaas", "--category", "running_log", "--facts",
          "customer:id=-", "--key", "customer=c", "--at", AT)
    usage("unknown option --jsn; did you mean --json?", *policy, "--at", AT, "--jsn")
    usage("--category is missing", "policies/ipaas", "--facts", "customer=none", "--at", AT)


def test_now_is_an_instant():
    done = tenure("eval", "policies/ipaas", "--category", "running_log", "--facts",
                  "customer=none", "--at", "now", "--json", stdin=GOOD)
    equal(done.lines()[0]["record"], 1)


def test_a_compiled_image_decides_alike():
    with folder() as place:
        image = f"{place}/ipaas.tenurec"
        tenure("compile", "policies/ipaas", "-o", image)
        equal(pipe(GOOD, "--json", policy=image).out, pipe(GOOD, "--json").out)


def test_the_machine_has_no_say():
    records = GOOD + b'{"run_time":"2026-11-20T10:00:00.25Z"}\n{"run_time":null}\n'
    for more in (["--json"], []):
        expected = pipe(records, *more).out
        for env in ({"TZ": "Asia/Shanghai"}, {"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8"},
                    {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, {"TZ": ":bad", "LC_ALL": "C"},
                    {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "40"}):
            equal(pipe(records, *more, env=env).out, expected)


def test_whoever_closes_the_pipe_has_seen_enough():
    with folder() as place:
        path = write(f"{place}/runs.jsonl", GOOD * 200000)
        command = [TENURE, "eval", "policies/ipaas", "--category", "running_log", "--facts",
                   "customer=none", "--at", AT, "--json", path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            p.stdout.readline()
            p.stdout.close()
            err = p.stderr.read()
            equal((p.wait(), err), (0, b""))


def test_a_live_pipe_is_answered_line_by_line():
    command = [TENURE, "eval", "policies/ipaas", "--category", "running_log", "--facts",
               "customer=none", "--at", AT, "--json"]
    for kind, head in (("jsonl", b""), ("csv", b"run_time\n")):
        line = GOOD if kind == "jsonl" else b"2026-11-01T00:00:00Z\n"
        with subprocess.Popen(command + ["--format", kind], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as p:
            p.stdin.write(head)
            for number in range(1, 4):
                p.stdin.write(line)
                p.stdin.flush()
                equal(json.loads(p.stdout.readline())["record"], number + (kind == "csv"))
            p.stdin.close()
            equal(p.wait(), 0)


def test_a_full_disk_is_no_success():
    if not os.path.exists("/dev/full"):
        return
    for more in ([], ["--json"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [TENURE, "eval", "policies/ipaas", "--category", "running_log", "--facts",
                 "customer=none", "--at", AT, *more], input=GOOD, stdout=full,
                stderr=subprocess.PIPE, check=False)
        equal(done.returncode, 3)
        contains(done.stderr.decode(), "cannot write the output: No space left on device")


def test_a_policy_with_errors_is_no_policy():
    with folder() as place:
        path = write(f"{place}/bad.tenure", "module bad \"Bad\"\ncategory x {\n")
        done = tenure("eval", path, "--category", "x", "--at", AT, code=1)
        contains(done.err, "bad.tenure:")
        equal(done.out, "")


POLICY = """module notes "Notes"
purpose p "P"
basis b "B"
category note "Note" {
    fields { id : string @key  made : timestamp @created  until : date  size : int
             text : string  parts : list<string> }
    purpose p
    basis b
    stored in files as primary
    retain 1 day from made unless size > 100
    retain indefinitely
    redact text after 1 hour from made
    flag when has(record.parts) && parts.exists(p, p == "secret") because "it holds a secret"
}
"""


def notes(records, *more, code=0):
    with folder() as place:
        path = write(f"{place}/notes.tenure", POLICY)
        return tenure("eval", path, "--category", "note", "--at", AT, *more,
                      stdin="".join(json.dumps(r) + "\n" for r in records).encode(), code=code)


def test_a_field_tagged_key_names_the_record():
    done = notes([{"id": "n-1", "made": "2026-11-22T12:00:00Z", "size": 1, "text": "x"},
                  {"made": "2026-11-22T12:00:00Z", "size": 1},
                  {"id": 7, "made": "2026-11-22T12:00:00Z", "size": "big"},
                  {"id": "n-4", "made": "2026-01-01T00:00:00Z", "size": 101,
                   "parts": ["a", "secret"]}], "--json").lines()
    equal([(v["record"], v["verdict"], v["reason"], v["redact"]) for v in done],
          [("n-1", "keep", "retained", ["text"]), (2, "keep", "retained", []),
           (3, "flag", "unknown_guard", []), ("n-4", "flag", "flagged", [])])
    equal(done[3]["detail"][0]["message"], "it holds a secret")


def test_redactions_are_counted():
    done = notes([{"id": "n-1", "made": "2026-11-22T12:00:00Z", "size": 1, "text": "x"}])
    contains(done.out, "1  notes.note: kept, with fields to be redacted now")
