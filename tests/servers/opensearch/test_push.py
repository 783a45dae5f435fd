"""What the server counts against what is decided document by document: the table of eval is
counted by the server, its --records are decided one by one; and JSON Lines say the same, of a
forecast too."""
import collections
import json
import random

from fault_proxy import Answer, FaultProxy
from node import AT, DEPLOYMENT, MAPPING, NEW, OLD, ask, fill, index, url, world
from support import contains, equal, jsonl, write
from test_read import FILES, moments

GUARDS = ['level == "debug"', 'level != "debug"', 'level in ["info", "warn"]', "level == null",
          'level.startsWith("de")', "has(record.level)", "times == 0", "times < 3", "times >= 0",
          'best < timestamp("2024-06-01T00:00:00.000000001Z")', "best == null",
          'best >= timestamp("2025-01-01T00:00:00Z")', 'dated == timestamp("1999-12-31T00:00:00Z")',
          'dated < timestamp("2024-03-01T00:00:00Z")', "customer.terminated == null",
          'customer.terminated < timestamp("2026-10-15T00:00:00Z")', '!(level == "info")',
          'level.endsWith("g")', "made == best"]
HORIZONS = [("--until", "2027-12-31"), ("--until", "2030-01-01T05:00:00.5Z", "--by", "week"),
            ("--until", "2037-12-01", "--by", "month"), ("--until", "2026-11-24")]


def mapping(rng):
    fields = {k: v for k, v in MAPPING["properties"].items() if k not in ("tags", "about")}
    fields["made"] = {"type": rng.choice(["date", "date", "date_nanos"])}
    fields["times"] = {"type": "long", "coerce": False}
    fields["customer"] = rng.choice([{"type": "keyword"}, {"type": "keyword", "ignore_above": 3}])
    return {"properties": fields}


def policy(rng):
    def guard():
        parts = [rng.choice(GUARDS) for _ in range(rng.choice([1, 1, 2, 3]))]
        text = parts[0]
        for part in parts[1:]:
            text = f"({text}) {rng.choice(['&&', '||'])} ({part})"
        return text
    lines = ["module shop.logs \"Logs\"", "entity customer \"A customer\" {",
             "    event terminated \"Use of the service terminated\"", "}", "purpose audit \"Audits\"",
             "category log \"Log\" of customer" + rng.choice(["", " optional"]) + " {", "    fields {",
             "        made  : timestamp" + rng.choice([" @created", ""]) + " \"When\"",
             "        best  : timestamp \"Best before\"", "        dated : date \"Of the day\"",
             "        level : string \"How bad\"", "        times : int \"How often\"", "    }",
             "    purpose audit", "    stored in search as primary"]
    if rng.random() < 0.5:
        lines.append(f"    retain 7 days from made when {guard()}")
    lines.append(f"    retain {rng.choice(['1 year', '30 days', '10 years'])} from "
                 f"{rng.choice(['made', 'made', 'best'])}")
    if rng.random() < 0.8:
        lines.append("    on customer.terminated delete within 30 days")
    if rng.random() < 0.3:
        lines.append("    retain at most 18 months from made")
    for _ in range(rng.choice([0, 1, 2])):
        lines.append(f"    flag when {guard()} because \"so\"")
    return "\n".join(lines + ["}"]) + "\n"


def document(rng, odd):
    doc = {}
    for name in ("made", "best"):
        if rng.random() < 0.9:
            doc[name] = moments(rng)[0]
        if rng.random() < odd:
            doc[name] = [moments(rng)[0], moments(rng)[0]]
    if rng.random() < 0.5:
        doc["dated"] = rng.choice(["1999-12-31", "2024-02-29", "2024-03-01"])
    for name, values in {"customer": ["a", "b", "c", "7", "nobody", None],
                         "level": ["info", "debug", "Debug", "warn", "", None],
                         "times": [0, -1, 5, 3, None]}.items():
        if rng.random() < 0.9:
            doc[name] = rng.choice(values)
    if rng.random() < odd:
        doc["level"] = ["info", "debug"]
    if rng.random() < 0.1:
        doc["client_ip"] = "192.0.2.1"
    return doc


