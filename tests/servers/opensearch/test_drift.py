"""tenure drift: what a node deletes by itself. The test nodes have neither ILM nor ISM: what a node
says that has them is put in their place by a proxy; all else is the node's."""
import json

from fault_proxy import Answer, FaultProxy
from node import ask, index, url, world
from support import contains, equal, tenure

LOGS = "tenure_drift"


def settings(live, env):
    done = tenure("drift", live, "--json", env=env, code=None)
    equal(done.err, "")
    return [f["text"] for f in json.loads(done.out)["findings"] if f["kind"] == "setting"]


def answer(body):
    return Answer(200, json.dumps(body).encode(), [("content-type", "application/json")])


def as_elasticsearch(request):
    """What says which product it is, if it is asked for."""
    if request.path != "/":
        return None
    given = request.forward()
    about = json.loads(given.body)
    about["version"].pop("distribution", None)
    about["version"]["number"] = "7.17.0"
    about["tagline"] = "You Know, for Search"
    return Answer(200, json.dumps(about).encode(), [("content-type", "application/json"),
                                                    ("x-elastic-product", "Elasticsearch")])


def ilm(age, actions):
    def script(request):
        if request.path == f"/{LOGS}/_settings/index.lifecycle.name":
            return answer({LOGS: {"settings": {"index": {"lifecycle": {"name": "logs"}}}}})
        if request.path == "/_ilm/policy/logs":
            phase = {"actions": actions, **({"min_age": age} if age else {})}
            return answer({"logs": {"policy": {"phases": {"delete": phase}}}})
        return as_elasticsearch(request)
    return script


def test_a_node_without_such_plugins_deletes_nothing_by_itself():
    with index(LOGS), world(LOGS) as w:
        equal(settings(w.deployment, w.env), [])


def test_a_lifecycle_policy_that_deletes_too_early_is_told():
    with index(LOGS), world(LOGS) as w:
        with FaultProxy(url(), ilm("3d", {"delete": {}})) as proxy:
            w.address(proxy.url)
            found = settings(w.deployment, w.env)
        equal(len(found), 2)
        contains(found[0], 'index.lifecycle.name = "logs", which deletes at min_age 3d: it deletes '
                 "records before any of them may go")
        contains(found[1], "it can't keep a hold")
        with FaultProxy(url(), ilm("800d", {"delete": {}})) as proxy:
            w.address(proxy.url)
            equal(len(settings(w.deployment, w.env)), 1)
        with FaultProxy(url(), ilm(None, {"wait_for_snapshot": {"policy": "x"}})) as proxy:
            w.address(proxy.url)
            equal(settings(w.deployment, w.env), [])


def test_a_state_policy_that_deletes_too_early_is_told():
    states = [{"name": "hot", "actions": [], "transitions": [
                  {"state_name": "warm", "conditions": {"min_index_age": "1d"}}]},
              {"name": "warm", "actions": [{"read_only": {}}], "transitions": [
                  {"state_name": "gone", "conditions": {"min_index_age": "5d"}}]},
              {"name": "gone", "actions": [{"retry": {}, "delete": {}}], "transitions": []}]

    def ism(request):
        if request.path == f"/_plugins/_ism/explain/{LOGS}":
            return answer({LOGS: {"index": LOGS, "policy_id": "keep short"}, "total_managed_indices": 1})
        if request.path == "/_plugins/_ism/policies/keep%20short":
            return answer({"_id": "keep short", "policy": {"default_state": "hot", "states": states}})
        return None

    with index(LOGS), world(LOGS) as w, FaultProxy(url(), ism) as proxy:
        if "distribution" not in ask("GET", "/")["version"]:
            return  # Elasticsearch, which has no such policies
        w.address(proxy.url)
        contains(settings(w.deployment, w.env)[0], 'the ISM policy "keep short", which deletes at an '
                 "age of 5d: it deletes records before any of them may go")


def test_the_lifecycle_of_a_data_stream_is_told():
    def stream(request):
        if request.path == f"/_data_stream/{LOGS}":
            return answer({"data_streams": [{"name": LOGS, "lifecycle": {
                "enabled": True, "data_retention": "30d", "effective_retention": "2d"}}]})
        return None

    with index(LOGS), world(LOGS) as w, FaultProxy(url(), stream) as proxy:
        w.address(proxy.url)
        contains(settings(w.deployment, w.env)[0], f'the lifecycle of data stream "{LOGS}", '
                 "data_retention = 2d")
