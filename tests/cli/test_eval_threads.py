"""tenure eval --threads: the same output as with one, whatever the file holds."""
import json
import os
import random
import subprocess
import threading

from support import (AT, BUILD, TENURE, contains, database, equal, folder, jsonl, tenure,
                     write)

TIMES = ["2024-02-29T10:00:00Z", "2026-11-01T00:00:00Z", "", "yesterday", "2031-01-01T00:00:00Z"]
CELLS = ["x", "", "a,b", 'say ""hi""', "two\nlines", "r\r\nn", "é", ",", '""']


def csv_record(rng):
    """A record; one in a hundred is broken, by quotes, by bytes or by its cells."""
    odd = rng.random()
    end = rng.choice(["\n", "\n", "\r\n"])
    if odd < 0.003:
        return rng.choice(['2024-01-01T00:00:00Z,t1,a"b,"c\n', '"open"ed,t1,x\n', "\n", "one\n",
                           ',,"x"\r,\n', '"a"\r\n', 'q"",""",t\n']).encode()
    if odd < 0.005:
        return b"2024-01-01T00:00:00Z,t1,\xff\xfe\n"
    note = rng.choice(CELLS)
    if any(c in note for c in ',"\n\r') or rng.random() < 0.2:
        note = f'"{note}"'
    return f"{rng.choice(TIMES)},t{rng.randrange(40)},{note}{end}".encode()


def json_record(rng):
    odd = rng.random()
    if odd < 0.004:
        return rng.choice([b"nonsense\n", b"\n", b'{"audit_time": "\n', b'{"a":"\xff"}\n', b" \r\n"])
    extra = f', "odd{rng.randrange(5)}": "a\\"b"' if odd > 0.8 else ""
    end = rng.choice(["\n", "\r\n"])
    return (f'{{"audit_time": "{rng.choice(TIMES)}", "tenant_id": "t{rng.randrange(40)}"'
            f"{extra}}}{end}").encode()


def compare(place, records, *more):
    """Both outputs of both ways, with one thread and with several."""
    facts = jsonl(f"{place}/tenants.jsonl", [{"id": f"t{i}", "terminated": None, "hold": i == 3,
                                              "deletion_requested": None} for i in range(35)])
    args = ["eval", "policies/ipaas", "--category", "audit_log", "--key", "customer=tenant_id",
            "--facts", f"customer:id={facts}", "--at", "2026-11-23T00:00:00Z", *more, records]
    for way in (["--json"], ["--summary", "--json"], []):
        one = tenure(*args, *way, code=None)
        for count in (2, 3):
            several = tenure(*args, *way, "--threads", count, code=None)
            equal(several.code, one.code)
            equal(several.err, one.err)
            assert several.out == one.out, f"{way} with {count} threads differs"
    return one


def many(rng, make, size):
    parts = []
    total = 0
    while total < size:
        parts.append(make(rng))
        total += len(parts[-1])
    return b"".join(parts)


def test_threads_do_not_change_what_is_said_of_csv():
    for seed in (1, 2):
        rng = random.Random(seed)
        mark = b"\xef\xbb\xbf" if seed == 2 else b""
        with folder() as place:
            file = write(f"{place}/a.csv", mark + b'audit_time,tenant_id,"no\nte"\n'
                         + many(rng, csv_record, 3_500_000))
            compare(place, file)


def test_threads_do_not_change_what_is_said_of_json_lines():
    rng = random.Random(3)
    with folder() as place:
        file = write(f"{place}/a.jsonl", b"\xef\xbb\xbf" + many(rng, json_record, 3_500_000)
                     + b'{"audit_time": "2024-02-29T10:00:00Z"}')
        compare(place, file)


def test_threads_do_not_cut_a_csv_with_a_quote_left_open():
    with folder() as place:
        row = b"2024-02-29T10:00:00Z,t1,x\n"
        file = write(f"{place}/a.csv",
                     b"audit_time,tenant_id,note\n" + row * 10 + b'x,y,"' + row * 150_000)
        compare(place, file)


def test_threads_do_not_cut_a_cell_of_many_lines():
    row = b"2024-02-29T10:00:00Z,t1,x\n"
    with folder() as place:
        file = write(f"{place}/a.csv", b"audit_time,tenant_id,note\n" + row * 60_000
                     + b'2024-02-29T10:00:00Z,t2,"' + row * 20_000 + b'"\n' + row * 60_000)
        said = compare(place, file)
        contains(said.out, "120,001")


def test_threads_tell_the_line_of_a_doubt_in_a_later_part():
    with folder() as place:
        for name, head, row, bad in (
                ("a.csv", "audit_time,tenant_id\n", "2024-02-29T10:00:00Z,t1\n", "soon,t1\n"),
                ("a.jsonl", "\n", '{"audit_time":"2024-02-29T10:00:00Z","tenant_id":"t1"}\n',
                 '{"audit_time":"soon","tenant_id":"t1"}\n')):
            file = write(f"{place}/{name}", head + row * 150_000 + bad + row * 9)
            contains(compare(place, file).out, "record 150002")


