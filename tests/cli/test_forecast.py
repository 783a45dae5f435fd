"""tenure forecast: how many records fall due, and when."""
import csv
import io
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
    stored in db as primary, lake as backup
    retain indefinitely when kind == "keep"
    retain 1 year from made
    on customer.left delete after 10 days within 30 days
    retain at least 2 years from made when kind == "tax"
    flag when kind == "odd"
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
    lake as backup to s table "copy" { customer = customer_id }
}
"""
ROWS = """
create table customer (id integer primary key, left_at text, held boolean);
insert into customer values (1, null, 0), (2, '2026-11-20T00:00:00Z', 0), (3, null, 1);
create table log (rid integer primary key, customer_id integer, made text, kind text);
insert into log values
  (1, 1, '2026-01-05T00:00:00Z', 'a'), (2, 1, '2025-12-01T00:00:00Z', 'a'),
  (3, 2, '2026-03-01T00:00:00Z', 'a'), (4, 3, '2026-01-01T00:00:00Z', 'a'),
  (5, 1, null, 'a'), (6, 9, '2026-01-01T00:00:00Z', 'a'), (7, 1, '2025-01-01T00:00:00Z', 'a'),
  (8, 1, '2025-12-15T12:00:00Z', 'tax'), (9, 1, '2024-12-01T00:00:00Z', 'keep'),
  (10, 1, '2026-11-22T00:00:00Z', 'a'), (11, 1, '2026-01-01T00:00:00Z', 'odd'),
  (12, 1, '2025-11-23T00:00:01Z', 'a');
