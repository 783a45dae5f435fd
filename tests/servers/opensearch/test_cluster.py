"""Three nodes on this machine, replicas, and one of them lost in the middle. Takes a minute and some
memory: with TENURE_CLUSTER=1 alone."""
import os
import subprocess
import threading

import node
from fault_proxy import FaultProxy
from node import ask, count, fill, logs, url, world
from support import contains, equal

HERE = os.path.dirname(os.path.abspath(__file__))


def control(command, port, *args, more=""):
    env = {**os.environ, "OPENSEARCH_PORT": str(port), "OPENSEARCH_HEAP": "320m",
           "OPENSEARCH_MORE": more}
    return subprocess.Popen([f"{HERE}/{command}", *args], env=env, stdout=subprocess.DEVNULL)


def a_node_is_lost():
    ports = [node.free_port() for _ in range(3)]
    seeds = ",".join(f"127.0.0.1:{p + 100}" for p in ports)
    names = ",".join(f"node-{p}" for p in ports)
    more = (f"discovery.type=zen discovery.seed_hosts={seeds} cluster.initial_master_nodes={names} "
            "cluster.fault_detection.follower_check.timeout=2s "
            "cluster.fault_detection.follower_check.retry_count=1 "
            "cluster.fault_detection.leader_check.timeout=2s "
            "cluster.fault_detection.leader_check.retry_count=1")
    before = os.environ["ELASTICSEARCH_URL"]
    starts = [control("start", p, more=more) for p in ports]
    try:
        assert [s.wait() for s in starts] == [0, 0, 0]
        os.environ["ELASTICSEARCH_URL"] = f"http://127.0.0.1:{ports[0]}"
        lose_a_node(ports)
    finally:
        os.environ["ELASTICSEARCH_URL"] = before
        for stop in [control("stop", p) for p in ports]:
            stop.wait()


def lose_a_node(ports):
    ask("PUT", "/t_cluster", {"settings": {"number_of_shards": 3, "number_of_replicas": 1},
                              "mappings": node.MAPPING})
    ask("GET", "/_cluster/health?wait_for_status=green&timeout=50s")
    fill("t_cluster", logs(6000))
    state = {"bulks": 0}

    def script(request):
        if request.path.startswith("/_bulk"):
            state["bulks"] += 1
            if state["bulks"] == 3:
                threading.Thread(target=lambda: control("stop", ports[2], "-9").wait()).start()
        return None
    with world("t_cluster") as w:
        with FaultProxy(url(), script) as proxy:
            address = f"{proxy.url} http://127.0.0.1:{ports[1]} patience=90"
            w.address(address).plan()
            done = w.apply("--chunk-rows", "500", "--json", "--lock-wait", "120").json()
        lost = done["places"][0]["unconfirmed"]
        equal((done["erased"] + lost, done["remaining"], count("t_cluster")), (6000, 0, 0))
        contains(w.verify().out, f"{done['erased']} records")


if os.environ.get("TENURE_CLUSTER"):
    test_a_node_of_three_is_lost = a_node_is_lost