def test_threads_do_not_change_what_is_said_of_a_database():
    with folder() as place:
        subprocess.run([f"{BUILD}/tests/demo/make_data", place, "60000", "70000", "10", "10"],
                       check=True)
        env = {"IPAAS_DB": f"{place}/ipaas.db", "IPAAS_AUDIT_TOPIC": f"{place}/audit_topic.jsonl"}
        args = ["eval", "policies/ipaas/demo.tenure", "--at", AT]
        for way in ([], ["--json"], ["--records"], ["--select", "flag", "--count"]):
            one = tenure(*args, *way, env=env)
            several = tenure(*args, *way, "--threads", "3", env=env)
            assert several.out == one.out, f"{way} differs"
        equal(sorted(os.listdir(place)), ["audit_topic.jsonl", "ipaas.db"])


def test_threads_agree_on_more_undeclared_names_than_are_told_apart():
    rng = random.Random(5)
    with folder() as place:
        file = write(f"{place}/a.jsonl", "".join(
            f'{{"audit_time": "2024-02-29T10:00:00Z", "tenant_id": "t1", "n{rng.randrange(3000)}": 1}}\n'
            for _ in range(60_000)))
        compare(place, file)


def test_threads_leave_pipes_and_small_files_alone():
    record = b'{"audit_time": "2024-02-29T10:00:00Z"}\n'
    args = ["eval", "policies/ipaas", "--category", "audit_log", "--facts", "customer=none",
            "--at", "2026-11-23T00:00:00Z", "--threads", "4", "--json"]
    equal(len(tenure(*args, stdin=record * 60_000).lines()), 60_000)
    with folder() as place:
        equal(len(tenure(*args, write(f"{place}/a.jsonl", record)).lines()), 1)


def test_threads_are_from_1_to_64():
    for wrong in ("0", "65", "two", "-1", ""):
        contains(tenure("eval", "policies/ipaas", "--category", "audit_log", "--facts",
                        "customer=none", "--at", "2026-11-23T00:00:00Z", "--threads", wrong,
                        code=2).err, "--threads is a number from 1 to 64")


POLICY = """module log

import std.gdpr

purpose audit "To know who did what"

category entry "A line of the log" {
    fields {
        time : timestamp "When"
    }
    purpose audit
    basis   std.gdpr.contract
    stored in a as primary, b as backup, c as backup
    retain 30 days from time
}
"""

DEPLOYMENT = """deployment live of log

store one   = %s env ONE
store two   = %s env TWO

bind log.entry {
    a as primary to one %s
    b as backup to two %s
    c as backup to one %s
}
"""
ENTRIES = ("CREATE TABLE entry (id INTEGER PRIMARY KEY, time TEXT);"
           " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
           " INSERT INTO entry SELECT i, CASE i % 7 WHEN 0 THEN 'x' WHEN 1 THEN"
           " '2026-11-20T00:00:00Z' ELSE '2026-09-01T00:00:00Z' END FROM n;")


def deployed(place, kind, *objects):
    write(f"{place}/log.tenure", POLICY)
    return write(f"{place}/live.tenure", DEPLOYMENT % (kind, kind, *objects))


def test_stores_by_threads_of_their_own_do_not_change_what_is_said():
    with folder() as place:
        live = deployed(place, "sqlite", *['table "entry"'] * 3)
        env = {"ONE": database(f"{place}/one.db", ENTRIES),
               "TWO": database(f"{place}/two.db", ENTRIES.replace("% 7", "% 5"))}
        for way in ([], ["--json"], ["--records"]):
            one = tenure("eval", live, "--at", AT, *way, "--threads", 1, env=env)
            for _ in range(5):
                equal(tenure("eval", live, "--at", AT, *way, env=env).out, one.out)


def test_what_the_first_store_in_order_says_is_told_whichever_threads_fail():
    with folder() as place:
        live = deployed(place, "sqlite", *['table "entry"'] * 3)
        env = {name: database(f"{place}/{name}.db", ENTRIES) for name in ("ONE", "TWO")}
        for name in ("ONE", "TWO"):
            with open(env[name], "r+b") as file:  # its last pages; those of the schema stay
                file.seek(12288)
                file.write(b"\xff" * 40960)
        one = tenure("eval", live, "--at", AT, "--threads", 1, env=env, code=3)
        contains(one.err, "store one")
        for _ in range(5):
            several = tenure("eval", live, "--at", AT, env=env, code=3)
            equal((several.out, several.err), (one.out, one.err))


def test_stores_are_read_at_once_by_threads():
    """The first store gives nothing until the second is read: one after the other, that would
    never end."""
    line = b'{"time": "2026-11-20T00:00:00Z"}\n'
    with folder() as place:
        live = deployed(place, "jsonl", *['file "x"'] * 3)
        with open(live) as file:
            text = file.read().replace('    c as backup to one file "x"\n', "")
        write(live, text)
        write(f"{place}/log.tenure", POLICY.replace(", c as backup", ""))
        env = {"ONE": f"{place}/one", "TWO": f"{place}/two"}
        for path in env.values():
            os.mkfifo(path)
        running = subprocess.Popen([TENURE, "eval", live, "--at", AT, "--json"],
                                   env={**os.environ, **env}, stdout=subprocess.PIPE)
        done = threading.Event()

        def feed():
            with open(env["ONE"], "wb") as one, open(env["TWO"], "wb") as two:
                two.write(line * 10000)  # more than a pipe holds
                two.flush()
                one.write(line)
            done.set()

        threading.Thread(target=feed, daemon=True).start()
        try:
            out, _ = running.communicate(timeout=30)
        finally:
            running.kill()
        equal(done.is_set(), True)
        equal([p["records"] for p in json.loads(out)["placements"]], [1, 10000])
