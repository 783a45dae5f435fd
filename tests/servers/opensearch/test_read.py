"""Reading: what the mapping says, and every document, once, as it is indexed."""
import datetime
import json
import os
import random

from fault_proxy import Answer, FaultProxy
from node import AT, DEPLOYMENT, MAPPING, NEW, OLD, World, ask, fill, index, logs, url, world
from support import contains, equal, folder, jsonl, tenure, write

FILES = DEPLOYMENT.replace("store es = elasticsearch env SHOP_SEARCH",
                           "store es = jsonl env SHOP_FILES").replace('index "%s"', 'file "%s"')


def records(done):
    """Verdict, reason and due time of each record, by its key."""
    return {str(v["record"]): (v["verdict"], v["reason"], v["due"]) for v in done.lines()}


def moments(rng):
    """An instant to the millisecond, and ways to write it that a date field understands."""
    at = datetime.datetime(2023, 1, 1) + datetime.timedelta(
        milliseconds=rng.randrange(4 * 365 * 86400 * 1000))
    text = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}"
    zoned = (at + datetime.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.") + \
        f"{at.microsecond // 1000:03d}+02:00"
    millis = round((at - datetime.datetime(1970, 1, 1)).total_seconds() * 1000)
    return text + "Z", [text + "Z", text, zoned, millis, str(millis), [text + "Z"],
                        text + "999Z"]


def random_document(rng):
    """A document as it is sent, and as JSON Lines have to say the same."""
    sent, meant = {}, {}
    for name in ("made", "best"):
        kind = rng.random()
        said, ways = moments(rng)
        if kind < 0.8:
            meant[name], sent[name] = said, rng.choice(ways)
            if name == "best" and str(sent[name]).endswith("999Z"):
                meant[name] = sent[name]  # nanoseconds stay
        elif kind < 0.9:
            meant[name] = sent[name] = [said, moments(rng)[0]]
        elif kind < 0.95:
            meant[name] = sent[name] = None
    if rng.random() < 0.5:
        meant["dated"] = sent["dated"] = rng.choice(["1999-12-31", "2024-02-29"])
    for name, values in {"customer": ["a", "b", "c", "7", "nobody", 7, None, ["a", "b"]],
                         "level": ["info", "debug", "Debug", None],
                         "times": [0, -1, 5, "x", 1.5] if rng.random() < 0.2 else [0, -1, 5],
                         "tags": [[], ["x"], ["x", "broken"], "broken", None],
                         "about": [{"kind": "odd"}, {"kind": "even", "n": [1, {"a": 2}]}, {}]
                         }.items():
        if rng.random() < 0.8:
            meant[name] = sent[name] = rng.choice(values)
    return sent, meant


def test_the_same_documents_as_json_lines_are_decided_alike():
    rng = random.Random(20261124)
    mapping = json.loads(json.dumps(MAPPING))
    mapping["properties"]["times"]["ignore_malformed"] = True
    pairs = [random_document(rng) for _ in range(3000)]
    with index("t_alike", mapping, {"number_of_shards": 3}) as name, world(name) as w:
        fill(name, {str(i + 1): sent for i, (sent, _) in enumerate(pairs)})
        write(w.deployment, FILES % name)
        w.env["SHOP_FILES"] = w.place
        jsonl(f"{w.place}/{name}.jsonl", [meant for _, meant in pairs])
        expected = records(w.eval("--records"))
        write(w.deployment, DEPLOYMENT % name)
        found = records(w.eval("--records"))
        equal(len(found), 3000)
        for key, verdict in expected.items():
            assert found[key] == verdict, (key, pairs[int(key) - 1], verdict, found[key])
        assert len({v[1] for v in expected.values()}) > 8, "too few kinds of verdicts"


def test_every_document_of_many_pages_is_read_once():
    with index("t_pages", settings={"number_of_shards": 2}) as name, world(name) as w:
        fill(name, logs(12345))
        found = w.eval("--records").lines()
        equal(sorted(int(v["record"]) for v in found), list(range(12345)))


def test_large_documents_come_in_small_pages():
    sizes = []

    def watch(request):
        answer = request.forward()
        sizes.append(len(answer.body))
        return answer
    with index("t_large", {"properties": {**MAPPING["properties"],
                                          "pad": {"type": "binary"}}}) as name, \
            world(name) as w, FaultProxy(url(), watch) as proxy:
        rng = random.Random(1)
        fill(name, logs(300), refresh=False)
        for at in range(0, 300, 50):
            fill(name, {str(i): {"made": OLD, "customer": "a", "level": "info",
                                 "pad": rng.randbytes(90000).hex()[:120000]}
                        for i in range(at, at + 50)}, refresh=False)
        ask("POST", f"/{name}/_flush")
        w.address(proxy.url)
        equal(len(w.eval("--records").lines()), 300)
        assert max(sizes) < 24 << 20, max(sizes)


def test_what_was_just_written_is_seen():
    with index("t_fresh", settings={"refresh_interval": "-1"}) as name, world(name) as w:
        fill(name, logs(7), refresh=False)
        equal(w.eval("--json").json()["placements"][0]["records"], 7)


def test_the_precision_of_the_index_decides():
    """One year is over a tenth of a millisecond from now, as the document has it, and now, as the
    index has it."""
    with index("t_ticks") as name, world(name) as w:
        fill(name, {"1": {"made": "2025-11-23T00:00:00.0001Z", "customer": "a"},
                    "2": {"made": "2025-11-23T00:00:00.001Z", "customer": "a"}})
        found = records(w.eval("--records"))
        equal([found["1"][0], found["2"][0]], ["delete", "keep"])


def test_nanoseconds_stay_where_the_index_has_them():
    mapping = {"properties": {**MAPPING["properties"], "made": {"type": "date_nanos"}}}
    with index("t_nanos", mapping) as name, world(name) as w:
        fill(name, {"1": {"made": "2025-11-23T00:00:00.000000001Z", "customer": "a"},
                    "2": {"made": "2025-11-23T00:00:00Z", "customer": "a"}})
        found = records(w.eval("--records"))
        equal([found["1"][0], found["2"][0]], ["keep", "delete"])


def test_a_value_that_was_not_indexed_is_unreadable():
    mapping = {"properties": {**MAPPING["properties"],
                              "made": {"type": "date", "ignore_malformed": True}}}
    with index("t_odd", mapping) as name, world(name) as w:
        fill(name, {"1": {"made": "long ago", "customer": "a"},
                    "2": {"made": OLD, "customer": "a"}, "3": {"customer": "a"},
                    "4": {"made": [], "customer": "a"}})
        found = records(w.eval("--records"))
        equal([found[k][:2] for k in "1234"],
              [("flag", "unknown_anchor"), ("delete", "expired"), ("flag", "unknown_anchor"),
               ("flag", "unknown_anchor")])


def test_a_null_value_of_the_mapping_counts_as_indexed():
    mapping = {"properties": {**MAPPING["properties"],
                              "made": {"type": "date", "null_value": OLD}}}
    with index("t_null", mapping) as name, world(name) as w:
        fill(name, {"1": {"made": None, "customer": "a"}})
        equal(records(w.eval("--records"))["1"][:2], ("delete", "expired"))


def test_formats_of_their_own_are_the_indexs_affair():
    mapping = {"properties": {**MAPPING["properties"],
                              "made": {"type": "date", "format": "dd.MM.yyyy HH:mm||epoch_second"}}}
    with index("t_forms", mapping) as name, world(name) as w:
        fill(name, {"1": {"made": "23.11.2025 00:00", "customer": "a"},
                    "2": {"made": "23.11.2025 00:01", "customer": "a"},
                    "3": {"made": 1704067200, "customer": "a"}})
        found = records(w.eval("--records"))
        equal([found[k][0] for k in "123"], ["delete", "keep", "delete"])


def test_a_field_may_be_an_alias_of_another():
    mapping = {"properties": {**MAPPING["properties"], "stamp": {"type": "date"},
                              "who": {"type": "keyword"},
                              "made": {"type": "alias", "path": "stamp"},
                              "customer": {"type": "alias", "path": "who"}}}
    with index("t_alias_field", mapping) as name, world(name) as w:
        fill(name, {"1": {"stamp": OLD, "who": "a"}, "2": {"stamp": NEW, "who": "b"},
                    "3": {"stamp": OLD}, "4": {"stamp": OLD, "who": ["a", "b"]}})
        found = records(w.eval("--records"))
        equal([found[k][:2] for k in "1234"],
              [("delete", "expired"), ("keep", "retained"), ("flag", "unknown_entity"),
               ("flag", "unknown_entity")])


def test_nested_documents_are_no_records():
    mapping = {"properties": {**MAPPING["properties"],
                              "parts": {"type": "nested",
                                        "properties": {"made": {"type": "date"}}}}}
    with index("t_nested", mapping) as name, world(name) as w:
        fill(name, {"1": {"made": OLD, "customer": "a",
                          "parts": [{"made": NEW}, {"made": NEW}]}})
        equal(len(w.eval("--records").lines()), 1)


def test_a_name_with_a_dot_that_splits_a_field_is_unreadable():
    mapping = {"properties": {**MAPPING["properties"], "about": {"type": "object"}}}
    with index("t_dots", mapping) as name, world(name) as w:
        fill(name, {"1": {"made": OLD, "customer": "a", "about.kind": "odd"}})
        equal(records(w.eval("--records"))["1"][:2], ("flag", "unreadable"))


def test_undeclared_fields_are_told():
    with index("t_more") as name, world(name) as w:
        fill(name, {"1": {"made": OLD, "customer": "a", "client_ip": "192.0.2.1"}})
        contains(w.eval().out, "client_ip in shop.logs.log")


def test_an_alias_and_a_data_stream_are_read_whole():
    with index("t_old") as old, index("t_new") as new, world("t_both") as w:
        ask("POST", "/_aliases", {"actions": [{"add": {"index": n, "alias": "t_both"}}
                                              for n in (old, new)]})
        fill(old, {"1": {"made": OLD, "customer": "a"}})
        fill(new, {"1": {"made": NEW, "customer": "a"}})
        found = records(w.eval("--records"))
        equal({k: v[0] for k, v in found.items()},
              {"['t_old', '1']": "delete", "['t_new', '1']": "keep"})
        contains(tenure("explain", w.deployment, "log", '["t_old","1"]', "--path", w.place,
                        "--at", AT, env=w.env).out, "delete (expired)")


def test_one_document_is_asked_for_by_its_id():
    asked = []

    def watch(request):
        asked.append(request.body)
    with index("t_one") as name, world(name) as w, FaultProxy(url(), watch) as proxy:
        fill(name, logs(100))
        w.address(proxy.url)
        done = tenure("explain", w.deployment, "log", "42", "--path", w.place, "--at", AT,
                      env=w.env)
        contains(done.out, "42: delete (expired)")
        assert any(b'"ids":{"values":["42"]}' in body for body in asked)


def test_facts_may_lie_there_too():
    with index("t_facts", {"properties": {"id": {"type": "keyword"},
                                          "terminated_at": {"type": "date"},
                                          "held_at": {"type": "date"}}}) as facts, \
            index("t_logs") as name, world(name) as w:
        fill(facts, {"x": {"id": "a", "terminated_at": "2026-10-01"}, "y": {"id": "b"},
                     "z": {"id": "c", "held_at": "2026-01-01"}})
        fill(name, {k: {"made": NEW.replace("11", "09"), "customer": k} for k in "abc"})
        write(w.deployment, (DEPLOYMENT % name).replace(
            'from db table "customer"', f'from es index "{facts}"'))
        found = records(w.eval("--records"))
        equal([found[k][:2] for k in "abc"],
              [("delete", "event"), ("keep", "retained"), ("keep", "hold")])


def refused(name, message, mapping=None, prepare=lambda: None, code=3):
    with index(name, mapping), world(name) as w:
        fill(name, logs(3))
        prepare()
        contains(w.eval(code=code).err, message)


def test_what_is_not_there_is_told():
    with world("t_nothing") as w:
        contains(w.eval(code=3).err, 'it has no index, alias or data stream "t_nothing"')
    with index("t_here"), world("t_her*") as w:
        contains(w.eval(code=3).err, "is not the whole name of one index")


def test_a_missing_field_is_told():
    fields = {k: v for k, v in MAPPING["properties"].items() if k != "made"}
    with index("t_less", {"dynamic": False, "properties": fields}), world("t_less") as w:
        fill("t_less", {"1": {"customer": "a"}})
        contains(w.eval(code=3).err, 'index "t_less" has no column "made"')


def test_a_closed_index_is_told():
    refused("t_closed", 'index "t_closed" is closed: open it',
            prepare=lambda: ask("POST", "/t_closed/_close"))


def test_an_index_without_documents_to_read_is_told():
    refused("t_bare", 'index "t_bare" keeps no _source',
            mapping={**MAPPING, "_source": {"enabled": False}})


def test_a_date_without_doc_values_is_told():
    refused("t_hidden", 'has no doc values: what is indexed can\'t be read',
            mapping={"properties": {**MAPPING["properties"],
                                    "made": {"type": "date", "doc_values": False}}})


def test_indices_that_disagree_are_told():
    other = {"properties": {**MAPPING["properties"], "made": {"type": "keyword"}}}
    with index("t_x"), index("t_y", other), world("t_xy") as w:
        ask("POST", "/_aliases", {"actions": [{"add": {"index": n, "alias": "t_xy"}}
                                              for n in ("t_x", "t_y")]})
        contains(w.eval(code=3).err, "is mapped as a date in one of its indices and otherwise")


def test_missing_shards_are_a_failure():
    with index("t_red", settings={"number_of_shards": 2,
                                  "index.routing.allocation.require._name": "nobody"},
               ), world("t_red") as w:
        done = w.address(url() + " timeout=5 patience=1").eval(code=3)
        contains(done.err, "t_red")


def test_a_page_that_is_cut_short_is_a_failure():
    """Whatever the server does to the pages: as many documents as it said, or a failure."""
    def lose_hits(request):
        if "_search" not in request.path or request.method != "POST":
            return None
        answer = request.forward()
        page = json.loads(answer.body)
        page["hits"]["hits"] = page["hits"]["hits"][1:]
        return Answer(answer.status, json.dumps(page).encode())
    with index("t_cut") as name, world(name) as w, FaultProxy(url(), lose_hits) as proxy:
        fill(name, logs(50))
        contains(w.address(proxy.url).eval(code=3).err, "it said that there are 50 documents and "
                 "gave 49")


def test_shards_that_fail_are_a_failure():
    def fail_shard(request):
        if "/_search?" not in request.path:
            return None
        page = json.loads(request.forward().body)
        page["_shards"].update(failed=1, failures=[{"reason": {"type": "x", "reason": "broken"}}])
        return Answer(200, json.dumps(page).encode())
    with index("t_shard") as name, world(name) as w, FaultProxy(url(), fail_shard) as proxy:
        fill(name, logs(5))
        contains(w.address(proxy.url).eval(code=3).err, "1 of its shards did not answer: broken")


def test_which_product_it_is_does_not_matter_but_what_is_none_is_told():
    with FaultProxy(url(), lambda r: Answer(200, b'{"hello":"world"}')) as proxy, \
            world("t_any") as w:
        contains(w.address(proxy.url).eval(code=3).err,
                 "neither Elasticsearch nor OpenSearch")
    old = b'{"cluster_uuid":"u","version":{"number":"6.8.23"}}'
    with FaultProxy(url(), lambda r: Answer(200, old)) as proxy, world("t_any") as w:
        contains(w.address(proxy.url).eval(code=3).err, "it is Elasticsearch 6.8.23; 7 is the")
