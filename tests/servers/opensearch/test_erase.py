"""Deleting: guarded, counted, and never more than what is due."""
import json
import sqlite3

from fault_proxy import FaultProxy
from node import (AT, DEPLOYMENT, MAPPING, NEW, OLD, ask, count, fill, index, keys, logs, url,
                  world)
from support import contains, equal, tenure, write

PLACE = "shop.logs.log search es/"


def before_bulks(act, after=None):
    """A script that acts once, when the first bulk is on its way; or right after it."""
    state = {"is_done": False}

    def script(request):
        if not request.path.startswith("/_bulk") or state["is_done"]:
            return None
        state["is_done"] = True
        act()
        if after is None:
            return None
        answer = request.forward()
        after()
        return answer
    return script


def test_what_is_due_goes_and_nothing_else():
    with index("t_go", settings={"number_of_shards": 2}) as name, world(name) as w:
        fill(name, {**logs(300), "new": {"made": NEW, "customer": "a"},
                    "held": {"made": OLD, "customer": "c"},
                    "odd": {"made": OLD, "customer": "nobody"}})
        contains(w.plan().out, "delete    300 (expired 300)")
        done = w.apply("--chunk-rows", "70")
        contains(done.out, f"{PLACE}{name}: 300 of 300 deleted")
        contains(done.out, "looked at again: 0 due and still there; erasure: unreadable")
        equal(keys(name), ["held", "new", "odd"])
        contains(w.verify().out, "300 records, 300 of them with proof")
        contains(tenure("ledger", "prove", "7", env=w.env).out, name)
        contains(w.apply(code=4).err, "has been carried out")


def test_a_plan_changes_nothing():
    with index("t_look") as name, world(name) as w, FaultProxy(url()) as proxy:
        fill(name, logs(20))
        w.address(proxy.url).plan("--samples")
        equal(count(name), 20)
        equal([p for m, p in proxy.seen if "_bulk" in p or "_delete" in p or
               (m == "DELETE" and p != "/_search/scroll")], [])


def test_a_document_that_changes_meanwhile_stays():
    """Read, then changed by somebody else, then sent: 409, and it is decided anew."""
    with index("t_change") as name, world(name) as w:
        fill(name, logs(50))

        def change():
            ask("PUT", f"/{name}/_doc/7?refresh", {"made": NEW, "customer": "a"})
            ask("POST", f"/{name}/_update/8?refresh", {"doc": {"level": "warn"}})
        with FaultProxy(url(), before_bulks(change)) as proxy:
            w.plan()
            done = w.address(proxy.url).apply()
        equal(keys(name), ["7"])
        contains(done.out, "49 of 50 deleted, 1 survived")
        contains(done.out, "7 (retained)")
        contains(w.verify().out, "49 records")


def test_a_document_that_is_deleted_meanwhile_is_not_counted_as_ours():
    with index("t_gone") as name, world(name) as w:
        fill(name, logs(50))
        with FaultProxy(url(), before_bulks(
                lambda: ask("DELETE", f"/{name}/_doc/7?refresh"))) as proxy:
            w.plan()
            done = w.address(proxy.url).apply("--json", code=None).json()
        equal((done["erased"], done["places"][0]["unconfirmed"], count(name)), (49, 1, 0))


def test_a_hold_after_the_plan_keeps():
    with index("t_hold") as name, world(name) as w:
        fill(name, logs(50))
        w.plan()
        w.sql("UPDATE customer SET held_at = '2026-01-01T00:00:00Z' WHERE id = 'a'")
        contains(w.apply().out, "50 survived")
        equal(count(name), 50)


def test_a_hold_in_the_window_is_told():
    """Its facts were read, it was held, and it went within the lease: that is said."""
    with index("t_late") as name, world(name) as w:
        fill(name, logs(50))
        with FaultProxy(url(), before_bulks(lambda: w.sql(
                "UPDATE customer SET held_at = '2026-01-01T00:00:00Z' WHERE id = 'a'"))) as proxy:
            w.plan()
            done = w.address(proxy.url).apply(code=1)
        contains(done.out, "late_hold: 50 were held while they went")
        equal(count(name), 0)