create table copy (rid integer primary key, customer_id integer, made text, kind text);
insert into copy select * from log where rid < 4;
"""


def deployed(at):
    write(f"{at}/p.tenure", POLICY)
    database(f"{at}/d.db", ROWS)
    return write(f"{at}/d.tenure", DEPLOYMENT % os.path.abspath(at))


def forecast(d, *more):
    return tenure("forecast", d, "--at", AT, "--json", *more).json()["places"]


def steps(place):
    return {step["start"][:10]: step["count"] for step in place["steps"] if step["count"]}


def sum_of(place):
    return sum(step["count"] for step in place["steps"]) + sum(
        place[name] for name in ("due", "later", "never", "held", "flagged", "unknown"))


def test_months_count_what_falls_due_in_them():
    with folder() as at:
        place = forecast(deployed(at), "--until", "2027-03-01", "--by", "month")[0]
        equal(steps(place), {"2026-11-23": 2, "2026-12-01": 1, "2027-01-01": 1})
        equal([place[n] for n in ("due", "later", "never", "held", "flagged", "records")],
              [1, 2, 1, 1, 3, 12])


def test_days_and_weeks_sum_up_to_the_months():
    with folder() as at:
        d = deployed(at)
        sums = []
        for by in ("day", "week", "month"):
            place = forecast(d, "--until", "2027-01-06", "--by", by)[0]
            sums.append(sum(step["count"] for step in place["steps"]))
            equal(sum_of(place), place["records"])
        equal(sums, [4, 4, 4])


def test_steps_begin_where_the_one_before_ends():
    with folder() as at:
        place = forecast(deployed(at), "--until", "2027-02-10T12:00:00Z", "--by", "week")[0]
        found = place["steps"]
        equal(found[0]["start"], AT)
        equal(found[-1]["end"], "2027-02-10T12:00:00Z")
        for one, other in zip(found, found[1:]):
            equal(one["end"], other["start"])
        equal(found[1]["start"], "2026-11-30T00:00:00Z")  # a Monday


def test_a_record_due_at_the_last_instant_is_behind_the_horizon():
    with folder() as at:
        d = deployed(at)
        before = forecast(d, "--until", "2026-12-01T00:00:00Z")[0]
        after = forecast(d, "--until", "2026-12-01T00:00:01Z")[0]
        equal(before["later"] - after["later"], 1)


def test_sums_are_those_of_eval():
    with folder() as at:
        d = deployed(at)
        counted = {(p["category"], p["placement"]): p
                   for p in tenure("eval", d, "--at", AT, "--json").json()["placements"]}
        for place in forecast(d, "--until", "2027-06-01", "--by", "month"):
            there = counted[place["category"], place["placement"]]
            equal(place["records"], there["records"])
            equal(place["due"], there["delete"])
            equal(place["flagged"], there["flag"])
            equal(place["records"] - place["due"] - place["flagged"],
                  there["keep"])
            equal(sum_of(place), place["records"])


def test_another_policy_decides():
    with folder() as at:
        d = deployed(at)
        other = write(f"{at}/q.tenure", POLICY.replace("retain 1 year", "retain 2 years"))
        place = forecast(d, "--until", "2027-03-01", "--by", "month", "--policy", other)[0]
        equal(steps(place), {"2026-11-23": 1, "2027-01-01": 1})
        equal(sum_of(place), place["records"])
        same = write(f"{at}/r.tenure", POLICY)
        equal(forecast(d, "--until", "2027-03-01", "--policy", same),
              forecast(d, "--until", "2027-03-01"))


def test_an_event_moves_the_records_of_one():
    with folder() as at:
        d = deployed(at)
        place = forecast(d, "--until", "2027-03-01", "--by", "month", "--event",
                         "customer.left=1@2026-11-23T00:00:00Z")[0]
        # what is due before ten days are over stays, the duty keeps one, the rest go
        equal(steps(place), {"2026-11-23": 2, "2026-12-01": 4})
        contains(tenure("forecast", d, "--at", AT, "--until", "2027-03-01", "--event",
                        "customer.left=77@2026-11-23T00:00:00Z", code=1).err,
                 "no customer has the key 77")
        contains(tenure("forecast", d, "--at", AT, "--until", "2027-03-01", "--event",
                        "customer.gone=1@2026-11-23T00:00:00Z", code=2).err,
                 "has no event customer.gone")


def test_csv_has_a_row_for_each_count():
    with folder() as at:
        said = tenure("forecast", deployed(at), "--at", AT, "--until", "2027-03-01", "--by",
                      "month", "--csv").out
        rows = list(csv.DictReader(io.StringIO(said, newline="")))
        equal(sum(int(r["count"]) for r in rows if r["placement"] == "db"), 12)
        equal({r["what"] for r in rows},
              {"due", "step", "later", "never", "held", "flagged", "unknown"})


def test_the_picture_fits_and_has_no_colour_when_piped():
    with folder() as at:
        d = deployed(at)
        for width in (40, 60, 100):
            said = tenure("forecast", d, "--at", AT, "--until", "2027-03-01", "--by",
                          "month", env={"COLUMNS": str(width)}).out
            assert "\x1b" not in said
            table = said.split("\n\n", 1)[1].splitlines()
            assert max(len(line) for line in table) <= width, said
            contains(said, "#")


def test_wrong_times_are_refused():
    with folder() as at:
        d = deployed(at)
        contains(tenure("forecast", d, "--at", AT, code=2).err, "--until is missing")
        contains(tenure("forecast", d, "--at", AT, "--until", "2026-11-23", code=2).err,
                 "not after")
        contains(tenure("forecast", d, "--at", AT, "--until", "soon", code=2).err, "no day")
        contains(tenure("forecast", d, "--at", AT, "--until", "2200-01-01", code=2).err,
                 "--by week or month")


def test_holds_mean_the_same_to_another_policy():
    rows = ROWS + """
alter table customer add column held_from text;
alter table customer add column held_until text;
insert into customer values
  (4, null, null, '2026-01-01T00:00:00Z', null),
  (5, null, 0, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
  (6, null, 0, 'sometime', null),
  (7, null, 7, '2026-01-01T00:00:00Z', null),
  (8, null, 7, '2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z'),
  (9, null, 1, 'sometime', 'never');
insert into log select rid + 100 * n, n, made, kind from log,
  (select 4 as n union select 5 union select 6 union select 7 union select 8 union select 9)
  where customer_id = 1;
"""
    with folder() as at:
        write(f"{at}/p.tenure", POLICY)
        database(f"{at}/d.db", rows)
        d = write(f"{at}/d.tenure", (DEPLOYMENT % os.path.abspath(at)).replace(
            "    hold = held\n", "    hold = held\n    hold_from = held_from\n"
                                 "    hold_until = held_until\n"))
        plain = forecast(d, "--until", "2027-03-01", "--by", "month")
        assert plain[0]["held"] > 10 and plain[0]["flagged"] > 10, plain[0]
        other = write(f"{at}/q.tenure", POLICY)
        equal(forecast(d, "--until", "2027-03-01", "--by", "month", "--policy", other), plain)