def summary(records):
    sums = collections.Counter()
    for r in records:
        sums["records"] += 1
        sums[r["verdict"]] += 1
        sums["held"] += r["reason"] == "hold"
        sums["overdue"] += r["overdue"]
    changes = [r["next_change"] for r in records if r["reason"] == "retained" and r["due"]]
    return {k: sums[k] for k in ("records", "keep", "held", "delete", "overdue", "flag")}, changes


def counts_alike(seed, odd):
    """True if the server counted anything: in one search, or in a second whose hits are the rest."""
    rng = random.Random(seed)
    fields = mapping(rng)
    with index("t_push", fields, {"number_of_shards": 2}) as name, world(name) as w:
        write(f"{w.place}/shop/logs.tenure", policy(rng))
        documents = [document(rng, odd) for _ in range(400)]
        fill(name, {str(i + 1): d for i, d in enumerate(documents)})
        bodies = []
        with FaultProxy(url(), lambda r: bodies.append((r.path, r.body))) as proxy:
            pushed = w.address(proxy.url).eval("--json").json()
        searches = [b for p, b in bodies if "/_search?" in p]
        horizon = rng.choice(HORIZONS)
        ahead = w.address(url()).forecast(*horizon)
        rows = w.eval("--records").lines()
        place = {k: pushed["placements"][0][k] for k in
                 ("records", "keep", "held", "delete", "overdue", "flag")}
        expected, _ = summary(rows)
        assert place == expected, (seed, place, expected)
        write(w.deployment, FILES % name)
        w.env["SHOP_FILES"] = w.place
        jsonl(f"{w.place}/{name}.jsonl", documents)
        same = w.eval("--json").json()["placements"][0]
        for member in ("next_due", "undeclared"):
            assert pushed["placements"][0].get(member) == same.get(member), \
                (seed, member, pushed["placements"][0], same)
        equal(w.forecast(*horizon)["places"], ahead["places"])
        assert all(b'"aggs"' in s for s in searches[:1]), searches
        return len(searches) == 1 or b"post_filter" in searches[-1]


def test_random_policies_over_random_documents():
    counted = sum(counts_alike(seed, 0) for seed in range(1, 41))
    assert counted >= 12, f"the server counted in {counted} of 40 cases alone"


def test_fields_with_several_values_are_read():
    for seed in range(100, 106):
        counts_alike(seed, 0.05)


SIMPLE = """module shop.logs "Logs"
entity customer "A customer" { event terminated "Use of the service terminated" }
purpose audit "Audits"
category log "Log" of customer {
    fields { made : timestamp @created "When"
        level : string "How bad" }
    purpose audit
    stored in search as primary
    retain 7 days from made when level == "debug"
    retain 1 year from made
    on customer.terminated delete within 30 days
}
"""


PLAIN = {"properties": {k: v for k, v in MAPPING["properties"].items()
                        if k not in ("tags", "about")}}


def simple(w):
    write(f"{w.place}/shop/logs.tenure", SIMPLE)


def given(proxy_bodies):
    """Documents that the server handed over."""
    return sum(len(json.loads(b)["hits"]["hits"]) for b in proxy_bodies if b'"hits"' in b)


def counted(name, w, script=None):
    """eval's numbers, how many documents were handed over, and how many searches there were."""
    bodies = []

    def watch(request):
        answer = (script and script(request)) or request.forward()
        if "_search" in request.path and request.method == "POST":
            bodies.append(answer.body)
        return answer
    with FaultProxy(url(), watch) as proxy:
        found = w.address(proxy.url).eval("--json").json()["placements"][0]
    return found, given(bodies), len(bodies)


