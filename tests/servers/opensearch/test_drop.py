"""Whole indices: dropped where every document is due, and otherwise left to be swept."""
import contextlib
import time

import node
from fault_proxy import FaultProxy, HangUp
from node import NEW, OLD, ask, count, fill, index, keys, logs, url, world
from support import contains, equal, tenure


@contextlib.contextmanager
def months(number=3):
    """An alias over an index a month, the last of which is written to."""
    with contextlib.ExitStack() as stack:
        names = [stack.enter_context(index(f"t_month-{i:06d}")) for i in range(1, number + 1)]
        ask("POST", "/_aliases", {"actions": [{"add": {"index": n, "alias": "t_month"}}
                                              for n in names]})
        yield names, stack.enter_context(world("t_month"))


def indices():
    found = ask("GET", "/_cat/indices/t_month-*?format=json&h=index")
    return sorted(row["index"] for row in found)


def dropped(proxy):
    return [path for method, path in proxy.seen if method == "DELETE" and "month" in path]


def test_an_index_goes_whole_where_all_in_it_is_due():
    with months() as (names, w):
        fill(names[0], logs(50))
        fill(names[1], {**logs(50), "held": {"made": OLD, "customer": "c"}})
        fill(names[2], logs(50))
        w.plan()
        with FaultProxy(url()) as proxy:
            done = w.address(proxy.url).apply("--drop-indices")
        contains(done.out, "150 of 150 deleted")
        equal(dropped(proxy), ["/" + names[0]])
        equal(indices(), names[1:])
        equal((keys(names[1]), count(names[2])), (["held"], 0))
        contains(w.verify().out, "150 records, 150 of them with proof")
        tenure("ledger", "prove", f'["{names[0]}","7"]', env=w.env)


def test_without_being_told_no_index_goes():
    with months() as (names, w):
        fill(names[0], logs(5))
        w.plan()
        contains(w.apply().out, "5 of 5 deleted")
        equal(indices(), names)


def test_an_index_with_one_that_is_younger_flagged_or_none_of_the_categorys_stays():
    with months(4) as (names, w):
        fill(names[0], {**logs(5), "new": {"made": NEW, "customer": "a"}})
        fill(names[1], {**logs(5), "odd": {"customer": "a"}})
        fill(names[2], {})
        w.plan()
        contains(w.apply("--drop-indices").out, "10 of 10 deleted")
        equal(indices(), names)
        equal((keys(names[0]), keys(names[1])), (["new"], ["odd"]))


def test_an_index_of_its_own_name_stays():
    with index("t_month-000001") as name, world(name) as w:
        fill(name, logs(5))
        w.plan()
        contains(w.apply("--drop-indices").out, "5 of 5 deleted")
        equal(count(name), 0)


def write_meanwhile(names, at):
    """A script that writes a document to the first index when `at` is asked for."""
    state = {"is_done": False}

    def script(request):
        if state["is_done"] or not at(request):
            return None
        state["is_done"] = True
        answer = request.forward() if request.method != "PUT" else None
        ask("PUT", f"/{names[0]}/_doc/late?refresh", {"made": NEW, "customer": "a"}, code=201)
        return answer
    return script


def test_a_document_that_comes_meanwhile_saves_the_index():
    """Written after the index was read and before it was blocked."""
    with months() as (names, w):
        fill(names[0], logs(20))
        w.plan()
        with FaultProxy(url(), write_meanwhile(
                names, lambda r: r.method == "PUT" and "_settings" in r.path)) as proxy:
            contains(w.address(proxy.url).apply("--drop-indices").out, "20 of 20 deleted")
        equal((dropped(proxy), indices(), keys(names[0])), ([], names, ["late"]))
        ask("PUT", f"/{names[0]}/_doc/after?refresh", {"made": NEW}, code=201)  # no block is left


def test_a_hold_that_comes_meanwhile_is_told():
    def script(request):
        if request.method == "DELETE" and "month" in request.path:
            w.sql("UPDATE customer SET held_at = '2026-01-01T00:00:00Z' WHERE id = 'a'")
        return None
    with months() as (names, w), FaultProxy(url(), script) as proxy:
        fill(names[0], logs(20))
        w.plan()
        contains(w.address(proxy.url).apply("--drop-indices", code=1).out, "late_hold: 20")


