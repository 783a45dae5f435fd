"""What becomes of a run when the broker is slow, falls silent, or tenure is killed at the worst
moment: a proxy between them holds back what a test wants held back."""
import os
import signal
import sqlite3
import threading
import time

from confluent_kafka import KafkaException

from kafka_proxy import DELETE_RECORDS, FETCH, KafkaProxy, delete_records
from support import AT, contains, equal, folder, write
from topics import PLACE, World, admin, entry, make_topic, marks, produce

PORT = int(PLACE.split(":")[1])


def world_of(place, topic, days, **settings):
    """A topic with one partition, records as old as `days` says, and a plan over it."""
    make_topic(topic, **settings)
    world = World(place, topic)
    produce(topic, [(0, entry(d)) for d in days])
    world.plan()
    return world


def test_a_broker_that_answers_slowly_costs_time_alone():
    def wait(kind):
        time.sleep(0.3 if kind == FETCH else 0.1)

    with folder() as place, KafkaProxy(PORT, on_answer=wait) as proxy:
        world = world_of(place, "slow", [40] * 2000 + [1])
        world.env["BUS"] = proxy.place
        equal(world.count(), {"records": 2001, "keep": 1, "delete": 2000, "flag": 0})
        contains(world.apply().out, "2,000 of 2,000 deleted")
        equal(marks("slow", 0), (2000, 2001))
        equal(world.erased(), (2000, 0))


def test_a_broker_that_falls_silent_is_given_up():
    silent = threading.Event()

    def answer(kind):
        if kind == FETCH:
            silent.set()
        return not silent.is_set()

    with folder() as place, KafkaProxy(PORT, on_answer=answer) as proxy:
        world = world_of(place, "silent", [40] * 10)
        world.env["BUS"] = proxy.place
        start = time.time()
        contains(world.run("eval", world.deployment, "--at", AT, code=3).err, "Timed out")
        equal(time.time() - start < 50, True)


def test_what_is_no_json_stops_a_front():
    with folder() as place:
        make_topic("middle")
        world = World(place, "middle")
        produce("middle", [(0, entry(40))] * 10 + [(0, b"{not json")] + [(0, entry(40))] * 5)
        contains(world.plan().out, "5 behind offset 10 of partition 0 (unreadable)")
        contains(world.apply().out, "10 of 10 deleted, 5 blocked")
        equal(marks("middle", 0), (10, 16))
        equal(world.erased(), (10, 0))


def test_a_hold_placed_while_a_deletion_is_sent_is_told():
    held = []

    with folder() as place:
        world = world_of(place, "held", [40] * 100)

        def hold(kind):
            if kind == DELETE_RECORDS and not held:
                held.append(time.time())
                with sqlite3.connect(world.facts) as facts:
                    facts.execute("UPDATE customer SET held = 1 WHERE id = 1")

        with KafkaProxy(PORT, on_request=hold) as proxy:
            world.env["BUS"] = proxy.place
            done = world.apply("--chunk-rows", "10", code=None)
        equal(len(held), 1)
        low = marks("held", 0)[0]
        equal(0 < low < 100, True)  # the chunk that was on its way, and no later one
        equal(world.erased(), (low, 0))
        contains(done.out + done.err, "late_hold")


def test_a_deletion_older_than_its_facts_is_not_sent():
    with folder() as place:
        world = world_of(place, "lease", [40] * 10)
        with KafkaProxy(PORT, on_answer=lambda kind: time.sleep(2 if kind == FETCH else 0)) as proxy:
            world.env["BUS"] = proxy.place
            world.apply("--fact-lease", "1", "--lock-wait", "3", code=None)
        equal(world.erased()[0], marks("lease", 0)[0])


class Killed:
    """Applies the plan through a proxy and kills it once a DeleteRecords is at `stage`."""

    def __init__(self, world, **stage):
        self.reached = threading.Event()
        hooks = {name: self.hold(passes) for name, passes in stage.items()}
        with KafkaProxy(PORT, **hooks) as proxy:
            real, world.env["BUS"] = world.env["BUS"], proxy.place
            running = world.start_apply()
            world.env["BUS"] = real
            equal(self.reached.wait(30), True)
            running.send_signal(signal.SIGKILL)
            running.communicate()

    def hold(self, passes):
        def script(kind):
            if kind != DELETE_RECORDS:
                return True
            self.reached.set()
            return passes
        return script


def test_killed_before_the_answer_to_a_deletion_counts_exactly():
    with folder() as place:
        world = world_of(place, "answer", [40] * 500 + [1])
        Killed(world, on_answer=False)
        equal(marks("answer", 0)[0] > 0, True)
        equal(os.path.exists(f"{place}/run.ledger.work"), True)
        world.apply()
        equal(marks("answer", 0), (500, 501))
        equal(world.erased(), (500, 0))
        equal(os.path.exists(f"{place}/run.ledger.work"), False)