def test_only_what_is_in_doubt_is_handed_over():
    with index("t_few", PLAIN) as name, world(name) as w:
        simple(w)
        fill(name, {str(i): {"made": OLD if i % 2 else NEW, "customer": "ac"[i % 3 == 0]}
                    for i in range(600)})
        fill(name, {"odd": {"customer": "a"}, "who": {"made": OLD, "customer": "nobody"}})
        found, rows, _ = counted(name, w)
        equal((found["records"], found["delete"], found["held"], found["flag"]),
              (602, 200, 200, 2))
        assert rows <= 2, rows


def test_where_nothing_is_in_doubt_there_is_one_search_and_no_document():
    with index("t_one", PLAIN) as name, world(name) as w:
        simple(w)
        fill(name, {str(i): {"made": OLD if i % 2 else NEW, "customer": "ac"[i % 3 == 0],
                             "level": "info", "more": i} for i in range(60)})
        found, rows, searches = counted(name, w)
        equal((found["records"], found["delete"], found["held"], rows, searches),
              (60, 20, 20, 0, 1))
        equal(found["undeclared"], [{"field": "more", "records": 60}])


def test_the_least_of_nanoseconds():
    fields = {"properties": {**PLAIN["properties"], "made": {"type": "date_nanos"}}}
    with index("t_nanos", fields) as name, world(name) as w:
        simple(w)
        fill(name, {"1": {"made": "2025-11-23T00:00:00Z", "customer": "a"},
                    "2": {"made": "2025-11-23T00:00:00.000000001Z", "customer": "a"},
                    "3": {"made": "2025-11-23T00:00:00.000000002Z", "customer": "a"}})
        found, rows, searches = counted(name, w)
        equal((found["delete"], found["keep"], rows, searches, found["next_due"]),
              (1, 2, 0, 1, "2026-11-23T00:00:00.000000001Z"))


def test_dates_of_milliseconds_and_of_nanoseconds_behind_one_alias_are_read():
    nanos = {"properties": {**PLAIN["properties"], "made": {"type": "date_nanos"}}}
    with index("t_mixed-1", PLAIN) as one, index("t_mixed-2", nanos) as two, \
            world("t_mixed") as w:
        simple(w)
        ask("POST", "/_aliases", {"actions": [{"add": {"index": n, "alias": "t_mixed"}}
                                              for n in (one, two)]})
        for name in (one, two):
            fill(name, {"1": {"made": "2025-11-23T00:00:00Z", "customer": "a"},
                        "2": {"made": "2025-11-23T00:00:00.001Z", "customer": "a"}})
        found, rows, _ = counted(one, w)
        equal((found["delete"], found["keep"], rows), (2, 2, 4))


def test_a_forecast_is_one_search():
    with index("t_ahead", PLAIN) as name, world(name) as w:
        simple(w)
        fill(name, {str(i): {"made": f"2026-{i % 11 + 1:02}-05", "customer": "a"}
                    for i in range(660)})
        bodies = []
        with FaultProxy(url(), lambda r: bodies.append((r.path, r.body))) as proxy:
            ahead = w.address(proxy.url).forecast("--until", "2027-12-01", "--by", "month")
        searches = [b for p, b in bodies if "/_search?" in p]
        equal(([s["count"] for s in ahead["places"][0]["steps"]], len(searches)),
              ([0, 0] + [60] * 11, 1))


def test_the_tick_at_the_cutoff():
    """A year ago to the millisecond: due; one millisecond later: not yet."""
    with index("t_tick", PLAIN) as name, world(name) as w:
        simple(w)
        fill(name, {"1": {"made": "2025-11-23T00:00:00Z", "customer": "a"},
                    "2": {"made": "2025-11-23T00:00:00.000999Z", "customer": "a"},
                    "3": {"made": "2025-11-23T00:00:00.001Z", "customer": "a"}})
        found, rows, _ = counted(name, w)
        equal((found["delete"], found["keep"], rows, found["next_due"]),
              (2, 1, 0, "2026-11-23T00:00:00.001Z"))


