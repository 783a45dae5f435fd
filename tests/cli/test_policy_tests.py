"""tenure test: failures, coverage, generated cases; tenure check --overrides."""
import json
import shutil

from support import contains, equal, folder, tenure, write

POLICY = """module shop.tested "A policy with its tests"
import std.gdpr
entity person "Person" { event left }
purpose books "Keep books"
category receipt "Receipt" of person @personal {
    fields { issued : timestamp @created  amount : int }
    purpose books
    basis   std.gdpr.contract
    retain 10 years from issued when amount >= 150
    retain 3 years from issued
    on person.left delete within 1 year
}
"""
SMALL = """
test "a small receipt is kept" {
    at "2026-12-31T23:59:59Z"
    record receipt = {"issued": timestamp("2024-01-01T00:00:00Z"), "amount": 20}
    person = {}
    expect %s
}
"""
RICH = """module rich.policy "A policy with everything"
import std.gdpr
zone "Europe/Berlin"
grace 3 days
entity person "Somebody" {
    event left
    event `came back`
    event since
    attribute country : string
}
entity `event` "An incident" { event closed }
purpose books "Keep books"
table ages by country { "AT": 7  "DE": 10  default 5 }
category order "Order" of person, `event` optional @personal {
    fields {
        from       : timestamp @created
        `due date` : date
        paid       : event
        amount     : int
        kind       : string
        open       : bool
        tags       : list<string>
        note       : string
        weight     : double
        parts      : uint
    }
    purpose books
    basis   std.gdpr.contract
    stored in db as primary
    retain 5 years from end of year of `due date` when amount >= 150
    retain until paid then delete after 1 month within 2 months when kind in ["a", "b"]
    retain 2 years from latest of (record.from, paid) when open
    retain 1 year from person.since when person.country == "DE"
    retain 6 months from record.from
    retain at least 30 days from record.from
    retain at least until `event`.closed
    retain at most 10 years from record.from unless weight > 2.5
    on person.left delete after 5 days within 10 days when ages[person.country] > 5
    on person.`came back` delete immediately
    redact note after 1 month from record.from
    redact note to "-" after 2 months from record.from when parts == 7u
    flag when kind == "odd" because "nobody knows \\"odd\\" things"
    hold when kind == "case" && amount > 20
}
category visit "Visit" {
    fields { seen : date @created }
    purpose books
    basis   std.gdpr.contract
    retain 14 days from seen
}
"""


def failing(text, *more, code=1):
    with folder() as place:
        path = write(f"{place}/tested.tenure", POLICY + text)
        return tenure("test", *more, path, code=code).out.replace(path, "P")


def test_what_passes_is_counted():
    equal(failing(SMALL % "keep because retained", code=0), "1 passed, 0 failed\n")


def test_a_failure_shows_what_was_expected_and_what_came():
    equal(failing(SMALL % "delete because expired"),
          'P:14:6: failed: a small receipt is kept\n'
          '    expected  delete because expired\n'
          '    actual    keep because retained, due 2027-01-01T00:00:00Z, by P:10:5\n'
          '0 passed, 1 failed\n')


def test_the_right_verdict_for_another_reason_fails():
    contains(failing(SMALL % "keep because duty"), "expected  keep because duty\n")
    equal(failing(SMALL % "keep", code=0), "1 passed, 0 failed\n")


def test_coverage_lists_what_no_test_reached():
    out = failing(SMALL % "keep", "--coverage", code=0)
    equal(out, 'P:9:5: no test reaches this clause\n'
          '    retain 10 years from issued when amount >= 150\n'
          '3 of 5 clauses and outcomes of conditions reached (60 %)\n'
          '1 passed, 0 failed\n')


def test_coverage_below_the_least_is_a_finding():
    failing(SMALL % "keep", "--coverage", "--min", "60", code=0)
    failing(SMALL % "keep", "--coverage", "--min", "61", code=1)
    contains(tenure("test", "--min", "3", "policies/ipaas", code=2).err, "--min goes with")


def test_ipaas_is_covered_whole():
    out = tenure("test", "--coverage", "--min", "100", "policies/ipaas").out
    contains(out, "(100 %)")


def test_an_image_has_no_tests():
    with folder() as place:
        tenure("compile", "-o", f"{place}/i.tenurec", "policies/ipaas/privacy.tenure")
        contains(tenure("test", f"{place}/i.tenurec", code=2).err, "an image has no tests")


def generated(path):
    """The tests generated for a file pass when they stand in it; they are all it has."""
    text = tenure("test", "--generate", path).out
    with open(path, encoding="utf-8") as file:
        own = file.read().split("\ntest ")[0] + "\n"
    write(path, own + text)
    return text, tenure("test", "--coverage", "--min", "100", path).out


