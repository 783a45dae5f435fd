"""tenure diff: what becomes of records under a changed policy."""
import json
import os

from support import AT, contains, database, equal, folder, tenure, write

POLICY = """module p "P"
entity customer "C" {
    event left "Left"
}
category log "Log" of customer {
    fields {
        made : timestamp @created
        kind : string
    }
    stored in db as primary
    retain 1 year from made
    on customer.left delete within 30 days
}
"""
DEPLOYMENT = """deployment d of p
store s = sqlite "%s/d.db"
entity customer from s table "customer" key id {
    left = left_at
    hold = held
}
bind p.log {
    db as primary to s table "log" { customer = customer_id }
}
"""
ROWS = """
create table customer (id integer primary key, left_at text, held boolean);
insert into customer values (1, null, 0), (2, '2026-06-01T00:00:00Z', 0), (3, null, 1);
create table log (rid integer primary key, customer_id integer, made text, kind text);
insert into log values (1, 1, '2026-09-01T00:00:00Z', 'a'), (2, 1, '2026-03-01T00:00:00Z', 'a'),
  (3, 2, '2026-01-01T00:00:00Z', 'a'), (4, 3, '2026-01-01T00:00:00Z', 'a'),
  (5, 1, null, 'a'), (6, 9, '2026-01-01T00:00:00Z', 'a');
"""


def pair(at, change):
    """An old policy, and a new one in which texts are replaced."""
    os.makedirs(f"{at}/old")
    old = write(f"{at}/old/p.tenure", POLICY)
    text = POLICY
    for before, after in change.items():
        assert before in text
        text = text.replace(before, after)
    os.makedirs(f"{at}/new")
    return old, write(f"{at}/new/p.tenure", text)


def changes(at, change):
    old, new = pair(at, change)
    said = tenure("diff", "--json", old, new).json()
    return [(c["way"], c["what"], c["seconds_later"])
            for c in said["categories"][0]["changes"]]


def test_a_shorter_retention_is_shorter_by_its_days():
    with folder() as at:
        found = changes(at, {"1 year": "6 months"})
        assert ("shorter", "due", -184 * 86400) in found, found
        assert all(way == "shorter" for way, _, _ in found), found


def test_never_has_no_seconds():
    with folder() as at:
        equal(changes(at, {"retain 1 year from made": "retain indefinitely"})[0],
              ("longer", "due", None))


def test_a_hold_and_an_unknown_customer_make_no_difference_where_neither_changed():
    with folder() as at:
        for way, what, _ in changes(at, {"within 30 days": "within 31 days"}):
            equal((way, what), ("longer", "deadline"))


def test_equal_policies_say_nothing():
    with folder() as at:
        old, new = pair(at, {"1 year": "12 months"})
        equal(tenure("diff", old, new).out, "")
        equal(tenure("diff", "--json", old, new).json()["categories"][0]["state"], "same")


def test_images_and_folders_compare_like_files():
    with folder() as at:
        old, new = pair(at, {"1 year": "6 months"})
        tenure("compile", "-o", f"{at}/old.tenurec", old)
        said = tenure("diff", "--json", old, new).json()["categories"][0]["changes"]
        other = tenure("diff", "--json", f"{at}/old.tenurec",
                       f"{at}/new").json()["categories"][0]["changes"]
        equal([c["record"] for c in said], [c["record"] for c in other])


def test_forbid_looks_at_the_direction():
    with folder() as at:
        old, new = pair(at, {"1 year": "6 months"})
        tenure("diff", "--forbid", "longer", old, new)
        said = tenure("diff", "--forbid", "shorter", old, new, code=1)
        contains(said.err, "data would be kept shorter")
        tenure("diff", "--forbid", "longer", new, old, code=1)
        contains(tenure("diff", "--forbid", "never", old, new, code=2).err, "--forbid")


def deployed(at, change):
    old, new = pair(at, change)
    write(f"{at}/p.tenure", POLICY)
    database(f"{at}/d.db", ROWS)
    return old, new, write(f"{at}/d.tenure", DEPLOYMENT % os.path.abspath(at))


def test_records_are_counted_and_listed():
    with folder() as at:
        old, new, d = deployed(at, {"1 year": "6 months"})
        said = tenure("diff", "--json", "--records", d, "--at", AT, old, new).json()
        place = said["places"][0]
        equal((place["records"], place["shorter"], place["longer"], place["other"],
               place["verdicts"]), (6, 3, 0, 0, 1))
        equal([(c["record"], c["old"]["verdict"], c["new"]["verdict"])
               for c in place["changes"]],
              [(1, "keep", "keep"), (2, "keep", "delete"), (4, "keep", "keep")])
        equal(place["changes"][0]["new"]["due"], "2027-03-01T00:00:00Z")


def test_records_as_text_name_each_and_count_all():
    with folder() as at:
        old, new, d = deployed(at, {"1 year": "6 months"})
        said = tenure("diff", "--records", d, "--at", AT, old, new).out
        contains(said, "2: keep (retained), due 2027-03-01T00:00:00Z; "
                       "now delete (expired), due 2026-09-01T00:00:00Z")
        contains(said, "of 6 records: 3 shorter, 0 longer, 0 other; now another verdict: 1")


def test_records_agree_with_eval():
    with folder() as at:
        old, new, d = deployed(at, {"1 year": "6 months"})
        said = tenure("diff", "--json", "--records", d, "--at", AT, old, new).json()
        write(f"{at}/p.tenure", open(new, encoding="utf-8").read())
        verdicts = {v["record"]: v for v in map(json.loads, tenure(
            "eval", "--records", d, "--at", AT).out.splitlines())}
        for c in said["places"][0]["changes"]:
            equal((c["new"]["verdict"], c["new"]["due"]),
                  (verdicts[c["record"]]["verdict"], verdicts[c["record"]]["due"]))


def test_records_need_an_instant_and_a_deployment():
    with folder() as at:
        old, new, d = deployed(at, {"1 year": "6 months"})
        contains(tenure("diff", "--records", d, old, new, code=2).err, "--at")
        contains(tenure("diff", "--records", old, "--at", AT, old, new, code=2).err,
                 "is no deployment")
        contains(tenure("diff", "--at", AT, old, new, code=2).err, "--records")


def test_a_field_the_deployment_does_not_bind_is_told():
    with folder() as at:
        old, new, d = deployed(at, {"        kind : string": "        extra : string",
                                    "1 year from made": "1 year from made\n    flag when "
                                                        "extra == 'x'"})
        said = tenure("diff", "--records", d, "--at", AT, old, new)
        contains(said.err, "does not bind field `extra`")


def test_what_nothing_describes_any_more_is_longer():
    with folder() as at:
        second = ("category second \"S\" of customer {\n    fields { made : timestamp }\n"
                  "    stored in db as primary\n    retain 1 day from made\n}\n")
        old = write(f"{at}/old.tenure", POLICY + second)
        new = write(f"{at}/new.tenure", POLICY)
        contains(tenure("diff", old, new).out, "longer: no longer a category")
        tenure("diff", "--forbid", "longer", old, new, code=1)
        tenure("diff", "--forbid", "shorter", old, new)
        tenure("diff", "--forbid", "longer", new, old)


def test_what_is_flagged_instead_of_deleted_is_longer():
    with folder() as at:
        found = changes(at, {"1 year from made": "1 year from made\n    flag when kind == 'x'"})
        equal(found, [("longer", "flag", None)])