def test_many_keys_are_sent_in_pieces():
    many = "".join(f",('k{i}', NULL, '2026-01-01T00:00:00Z')" for i in range(25000))
    customers = ("CREATE TABLE customer(id TEXT PRIMARY KEY, terminated_at TEXT, held_at TEXT);"
                 f"INSERT INTO customer VALUES ('a', NULL, NULL){many};")
    with index("t_many", PLAIN) as name, world(name, customers=customers) as w:
        simple(w)
        fill(name, {str(i): {"made": OLD, "customer": f"k{i}" if i % 2 else "a"}
                    for i in range(2000)})
        found, rows, _ = counted(name, w)
        equal((found["held"], found["delete"], rows), (1000, 1000, 0))


def test_fields_of_several_values_ignored_or_analysed_make_it_read():
    for fields, documents, expected in (
            ({}, {"1": {"made": [OLD, NEW], "customer": "a"}, "2": {"made": OLD, "customer": "a"}},
             (1, 1)),
            ({"level": {"type": "text"}}, {"1": {"made": OLD, "customer": "a", "level": "x debug"},
                                           "2": {"made": OLD, "customer": "a", "level": "debug"}},
             (2, 0)),
            ({"made": {"type": "date", "ignore_malformed": True}},
             {"1": {"made": "x", "customer": "a"}, "2": {"made": OLD, "customer": "a"}}, (1, 1))):
        with index("t_odd2", {"properties": {**PLAIN["properties"], **fields}}) as name, \
                world(name) as w:
            simple(w)
            fill(name, documents)
            found, _, _ = counted(name, w)
            equal((found["delete"], found["flag"]), expected)


def test_a_server_that_will_not_count_is_read():
    def refuse(request):
        if b'"aggs"' in (request.body or b""):
            return Answer(400, b'{"error":{"type":"too_many_clauses","reason":"no"}}')
        return None
    with index("t_refuse", PLAIN) as name, world(name) as w:
        simple(w)
        fill(name, {str(i): {"made": OLD, "customer": "a"} for i in range(50)})
        found, rows, _ = counted(name, w, refuse)
        equal((found["delete"], rows), (50, 50))


def test_counts_that_do_not_add_up_are_not_believed():
    def lie(request):
        if b'"aggs"' not in (request.body or b""):
            return None
        answer = json.loads(request.forward().body)
        answer["aggregations"]["all0"]["doc_count"] -= 1
        return Answer(200, json.dumps(answer).encode())
    with index("t_lie", PLAIN) as name, world(name) as w:
        simple(w)
        fill(name, {str(i): {"made": OLD, "customer": "a"} for i in range(50)})
        found, rows, _ = counted(name, w, lie)
        equal((found["records"], found["delete"], rows), (50, 50, 50))


def planned(w, proxy):
    w.address(proxy).plan()
    with open(w.plan_file, encoding="utf-8") as file:
        place = json.load(file)["places"][0]
    return {k: place[k] for k in ("records", "reasons", "due", "overdue", "oldest_due",
                                  "newest_due", "days", "targets", "all_targets")}


def test_a_plan_reads_what_goes_and_counts_what_stays():
    def refuse(request):
        if b'"aggs"' in (request.body or b""):
            return Answer(400, b'{"error":{"type":"too_many_clauses","reason":"no"}}')
        return None
    bodies = []

    def watch(request):
        answer = request.forward()
        if "_search" in request.path and request.method == "POST":
            bodies.append(answer.body)
        return answer
    with index("t_plan", PLAIN) as name, world(name) as w, FaultProxy(url(), watch) as told, \
            FaultProxy(url(), refuse) as untold:
        simple(w)
        fill(name, {str(i): {"made": f"202{5 + i % 2}-{i % 11 + 1:02}-{i % 28 + 1:02}T0{i % 10}:00:00Z",
                             "customer": "abc7"[i % 4], "level": ["info", "debug"][i % 5 == 0]}
                    for i in range(900)})
        fill(name, {"odd": {"customer": "a"}, "who": {"made": OLD, "customer": "nobody"}})
        counted_plan = planned(w, told.url)
        equal(counted_plan, planned(w, untold.url))
        assert counted_plan["due"] < given(bodies) < 902, (counted_plan["due"], given(bodies))