def test_generated_cases_of_ipaas_pass_and_reach_every_clause():
    for name in "privacy", "dpsa":
        with folder() as place:
            shutil.copytree("policies", place, dirs_exist_ok=True)
            text, out = generated(f"{place}/ipaas/{name}.tenure")
            contains(text, f"// ---- for module ipaas.{name} ----\n")
            equal(text.count("\n// ---- "), 1)
            contains(out, f"{text.count(chr(10) + 'test ')} passed, 0 failed\n")


def test_generated_cases_of_a_rich_policy_pass_and_reach_every_clause():
    with folder() as place:
        text, out = generated(write(f"{place}/rich.tenure", RICH))
        contains(out, "(100 %)")
        for what in ("a second before it is due", "at the instant it is due",
                     "a second after it is due", "a second before the deadline",
                     "at the deadline", "a second after the deadline", "at the event",
                     "the event has not happened", "the record was made after the event",
                     "its condition is not met", "it takes part", "order: without due date",
                     "order: without country", "order: under a hold on its person",
                     "order: no facts are known of its event", "visit: without seen"):
            contains(text, f'{what}" {{\n')


def test_what_no_record_meets_is_said():
    with folder() as place:
        path = write(f"{place}/p.tenure", POLICY.replace(
            "amount >= 150", "amount * amount == 1522756"))
        contains(tenure("test", "--generate", path).out,
                 "// shop.tested 9:5: no record was found of which it takes part\n")


BASE = """module base "Base"
import std.gdpr
purpose books "Keep books"
category bill "Bill" {
    fields { made : date @created  note : string }
    purpose books
    basis std.gdpr.contract
    retain 9 years from made
    retain at least 6 years from made
}
"""
OVER = """module over "Over"
extends base
category bill "Bills" {
    retain 8 years from made
    %s
}
"""


def overriding(word, *options, code=0):
    with folder() as place:
        write(f"{place}/base.tenure", BASE)
        path = write(f"{place}/over.tenure", OVER % word)
        done = tenure("check", *options, path, code=code)
        done.out = done.out.replace(place + "/", "")
        done.err = done.err.replace(place + "/", "")
        return done


WORD = 'overrides retention because "the law changed"'


def test_overrides_are_listed_with_both_places_and_why():
    equal(overriding(WORD, "--overrides").out,
          "over.bill: title of over prevails over that of base\n"
          "    over.tenure:3:15\n    base.tenure:4:15\n"
          "over.bill: retention of over prevails over that of base\n"
          "    over.tenure:4:5\n    base.tenure:8:5\n"
          '    because "the law changed"\n')


def test_overrides_are_json_too():
    rows = json.loads(overriding(WORD, "--overrides", "--json").out)
    equal(rows[1], {"category": "over.bill", "aspect": "retention", "module": "over",
                    "over": "base", "at": "over.tenure:4:5", "over_at": "base.tenure:8:5",
                    "why": "the law changed"})
    equal(len(rows), 2)


def test_overrides_are_no_findings_unless_they_lose_something():
    equal(overriding(WORD).err, "")
    equal(overriding(WORD, "--json").json(), [])
    done = overriding("", code=1)
    contains(done.err, "note[override]: what is said of the retention of category `bill`")
    assert "title" not in done.err, done.err
    contains(overriding("", "--overrides", code=1).out, "over.bill: retention of over")


def test_a_policy_that_overrides_nothing_says_so():
    with folder() as place:
        path = write(f"{place}/base.tenure", BASE)
        equal(tenure("check", "--overrides", path).out, "nothing is overridden\n")
        equal(tenure("check", "--overrides", "--json", path).json(), [])


def test_explain_names_what_is_overridden():
    with folder() as place:
        write(f"{place}/base.tenure", BASE)
        path = write(f"{place}/over.tenure", OVER % WORD)
        row = write(f"{place}/r.jsonl", '{"made":"2020-01-01"}\n')
        image = f"{place}/i.tenurec"
        tenure("compile", "-o", image, path)
        for policy in path, image:
            out = tenure("explain", policy, "--category", "over.bill", "--at",
                         "2026-01-01T00:00:00Z", row, code=None).out.replace(place + "/", "")
            contains(out, "overrides        title of over (over.tenure:3:15), not of base "
                     "(base.tenure:4:15)\n")
            contains(out, "                 retention of over (over.tenure:4:5), not of base "
                     '(base.tenure:8:5)\n                   "the law changed"\n')
