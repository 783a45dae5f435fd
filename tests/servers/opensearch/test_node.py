"""A node that is killed in the middle and started again; how far what was deleted is gone."""
import contextlib
import os
import subprocess
import threading
import urllib.request

import node
from fault_proxy import FaultProxy, HangUp
from node import ask, count, fill, index, logs, url, world
from support import contains, equal

HERE = os.path.dirname(os.path.abspath(__file__))
PORT = str(node.free_port())


def control(*command, place):
    env = {**os.environ, "OPENSEARCH_PORT": PORT, "OPENSEARCH_DATA": f"{place}/node",
           "OPENSEARCH_HEAP": "384m"}
    subprocess.run([f"{HERE}/{command[0]}", *command[1:]], env=env, check=True,
                   stdout=subprocess.DEVNULL)


@contextlib.contextmanager
def own_node(place):
    before = os.environ["ELASTICSEARCH_URL"]
    control("start", place=os.path.abspath(place))
    os.environ["ELASTICSEARCH_URL"] = f"http://127.0.0.1:{PORT}"
    try:
        yield
    finally:
        os.environ["ELASTICSEARCH_URL"] = before
        control("stop", place=os.path.abspath(place))


def test_the_node_is_killed_in_the_middle_of_a_bulk_and_comes_back():
    """Whatever of the bulk it had done: gone is confirmed or unconfirmed, the rest goes later, and
    the run comes to its end without anybody's help."""
    with world("t_crash") as w:
        place = os.path.abspath(w.place)
        with own_node(w.place):
            ask("PUT", "/t_crash", {"settings": {"number_of_replicas": 0},
                                    "mappings": node.MAPPING})
            fill("t_crash", logs(3000))
            w.address(url()).plan()
            state = {"bulks": 0}

            def script(request):
                if not request.path.startswith("/_bulk"):
                    return None
                state["bulks"] += 1
                if state["bulks"] != 3:
                    return None
                killer = threading.Timer(0.02, lambda: control("stop", "-9", place=place))
                killer.start()
                try:
                    return request.forward()
                finally:
                    killer.join()
                    control("start", place=place)
            with FaultProxy(url(), script) as proxy:
                done = w.address(proxy.url).apply("--chunk-rows", "500", "--json").json()
            lost = done["places"][0]["unconfirmed"]
            equal((done["erased"] + lost, done["remaining"], count("t_crash")), (3000, 0, 0))
            assert lost <= 500, lost
            contains(w.verify().out, f"{3000 - lost} records")


def test_a_cluster_that_is_another_one_is_refused():
    with world("t_other") as w, index("t_other") as name:
        fill(name, logs(5))
        w.plan()
        w.apply()
        fill(name, logs(5))

        def script(request):
            if request.path != "/":
                return None
            answer = request.forward()
            import json
            about = json.loads(answer.body)
            about["cluster_uuid"] = "another"
            answer.body = json.dumps(about).encode()
            return answer
        with FaultProxy(url(), script) as proxy:
            w.address(proxy.url).plan()
            contains(w.apply(code=4).err, "is not the one of the last run: it was exchanged")
        equal(count(name), 5)


def size_on_disk(name):
    ask("POST", f"/{name}/_flush")
    return ask("GET", f"/{name}/_stats/docs,store")["_all"]["total"]


def test_deleted_is_not_yet_purged():
    """Deleting frees nothing until segments are merged: what is told apart, and done by --purge."""
    with index("t_purge") as name, world(name) as w:
        fill(name, {**logs(20000, level="x" * 200), "new": {"made": node.NEW, "customer": "a"}})
        before = size_on_disk(name)["store"]["size_in_bytes"]
        w.plan()
        contains(w.apply().out, "erasure: unreadable")
        assert size_on_disk(name)["docs"]["deleted"] > 0
    setting = "index.merge.policy.expunge_deletes_allowed"
    with index("t_purge", settings={setting: 7}) as name, world(name) as w:
        fill(name, {**logs(20000, level="x" * 200), "new": {"made": node.NEW, "customer": "a"}})
        w.plan()
        contains(w.apply("--purge").out, "erasure: purged")
        after = size_on_disk(name)
        equal((after["docs"]["deleted"], after["docs"]["count"]), (0, 1))
        assert after["store"]["size_in_bytes"] < before / 10, (before, after)
        told = ask("GET", f"/{name}/_settings/{setting}?flat_settings=true")
        equal(told[name]["settings"][setting], "7")  # as it was
