"""Faults: of the network, of the node, of the tool. Nothing lost, no hang, a clear report, and
the plan applied again comes to its end."""
import json
import os
import signal
import subprocess
import threading
import time

from fault_proxy import Answer, Drip, FaultProxy, Half, HangUp, Lie
from node import NEW, OLD, ask, count, fill, index, keys, logs, url, world
from support import TENURE, contains, equal

HERE = os.path.dirname(os.path.abspath(__file__))
IMPATIENT = " timeout=1 patience=2"


def on_bulk(number, act):
    """A script in which bulk `number`, from 1, is answered by `act(request)`."""
    state = {"bulks": 0}

    def script(request):
        if not request.path.startswith("/_bulk"):
            return None
        state["bulks"] += 1
        return act(request) if state["bulks"] == number else None
    return script


def ends_well(act, size=100, erased=100, unconfirmed=0, more=(), number=2):
    """A run whose second bulk meets `act` comes to its end all the same."""
    with index("t_fault") as name, world(name) as w:
        fill(name, logs(size))
        w.plan()
        with FaultProxy(url(), on_bulk(number, act)) as proxy:
            done = w.address(proxy.url + IMPATIENT).apply(
                "--chunk-rows", "30", "--json", *more).json()
        equal((done["erased"], done["places"][0]["unconfirmed"], done["remaining"], count(name)),
              (erased, unconfirmed, 0, 0))
        contains(w.verify().out, f"{erased} records, {erased} of them with proof")
        equal(os.path.exists(f"{w.env['TENURE_LEDGER']}.work"), False)


def test_a_bulk_that_is_not_answered_and_not_done():
    ends_well(lambda request: HangUp())


def test_a_bulk_that_is_done_and_not_answered():
    """Who deleted these can't be told any more: gone, and not confirmed."""
    def act(request):
        request.forward()
        return HangUp()
    ends_well(act, erased=70, unconfirmed=30)


def test_half_an_answer():
    ends_well(lambda request: Half(request.forward()), erased=70, unconfirmed=30)


def test_an_answer_that_stops_in_the_middle():
    ends_well(lambda request: Half(request.forward(), 5), erased=70, unconfirmed=30)


def test_an_answer_that_comes_byte_by_byte():
    ends_well(lambda request: Drip(200, request.forward().body), erased=70, unconfirmed=30)


def test_a_length_that_lies():
    ends_well(lambda request: Lie(request.forward(), 100), erased=70, unconfirmed=30)