def test_an_index_that_takes_longer_than_the_lease_is_swept():
    def script(request):
        if request.method == "PUT" and "_settings" in request.path and b"true" in request.body:
            time.sleep(1.2)
        return None
    with months() as (names, w), FaultProxy(url(), script) as proxy:
        fill(names[0], logs(20))
        w.plan()
        contains(w.address(proxy.url).apply("--drop-indices", "--fact-lease", "1").out,
                 "20 of 20 deleted")
        equal((dropped(proxy), indices(), count(names[0])), ([], names, 0))


def test_a_drop_without_an_answer():
    for is_done in (False, True):
        state = {"left": 1}

        def script(request, is_done=is_done, state=state):
            if request.method != "DELETE" or "month" not in request.path or not state["left"]:
                return None
            state["left"] -= 1
            if is_done:
                request.forward()
            return HangUp()
        with months() as (names, w), FaultProxy(url(), script) as proxy:
            fill(names[0], logs(20))
            w.plan()
            done = w.address(proxy.url).apply("--drop-indices", "--json").json()
            equal((done["erased"], done["places"][0]["unconfirmed"], count("t_month")),
                  (0, 20, 0) if is_done else (20, 0, 0))


@contextlib.contextmanager
def stream(name="t_stream"):
    """A data stream of two backing indices, the second of which is written to."""
    fields = {"properties": {**node.MAPPING["properties"], "@timestamp": {"type": "date"}}}
    ask("DELETE", f"/_data_stream/{name}", code=None)
    ask("PUT", f"/_index_template/{name}", {
        "index_patterns": [name], "data_stream": {}, "priority": 500, "template": {
            "settings": {"number_of_replicas": 0}, "mappings": fields}})
    ask("PUT", f"/_data_stream/{name}")
    try:
        with world(name) as w:
            yield name, w
    finally:
        ask("DELETE", f"/_data_stream/{name}", code=None)
        ask("DELETE", f"/_index_template/{name}", code=None)


def backing(name):
    return [i["index_name"] for i in
            ask("GET", f"/_data_stream/{name}")["data_streams"][0]["indices"]]


def stamped(documents):
    return {k: {**d, "@timestamp": d["made"]} for k, d in documents.items()}


def test_the_plan_names_what_goes_whole():
    with months() as (names, w):
        fill(names[0], logs(50))
        fill(names[1], {**logs(50), "new": {"made": NEW, "customer": "a"}})
        fill(names[2], logs(50))
        shown = w.plan().out
        contains(shown, f'index "{names[0]}": all its 50 records are due; it goes whole with '
                        "--drop-indices")
        contains(shown, f'index "{names[2]}": all its 50 records are due; it is written to, and '
                        "stays, unless --drop-indices and --rollover begin a new one first")
        assert names[1] not in shown, shown


def test_the_index_that_is_written_to_goes_only_when_told_to():
    for told in (False, True):
        with stream() as (name, w):
            fill(name, stamped(logs(20)), op="create")
            ask("POST", f"/{name}/_rollover")
            fill(name, stamped(logs(30)), op="create")
            before = backing(name)
            contains(w.plan().out, "--rollover")
            options = ["--drop-indices"] + (["--rollover"] if told else [])
            contains(w.apply(*options).out, "50 of 50 deleted")
            after = backing(name)
            equal((len(after), before[0] in after, before[1] in after, count(name)),
                  (1, False, not told, 0))
            contains(w.verify().out, "50 records, 50 of them with proof")


def test_a_stream_that_is_not_all_due_is_not_rolled_over():
    with stream() as (name, w):
        fill(name, stamped({**logs(20), "new": {"made": NEW, "customer": "a"}}), op="create")
        before = backing(name)
        w.plan()
        contains(w.apply("--drop-indices", "--rollover").out, "20 of 20 deleted")
        equal((backing(name), count(name)), (before, 1))


def test_an_alias_that_can_not_be_rolled_over_is_told():
    with months() as (names, w):
        fill(names[2], logs(5))
        w.plan()
        failed = w.apply("--drop-indices", "--rollover", code=3)
        contains(failed.err, "the index that is written to can't be rolled over: ")
        equal(indices(), names)