def test_a_held_record_survives_when_the_hold_comes_between_chunks():
    with index("t_between") as name, world(name) as w:
        fill(name, logs(50))
        with FaultProxy(url(), before_bulks(lambda: None, lambda: w.sql(
                "UPDATE customer SET held_at = '2026-01-01T00:00:00Z' WHERE id = 'a'"))) as proxy:
            w.plan()
            done = w.address(proxy.url).apply("--chunk-rows", "20", code=1)
        equal(count(name), 30)
        contains(done.out, "late_hold: 20")
        contains(done.out, "30 survived")


def test_a_document_goes_by_its_routing():
    with index("t_route", settings={"number_of_shards": 5}) as name, world(name) as w:
        fill(name, {k: {**d, "_routing": f"r{k}"} for k, d in logs(200).items()})
        w.plan()
        contains(w.apply().out, "200 of 200 deleted")
        equal(count(name), 0)


def test_names_that_json_and_paths_would_bend():
    with index("t_names") as name, world(name) as w:
        odd = ['a"b', "a/b", "a b", "ä", "1\n2", "%2F", "_x", "[1]", "\\"]
        fill(name, {k: {"made": OLD, "customer": "a"} for k in odd})
        w.plan()
        contains(w.apply().out, "9 of 9 deleted")
        equal(count(name), 0)
        for key in odd:
            tenure("ledger", "prove", key, env=w.env)


def test_documents_go_from_the_index_they_are_in():
    """By an alias with a write index, and by a data stream: each from its backing index."""
    with index("t_a1") as one, index("t_a2") as two, world("t_as") as w:
        ask("POST", "/_aliases", {"actions": [
            {"add": {"index": one, "alias": "t_as"}},
            {"add": {"index": two, "alias": "t_as", "is_write_index": True}}]})
        fill(one, {"1": {"made": OLD, "customer": "a"}, "2": {"made": NEW, "customer": "a"}})
        fill(two, {"1": {"made": NEW, "customer": "a"}, "2": {"made": OLD, "customer": "a"}})
        w.plan()
        contains(w.apply().out, "2 of 2 deleted")
        equal((keys(one), keys(two)), (["2"], ["1"]))
        tenure("ledger", "prove", '["t_a2","2"]', env=w.env)
        tenure("ledger", "prove", '["t_a1","2"]', env=w.env, code=1)


def test_a_data_stream_goes_by_its_backing_indices():
    fields = {**MAPPING["properties"], "@timestamp": {"type": "date"}}
    ask("DELETE", "/_data_stream/t_stream", code=None)
    ask("PUT", "/_index_template/t_stream", {
        "index_patterns": ["t_stream*"], "data_stream": {},
        "template": {"settings": {"number_of_replicas": 0},
                     "mappings": {"properties": fields}}})
    try:
        with world("t_stream") as w:
            line = {"@timestamp": OLD, "made": OLD, "customer": "a"}
            for _ in range(2):
                for document in (line, {**line, "made": NEW}):
                    ask("POST", "/t_stream/_doc?refresh", document, code=201)
                ask("POST", "/t_stream/_rollover")
            equal(count("t_stream"), 4)
            contains(w.plan().out, "delete    2 (expired 2)")
            contains(w.apply().out, "2 of 2 deleted")
            equal(count("t_stream"), 2)
    finally:
        ask("DELETE", "/_data_stream/t_stream", code=None)
        ask("DELETE", "/_index_template/t_stream", code=None)


