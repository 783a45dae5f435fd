"""tenure eval: entities, their keys and holds, conditions, encodings and sentinels."""
import json

from support import AT, contains, database, equal, folder, jsonl, tenure, write

POLICY = """module own.facts "Facts"
purpose p "P"
basis b "B"
entity owner "Owner" { event left  attribute age : int }
entity project "Project" { event closed }
condition adult "Owners are of age" on owner require owner.age >= 18
category file "File" of owner, project optional {
    fields { made : timestamp @created }
    purpose p
    basis b
    stored in disk as primary
    retain 1 year from made
    on owner.left delete
    on project.closed delete
}
"""
MADE = "2026-06-01T00:00:00Z"
BEFORE = "2026-10-01T00:00:00Z"


def evaluate(records, owners, projects, *more):
    with folder() as place:
        policy = write(f"{place}/facts.tenure", POLICY)
        facts = [jsonl(f"{place}/owners.jsonl", owners), jsonl(f"{place}/projects.jsonl", projects)]
        rows = "".join(json.dumps(dict({"made": MADE}, **r)) + "\n" for r in records)
        return tenure("eval", policy, "--category", "file", "--at", AT,
                      "--facts", f"owner:id={facts[0]}", "--facts", f"project:id={facts[1]}",
                      "--key", "owner=o", "--key", "project=p", *more, stdin=rows.encode())


def reasons(records, owners, projects=()):
    return [v["reason"] for v in evaluate(records, owners, list(projects), "--json").lines()]


def owner(key, **facts):
    return dict({"id": key, "left": None, "age": 30}, **facts)


def project(key, **facts):
    return dict({"id": key, "closed": None}, **facts)


def test_each_of_several_entities_moves_the_record():
    records = [{"o": 1, "p": 1}, {"o": 2, "p": 1}, {"o": 1, "p": 2}, {"o": 2, "p": 2}]
    equal(reasons(records, [owner(1), owner(2, left=BEFORE)],
                  [project(1), project(2, closed=BEFORE)]),
          ["retained", "event", "event", "event"])


def test_a_hold_on_any_of_several_entities_suffices():
    records = [{"o": 1, "p": 1}, {"o": 2, "p": 2}]
    equal(reasons(records, [owner(1, left=BEFORE, hold=True), owner(2, left=BEFORE)],
                  [project(1), project(2, hold_from="2026-01-01T00:00:00Z")]),
          ["hold", "hold"])


def test_a_hold_that_cannot_be_read_does_not_matter_beside_one_in_force():
    records = [{"o": 1, "p": 1}, {"o": 1, "p": 2}]
    equal(reasons(records, [owner(1, hold="perhaps")], [project(1, hold=True), project(2)]),
          ["hold", "unknown_guard"])


def test_holds_end_at_their_instant():
    until = [("2026-11-23T00:00:01Z", "hold"), (AT, "event"), (None, "hold"),
             ("1970-01-01T00:00:00Z", "unknown_guard"), ("soon", "unknown_guard")]
    for instant, reason in until:
        held = owner(1, left=BEFORE, hold_from="2026-01-01T00:00:00Z", hold_until=instant)
        equal((instant, reasons([{"o": 1, "p": None}], [held])), (instant, [reason]))


def test_an_optional_entity_may_have_no_key_but_not_an_unknown_one():
    records = [{"o": 1}, {"o": 1, "p": None}, {"o": 1, "p": 9}, {"p": 1}, {"o": None, "p": 1}]
    equal(reasons(records, [owner(1)], [project(1)]),
          ["retained", "retained", "unknown_entity", "unknown_entity", "unknown_entity"])


def test_two_rows_with_one_key_are_no_fact_unless_one_holds():
    records = [{"o": 1}, {"o": 2}, {"o": 3}]
    equal(reasons(records, [owner(1), owner(1), owner(2), owner(2, hold=True), owner(3)]),
          ["unknown_entity", "hold", "retained"])
    equal(reasons([{"o": "1"}], [owner(1), owner("1")]), ["unknown_entity"])


def test_keys_match_as_integers_or_as_their_decimal_text():
    rows = [owner(7, left=BEFORE), owner("8", left=BEFORE), owner("08"), owner(-9, left=BEFORE)]
    keys = [7, "7", 8, "8", "08", "007", "+7", " 7", "7.0", -9, "-9", 7.0, True]
    equal(reasons([{"o": key} for key in keys], rows),
          ["event"] * 4 + ["retained"] + ["unknown_entity"] * 4 + ["event"] * 2 +
          ["unknown_entity"] * 2)