def test_an_answer_shorter_than_its_length_says_less():
    def act(request):
        answer = request.forward()
        return Lie(answer, -len(answer.body) // 2)
    ends_well(act, erased=70, unconfirmed=30)


def test_an_answer_that_is_not_json():
    for body in (b"<html>", b"", b"{\"items\":", b"[]", b"\xff\xfe", b"{\"items\":7}" * 2):
        def act(request, body=body):
            request.forward()
            return Answer(200, body)
        ends_well(act, erased=70, unconfirmed=30)


def test_an_answer_about_other_documents():
    def act(request):
        answer = json.loads(request.forward().body)
        answer["items"][0]["delete"]["_id"] = "of somebody else"
        return Answer(200, json.dumps(answer).encode())
    ends_well(act, erased=70, unconfirmed=30)


def test_an_answer_about_fewer_documents():
    def act(request):
        answer = json.loads(request.forward().body)
        del answer["items"][10:]
        return Answer(200, json.dumps(answer).encode())
    ends_well(act, erased=80, unconfirmed=20)


def test_errors_of_single_documents_are_read():
    """HTTP 200, with some documents refused and some failed: all go in the end."""
    def act(request):
        answer = json.loads(request.forward().body)
        answer["items"][0]["delete"] = {"_id": answer["items"][0]["delete"]["_id"],
                                        "status": 503, "error": {"type": "x", "reason": "y"}}
        answer["errors"] = True
        return Answer(200, json.dumps(answer).encode())
    ends_well(act, erased=99, unconfirmed=1)


def test_a_node_with_too_much_to_do_is_waited_for():
    state = {"left": 6}

    def script(request):
        if request.path.startswith("/_bulk") and state["left"] > 0:
            state["left"] -= 1
            return Answer(429, b'{"error":{"type":"es_rejected_execution_exception",'
                               b'"reason":"queue full"},"status":429}')
        return None
    with index("t_busy") as name, world(name) as w:
        fill(name, logs(100))
        w.plan()
        with FaultProxy(url(), script) as proxy:
            contains(w.address(proxy.url).apply().out, "100 of 100 deleted")
        equal(state["left"], 0)


def test_single_documents_with_429_are_sent_again():
    def act(request):
        lines = request.body.decode().split("\n")
        request.body = ("\n".join(lines[:10]) + "\n").encode()
        answer = json.loads(request.forward().body)
        answer["items"] += [{"delete": {
            "_id": json.loads(line)["delete"]["_id"], "status": 429,
            "error": {"type": "es_rejected_execution_exception", "reason": "full"}}}
            for line in lines[10:-1]]
        return Answer(200, json.dumps(answer).encode())
    ends_well(act)


def test_a_node_that_stays_overloaded_stops_the_run():
    def script(request):
        if request.path.startswith("/_bulk"):
            return Answer(429, b'{"error":{"type":"x","reason":"y"},"status":429}')
        return None
    with index("t_full") as name, world(name) as w:
        fill(name, logs(30))
        w.plan()
        with FaultProxy(url(), script) as proxy:
            done = w.address(proxy.url).apply("--lock-wait", "1", code=5)
        contains(done.out, "stopped (")
        equal(count(name), 30)
        contains(w.address(url()).apply().out, "30 of 30 deleted")


def test_reading_is_tried_again_and_gives_up_in_time():
    state = {"left": 3}

    def script(request):
        if state["left"] > 0:
            state["left"] -= 1
            return Answer(503, b"not now")
        return None
    with index("t_again") as name, world(name) as w:
        fill(name, logs(5))
        with FaultProxy(url(), script) as proxy:
            equal(w.address(proxy.url).eval("--json").json()["placements"][0]["records"], 5)
        with FaultProxy(url(), lambda request: Half(request.forward(), 30)) as proxy:
            start = time.monotonic()
            contains(w.address(proxy.url + IMPATIENT).eval(code=3).err, "gave no whole answer")
            assert time.monotonic() - start < 10


def test_pages_that_are_spoiled_are_told():
    for fault in (lambda a: Answer(200, a.body[:-5]), lambda a: Answer(200, b"{}"),
                  lambda a: Answer(200, b'{"hits":{"hits":[]},"_shards":{"failed":0}}'),
                  lambda a: Answer(200, a.body.replace(b'"_id"', b'"_no"')),
                  lambda a: Answer(200, a.body.replace(b'"_scroll_id"', b'"_scroll"')),
                  lambda a: Answer(200, a.body + b"{}"), lambda a: Lie(a, 50),
                  lambda a: Answer(200, b"[" * 100000)):
        def script(request, fault=fault):
            return fault(request.forward()) if "/_search?" in request.path else None
        with index("t_spoil") as name, world(name) as w:
            fill(name, logs(5))
            with FaultProxy(url(), script) as proxy:
                w.address(proxy.url + IMPATIENT).eval(code=3)


def test_a_scroll_that_is_lost_is_started_anew():
    """As it is when a node restarts: the sweep begins again, and nothing is counted twice."""
    def lose(request):
        if request.path == "/_search/scroll" and request.method == "POST" and state["left"]:
            state["left"] -= 1
            ask("DELETE", "/_search/scroll/_all")
        return None
    with index("t_scroll", settings={"number_of_shards": 2}) as name, world(name) as w:
        fill(name, {**logs(9000), **{f"n{i}": {"made": NEW, "customer": "a"}
                                     for i in range(9000)}})
        w.plan()
        state = {"left": 2}
        with FaultProxy(url(), lose) as proxy:
            contains(w.address(proxy.url).apply().out, "9,000 of 9,000 deleted")
        equal((state["left"], count(name)), (0, 9000))
        contains(w.verify().out, "9000 records")


def test_the_lease_holds_back_what_waited_too_long():
    """A bulk may only be sent while the facts are young: one that was not taken is decided on
    anew, and the hold that came meanwhile keeps all that is left."""
    def script(request):
        if request.path.startswith("/_bulk") and state["left"]:
            state["left"] -= 1
            w.sql("UPDATE customer SET held_at = '2026-01-01T00:00:00Z' WHERE id = 'a'")
            time.sleep(1.2)
            return Answer(429, b'{"error":{"type":"x","reason":"y"},"status":429}')
        return None
    state = {"left": 1}
    with index("t_lease") as name, world(name) as w:
        fill(name, logs(30))
        w.plan()
        with FaultProxy(url(), script) as proxy:
            done = w.address(proxy.url).apply("--fact-lease", "1")
        contains(done.out, "30 survived")
        equal(count(name), 30)


def killed_while(w, proxy, moment):
    """Applies, and kills the tool when `moment` is set."""
    env = {**os.environ, **w.address(proxy.url).env}
    with subprocess.Popen([TENURE, "apply", w.plan_file, "--yes", "--max-delete", "100%",
                           "--chunk-rows", "30"], env=env, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        assert moment.wait(20)
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_the_tool_is_killed_before_during_and_after_a_bulk():
    for is_done in (False, True):
        for number in (1, 2, 4):
            moment = threading.Event()

            def act(request, is_done=is_done, moment=moment):
                if is_done:
                    request.forward()
                moment.set()
                time.sleep(1)
                return HangUp()
            with index("t_kill") as name, world(name) as w:
                fill(name, logs(100))
                w.plan()
                with FaultProxy(url(), on_bulk(number, act)) as proxy:
                    killed_while(w, proxy, moment)
                size = min(30, 100 - 30 * (number - 1)) if is_done else 0
                equal(count(name), 100 - 30 * (number - 1) - size)
                done = w.address(url()).apply("--json").json()
                equal((done["erased"], done["places"][0]["unconfirmed"], count(name)),
                      (100 - size, size, 0))
                contains(w.verify().out, f"{100 - size} records")
                equal(os.path.exists(f"{w.env['TENURE_LEDGER']}.work"), False)


def test_what_a_killed_run_left_is_told_with_the_next_plan_too():
    moment = threading.Event()

    def act(request):
        request.forward()
        moment.set()
        time.sleep(1)
        return HangUp()
    with index("t_kill2") as name, world(name) as w:
        fill(name, logs(100))
        w.plan()
        with FaultProxy(url(), on_bulk(2, act)) as proxy:
            killed_while(w, proxy, moment)
        w.address(url()).plan()
        contains(w.apply().out, "40 of 40 deleted")
        contains(w.verify().out, "70 records")


def test_another_node_is_asked():
    with index("t_nodes") as name, world(name) as w:
        fill(name, logs(50))
        w.address(f"http://127.0.0.1:1 {url()} http://127.0.0.1:2").plan()
        contains(w.apply().out, "50 of 50 deleted")


def test_a_clock_that_is_off_is_refused():
    def script(request):
        if request.path.startswith("/_nodes/stats"):
            return Answer(200, json.dumps({"nodes": {"x": {
                "timestamp": int((time.time() + 400) * 1000)}}}).encode())
        return None
    with index("t_clock") as name, world(name) as w, FaultProxy(url(), script) as proxy:
        fill(name, logs(5))
        w.address(proxy.url).plan()
        contains(w.apply(code=4).err, "clock")
        equal(count(name), 5)


def interrupted(name, w, is_slow, second=20):
    """A run that gets SIGINT while the node takes its time over what `is_slow` says; how long it
    took from there to its end."""
    reached = threading.Event()

    def script(request):
        if is_slow(request) and not reached.is_set():
            reached.set()
            time.sleep(second)
        return None
    with FaultProxy(url(), script) as proxy:
        env = {**os.environ, **w.address(proxy.url).env}
        run = subprocess.Popen([TENURE, "apply", w.plan_file, "--yes", "--max-delete", "100%",
                                "--chunk-rows", "30"], env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
        assert reached.wait(30), run.communicate()
        start = time.monotonic()
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
        took = time.monotonic() - start
    equal(run.returncode, 5)
    contains(out, "stopped (by a signal); apply the plan again to go on")
    return took


def test_a_signal_ends_the_wait_for_a_page():
    with index("t_signal") as name, world(name) as w:
        fill(name, logs(100))
        w.plan()
        took = interrupted(name, w, lambda r: "_search?scroll" in r.path)
        assert took < 4, took
        equal(count(name), 100)
        contains(w.address(url()).apply().out, "100 of 100 deleted")
        contains(w.verify().out, "100 records, 100 of them with proof")


def test_a_signal_ends_the_wait_for_a_bulk_after_some_grace():
    """Nobody has heard what came of it: that is found out when the plan is applied again."""
    with index("t_signal") as name, world(name) as w:
        fill(name, logs(100))
        w.plan()
        took = interrupted(name, w, lambda r: r.path.startswith("/_bulk"))
        assert took < 8, took
        done = w.address(url()).apply("--json").json()
        equal((done["erased"] + done["places"][0]["unconfirmed"], count(name)), (100, 0))


def test_a_signal_waits_for_a_bulk_that_is_answered_in_time():
    with index("t_signal") as name, world(name) as w:
        fill(name, logs(100))
        w.plan()
        interrupted(name, w, lambda r: r.path.startswith("/_bulk"), second=1)
        equal(count(name), 70)
        contains(w.address(url()).apply().out, "100 of 100 deleted")
        contains(w.verify().out, "100 records, 100 of them with proof")