def test_killed_before_a_deletion_arrives_counts_exactly():
    with folder() as place:
        world = world_of(place, "request", [40] * 500 + [1])
        Killed(world, on_request=False)
        equal(marks("request", 0)[0], 0)
        world.apply()
        equal(marks("request", 0), (500, 501))
        equal(world.erased(), (500, 0))


def test_a_topic_that_is_gone_for_good_can_be_given_up():
    """A run was cut off in it; then it was deleted, and the deployment has it no more."""
    with folder() as place:
        world = world_of(place, "lost", [40] * 7)
        Killed(world, on_request=False)
        admin().delete_topics(["lost"])["lost"].result()
        contains(world.apply(code=3).err, 'it has no topic "lost"')
        make_topic("instead")
        with open(world.deployment, encoding="utf-8") as file:
            text = file.read()
        write(world.deployment, text.replace('topic "lost"', 'topic "instead"'))
        produce("instead", [(0, entry(40))])
        world.plan()
        accept = ("--accept-policy", world.apply(code=4).err.split()[-1])
        contains(world.apply(*accept, code=4).err, "say so with tenure ledger rearm")
        contains(world.run("ledger", "rearm", world.deployment, "--why", "the topic is gone").out,
                 "7 records that a run had sent to be deleted")
        equal(os.path.exists(f"{place}/run.ledger.work"), False)
        world.plan()
        contains(world.apply(*accept).out, "1 of 1 deleted")
        equal(world.erased(), (1, 7))


def make_anew_topic(name):
    admin().delete_topics([name])[name].result()
    for _ in range(100):  # the broker takes its time to forget the name
        time.sleep(0.2)
        try:
            return make_topic(name)
        except KafkaException:
            pass
    raise AssertionError(f"{name} never went")


def test_a_topic_made_anew_under_the_run_loses_nothing():
    """After the first chunk; the second was read before, and decided on what is no more."""
    anew = []

    def make_anew(kind):
        if kind == DELETE_RECORDS and not anew:
            anew.append(1)
            make_anew_topic("under")
            produce("under", [(0, entry(1))] * 30)
        return True

    with folder() as place:
        world = world_of(place, "under", [40] * 20)
        with KafkaProxy(PORT, on_answer=make_anew) as proxy:
            world.env["BUS"] = proxy.place
            contains(world.apply("--chunk-rows", "10", code=3).err, "made anew while it was read")
        equal(marks("under", 0), (0, 30))
        equal(world.erased(), (10, 0))


def test_a_topic_made_anew_after_a_kill_is_another_one():
    with folder() as place:
        world = world_of(place, "other", [40] * 7)
        Killed(world, on_request=False)
        make_anew_topic("other")
        produce("other", [(0, entry(1))])
        world.apply(code=None)
        equal(world.erased(), (0, 7))
        equal(marks("other", 0), (0, 1))


def test_what_the_topic_s_age_may_have_deleted_is_unconfirmed_after_a_kill():
    with folder() as place:
        world = world_of(place, "whose", [40] * 100 + [1] * 10)
        Killed(world, on_request=False)
        delete_records(PORT, "whose", 105)
        world.apply(code=None)
        equal(world.erased(), (0, 100))


def test_what_was_gone_before_it_was_sent_is_not_counted_as_deleted():
    gone = []

    def delete_first(kind):
        if kind == FETCH and not gone:
            gone.append(5)
            delete_records(PORT, "before", 5)

    with folder() as place:
        world = world_of(place, "before", [40] * 20)
        with KafkaProxy(PORT, on_answer=delete_first) as proxy:
            world.env["BUS"] = proxy.place
            world.apply(code=None)
        equal(marks("before", 0), (20, 20))
        equal(world.erased(), (15, 5))


def test_the_wait_for_the_broker_s_checkpoint_can_be_ended_and_is_made_up_for():
    with folder() as place:
        world = world_of(place, "wait", [40] * 20 + [1])
        answered = threading.Event()
        with KafkaProxy(PORT, on_answer=lambda kind: kind != DELETE_RECORDS or answered.set() or True) as proxy:
            world.env["BUS"] = proxy.place
            running = world.start_apply()
            equal(answered.wait(30), True)
            time.sleep(0.5)
            start = time.time()
            running.send_signal(signal.SIGINT)
            running.communicate(timeout=20)
        equal(running.returncode, 5)
        equal(time.time() - start < 1.5, True)
        world.env["BUS"] = PLACE
        start = time.time()
        world.apply()
        equal(time.time() - start > 2.4, True)  # 2 s x 1.25
        equal(world.erased(), (20, 0))


def test_a_journal_that_was_cut_off_while_it_was_made_is_completed():
    with folder() as place:
        world = world_of(place, "empty", [40] * 3)
        with open(f"{place}/run.ledger.work", "wb"):
            pass
        contains(world.apply().out, "3 of 3 deleted")
        equal(world.erased(), (3, 0))
        equal(os.path.exists(f"{place}/run.ledger.work"), False)