def test_a_flooded_or_blocked_index_is_told_before_anything_is_done():
    for block, message in (("read_only_allow_delete", "whose disk is almost full"),
                           ("read_only", "is blocked for writing"),
                           ("write", "is blocked for writing")):
        with index("t_block") as name, world(name) as w:
            fill(name, logs(5))
            ask("PUT", f"/{name}/_settings", {f"index.blocks.{block}": True})
            contains(w.plan(code=None).out, message)
            contains(w.apply(code=4).err, message)


def test_a_disk_that_floods_meanwhile_is_told():
    with index("t_flood") as name, world(name) as w:
        fill(name, logs(100))
        with FaultProxy(url(), before_bulks(lambda: None, lambda: ask(
                "PUT", f"/{name}/_settings",
                {"index.blocks.read_only_allow_delete": True}))) as proxy:
            w.plan()
            done = w.address(proxy.url).apply("--chunk-rows", "40", code=3)
        contains(done.err, "it refused to delete: ")
        contains(done.err, "cluster_block_exception")
        equal(count(name), 60)
        ask("PUT", f"/{name}/_settings", {"index.blocks.read_only_allow_delete": None})
        contains(w.address(url()).apply().out, "100 of 100 deleted")
        equal(count(name), 0)
        contains(w.verify().out, "100 records, 100 of them with proof")


def test_an_index_dropped_or_closed_meanwhile():
    for act, code in ((lambda n: ask("DELETE", f"/{n}"), 3),
                      (lambda n: ask("POST", f"/{n}/_close"), 3)):
        with index("t_drop") as name, world(name) as w:
            fill(name, logs(100))
            with FaultProxy(url(), before_bulks(lambda: None, lambda: act(name))) as proxy:
                w.plan()
                done = w.address(proxy.url).apply("--chunk-rows", "40", code=code)
            contains(done.err, "t_drop")
            w.verify()


def test_an_index_that_is_another_one_of_that_name_is_refused():
    with index("t_same") as name, world(name) as w:
        fill(name, logs(10))
        w.plan()
        ask("DELETE", f"/{name}")
        fields = {**MAPPING["properties"], "made": {"type": "date_nanos"}}
        ask("PUT", f"/{name}", {"mappings": {"properties": fields}})
        fill(name, logs(10))
        contains(w.apply(code=4).err, "is not as it was when the plan was made")
        equal(count(name), 10)


def test_fields_can_not_be_redacted_there():
    with index("t_red2") as name, world(name) as w:
        policy = f"{w.place}/shop/logs.tenure"
        with open(policy, encoding="utf-8") as file:
            text = file.read()
        write(policy, text.replace('    purpose audit\n    stored',
                                   '    purpose audit\n    redact level after 1 year from made\n'
                                   '    stored'))
        fill(name, logs(5))
        done = w.plan(code=None)
        if done.code in (0,):
            contains(done.out, "fields can't be redacted")


def test_a_stop_after_a_chunk_goes_on_later():
    with index("t_stop") as name, world(name) as w:
        fill(name, logs(100))
        stop = f"{w.place}/stop"
        with FaultProxy(url(), before_bulks(lambda: write(stop, ""))) as proxy:
            w.plan()
            done = w.address(proxy.url).apply("--chunk-rows", "30", "--stop-file", stop, code=5)
        contains(done.out, "stopped (the stop file is there); apply the plan again to go on")
        equal(count(name), 70)
        contains(w.address(url()).apply().out, "100 of 100 deleted")
        contains(w.verify().out, "100 records, 100 of them with proof")


def test_the_ledger_and_the_journal_hold_no_key_in_the_end():
    with index("t_trace") as name, world(name) as w:
        fill(name, {"very-personal-key": {"made": OLD, "customer": "a"}})
        w.plan()
        w.apply()
        import glob
        for path in glob.glob(f"{w.place}/s.ledger*"):
            with open(path, "rb") as file:
                assert b"very-personal-key" not in file.read(), path
        equal(glob.glob(f"{w.place}/*.work"), [])
