"""tenure eval --select: records passed through as they are; --count: how many."""
import random
import subprocess

from support import AT, TENURE, contains, equal, folder, jsonl, tenure, write
from test_eval_threads import csv_record, json_record, many

VERDICTS = ("keep", "delete", "flag")


def arguments(place):
    facts = jsonl(f"{place}/tenants.jsonl", [{"id": f"t{i}", "terminated": None, "hold": i == 3,
                                              "deletion_requested": None} for i in range(35)])
    return ["eval", "policies/ipaas", "--category", "audit_log", "--key", "customer=tenant_id",
            "--facts", f"customer:id={facts}", "--at", AT]


def raw(*args, stdin=b""):
    return subprocess.run([TENURE, *map(str, args)], input=stdin, stdout=subprocess.PIPE,
                          check=True).stdout


def test_select_passes_each_line_through_by_its_verdict():
    rng = random.Random(1)
    lines = [line for line in many(rng, json_record, 20_000).split(b"\n") if line.strip()]
    with folder() as place:
        args = arguments(place)
        file = write(f"{place}/a.jsonl", b"\n".join(lines))
        said = [one["verdict"] for one in tenure(*args, "--json", file).lines()]
        equal(len(said), len(lines))
        for verdict in VERDICTS:
            wanted = [line + b"\n" for line, is_so in zip(lines, said) if is_so == verdict]
            assert len(wanted) > 5
            equal(raw(*args, "--select", verdict, file), b"".join(wanted))
            equal(raw(*args, "--select", verdict, stdin=b"\n".join(lines)), b"".join(wanted))
            equal(tenure(*args, "--select", verdict, "--count", file).out, f"{len(wanted)}\n")
        both = [line + b"\n" for line, is_so in zip(lines, said) if is_so != "keep"]
        equal(raw(*args, "--select", "delete", "--select", "flag", file), b"".join(both))


def test_select_keeps_the_names_of_a_csv_and_records_of_many_lines():
    head = b'audit_time,tenant_id,"no\nte"\r\n'
    old, new = b'2024-02-29T10:00:00Z,t1,"a\r\n""b"""\r\n', b"2026-11-01T00:00:00Z,t1,\n"
    with folder() as place:
        file = write(f"{place}/a.csv", b"\xef\xbb\xbf" + head + old + new + old + b"\n" + old[:-2])
        args = arguments(place)
        equal(raw(*args, "--select", "delete", file), head + old + old + old[:-2] + b"\n")
        equal(raw(*args, "--select", "flag", file), head)
        equal(raw(*args, "--format", "csv", "--select", "keep", "-", stdin=head + new),
              head + new)


def test_select_gives_the_same_by_several_threads():
    with folder() as place:
        args = arguments(place)
        for make, name, head in ((json_record, "a.jsonl", b""),
                                 (csv_record, "a.csv", b"audit_time,tenant_id,note\n")):
            file = write(f"{place}/{name}",
                         head + many(random.Random(4), make, 3_500_000))
            for verdict in VERDICTS:
                one = raw(*args, "--select", verdict, file)
                for count in (2, 3):
                    assert raw(*args, "--select", verdict, "--threads", count, file) == one
                    equal(tenure(*args, "--select", verdict, "--count", "--threads", count,
                                 file).out,
                          tenure(*args, "--select", verdict, "--count", file).out)


def test_select_says_what_it_cannot_do():
    with folder() as place:
        args = arguments(place)
        file = jsonl(f"{place}/a.jsonl", [{}])
        contains(tenure(*args, "--select", "old", file, code=2).err,
                 "--select is keep, delete or flag, not old")
        contains(tenure(*args, "--count", file, code=2).err, "--count says how many records")
        for other in ("--json", "--records", "--summary"):
            contains(tenure(*args, "--select", "flag", other, file, code=2).err,
                     "it goes with neither")


def test_select_needs_one_file_but_count_does_not():
    with folder() as place:
        env = {"IPAAS_DB": f"{place}/ipaas.db", "IPAAS_AUDIT_TOPIC": f"{place}/audit_topic.jsonl"}
        subprocess.run([f"{TENURE.rsplit('/', 1)[0]}/tests/demo/make_data", place, "300", "300",
                        "300", "300"], check=True)
        args = ["eval", "policies/ipaas/demo.tenure", "--at", AT, "--select", "delete"]
        contains(tenure(*args, env=env, code=3).err, "of one file through")
        audit = [*args, "--category", "audit_log", "--placement"]
        contains(tenure(*audit, "elasticsearch", env=env, code=3).err, "ask for --count")
        summary = tenure(*args[:4], "--json", env=env).json()["placements"]
        equal(int(tenure(*args, "--count", env=env).out), sum(one["delete"] for one in summary))
        topic = tenure(*audit, "kafka", env=env).out.splitlines()
        equal(str(len(topic)) + "\n", tenure(*audit, "kafka", "--count", env=env).out)