def test_keys_beyond_a_double_stay_apart():
    rows = [owner(9007199254740993, left=BEFORE), owner(9007199254740992)]
    equal(reasons([{"o": 9007199254740993}, {"o": "9007199254740992"}], rows),
          ["event", "retained"])


def test_a_condition_is_reported_and_changes_no_verdict():
    records = [{"o": key} for key in (1, 2, 3)]
    ages = [30, 12, None]
    owners = [owner(i + 1, age=age) for i, age in enumerate(ages)]
    equal(reasons(records, owners), ["retained"] * 3)
    equal(reasons(records, [dict(row, age=30) for row in owners]), ["retained"] * 3)
    out = evaluate(records, owners, []).out
    contains(out, "Owners are of age")
    summary = evaluate(records, owners, [], "--json", "--summary").json()
    found = [c for c in summary["conditions"] if c["condition"] == "own.facts.adult"]
    equal(len(found), 1)
    equal({n for n in found[0].values() if isinstance(n, int)}, {1})


# --- how a store writes instants

DEPLOYMENT = """deployment demo of times
store disk = sqlite "{db}"
bind times.file {{
    disk as primary to disk table "file" {{ made = made {how} }}
}}
"""
TIMES = """module times "Times"
purpose p "P"
basis b "B"
category file "File" {
    fields { made : timestamp @created }
    purpose p
    basis b
    stored in disk as primary
    retain 1 year from made
}
"""


def read_as(how, *values):
    """The due time of records whose instants are written so in SQL, or why there is none."""
    with folder() as place:
        write(f"{place}/times.tenure", TIMES)
        database(f"{place}/f.db", "CREATE TABLE file(id INTEGER PRIMARY KEY, made);" + "".join(
            f"INSERT INTO file(made) VALUES ({value});" for value in values))
        path = write(f"{place}/demo.tenure", DEPLOYMENT.format(db=f"{place}/f.db", how=how))
        done = tenure("eval", path, "--at", AT, "--records").lines()
        return [v["due"] if v["reason"] == "retained" else v["reason"] for v in done]


DUE = "2027-06-01T00:00:00Z"
UNKNOWN = "unknown_anchor"


def test_numbers_are_instants_in_the_unit_that_is_said():
    for how, factor in (("unix_s", 1), ("unix_ms", 10**3), ("unix_us", 10**6), ("unix_ns", 10**9)):
        equal((how, read_as(f"as {how}", 1780272000 * factor, "'2026-06-01T00:00:00Z'", "NULL",
                            f"'{1780272000 * factor}'", "1780272000.5")),
              (how, [DUE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]))


def test_numbers_without_a_unit_are_no_instants():
    equal(read_as("", "'2026-06-01T00:00:00Z'", "'2026-06-01T02:00:00+02:00'",
                  "'2026-06-01T00:00:00'", "'2026-06-01'", 1780272000, 0),
          [DUE, DUE, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN])


def test_local_text_is_read_by_the_clocks_that_are_said():
    equal(read_as('as local "Asia/Shanghai"', "'2026-06-01T08:00:00'",
                  "'2026-06-01 08:00:00'", "'2026-06-01T00:00:00Z'", 1780272000)[0], DUE)
    equal(read_as('as local "Asia/Shanghai"', "'2026-06-01T00:00:00Z'", 1780272000),
          [UNKNOWN, UNKNOWN])


def test_a_unit_taken_for_another_is_implausible_or_in_the_future():
    equal(read_as("as unix_ms", 1780272000), ["implausible_anchor"])
    equal(read_as("as unix_s", 1780272000000), [UNKNOWN])
    equal(read_as("as unix_s", 17802720000), ["future_anchor"])


def test_sentinels_are_null_and_nothing_else_is():
    equal(read_as('absent "9999-12-31"', "'9999-12-31'", "'2026-06-01T00:00:00Z'", "''"),
          [UNKNOWN, DUE, UNKNOWN])
    equal(read_as("as unix_s absent 0", 0, 1780272000, "'0'"), [UNKNOWN, DUE, UNKNOWN])
    equal(read_as("as unix_s absent -1", -1, 1780272000), [UNKNOWN, DUE])
