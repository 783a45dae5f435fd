"""Compacted topics: a record goes by a tombstone for its key, and only when that is asked for."""
import json
import os
import signal
import threading

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import ConfigResource

from kafka_proxy import PRODUCE, KafkaProxy
from support import contains, equal, folder
from topics import PLACE, World, admin, entry, make_topic, marks

PORT = int(PLACE.split(":")[1])


def write_keys(topic, records, partition=0):
    """(key, days) each; days None: a tombstone; who is the customer of the key's last sign."""
    producer = Producer({"bootstrap.servers": PLACE})
    for key, days, *who in records:
        value = None if days is None else json.dumps(entry(days, *who)).encode()
        producer.produce(topic, value, key=key.encode(), partition=partition,
                         headers=[("trace", b"t-" + key.encode())])
    producer.flush()


def last_of(topic, partition=0):
    """What a reader that keeps the last value of each key has: key -> age's record."""
    found, order = {}, []
    consumer = Consumer({"bootstrap.servers": PLACE, "group.id": "last",
                         "enable.partition.eof": True})
    consumer.assign([TopicPartition(topic, partition, 0)])
    try:
        while True:
            message = consumer.poll(10)
            if message is None or message.error():
                break
            order.append(message)
            found[message.key().decode()] = message
    finally:
        consumer.close()
    live = {k: json.loads(m.value()) for k, m in found.items() if m.value() is not None}
    return live, order


def compacted(place, topic, records, **more):
    make_topic(topic, cleanup_policy="compact", **more)
    world = World(place, topic)
    write_keys(topic, records)
    return world


def test_tombstones_are_written_only_when_they_are_asked_for():
    with folder() as place:
        world = compacted(place, "asked", [("a", 40), ("b", 1)])
        contains(world.plan().out, "apply needs --tombstones")
        contains(world.apply(code=4).err, "say so with --tombstones")
        equal(marks("asked", 0), (0, 2))
        contains(world.apply("--tombstones").out, "1 of 1 deleted")
        equal(list(last_of("asked")[0]), ["b"])


def test_the_last_record_of_a_key_decides_and_others_are_left_to_compaction():
    with folder() as place:
        world = compacted(place, "keys", [
            ("old", 50), ("old", 40), ("renewed", 40), ("renewed", 1), ("young", 1),
            ("held", 40, 2), ("gone", 40), ("gone", None)])
        plan = world.plan().out
        contains(plan, "hidden")
        contains(plan, "3 of them behind a newer record or a tombstone")
        done = world.apply("--tombstones").out
        contains(done, "1 of 1 deleted")
        equal(sorted(last_of("keys")[0]), ["held", "renewed", "young"])
        equal(world.erased(), (1, 0))
        again = world.plan().out
        equal("tombstone each" in again, False)


def test_what_was_hidden_is_not_called_unreadable():
    with folder() as place:
        world = compacted(place, "grade", [("a", 40)])
        world.plan()
        done = json.loads(world.apply("--tombstones", "--json").out)
        equal(done["erasure"], "hidden")
        entries = [json.loads(line) for line in world.run("ledger", "export").out.splitlines()]
        equal([json.loads(e["body"])["erasure"] for e in entries if e.get("kind") == "done"], ["hidden"])


def test_a_tombstone_says_which_run_wrote_it():
    with folder() as place:
        world = compacted(place, "header", [("a", 40)])
        world.plan()
        run = json.loads(world.apply("--tombstones", "--json").out)["run"]
        equal(last_of("header")[1][-1].headers(), [("tenure", run.encode())])


def test_a_record_that_changed_after_it_was_read_stays():
    """Between the decision and the look at the topic's end: its tombstone is not sent."""
    with folder() as place:
        world = compacted(place, "changed", [("a", 40), ("b", 40)])
        world.plan()
        write_keys("changed", [("a", 1)])
        world.apply("--tombstones")
        live, _ = last_of("changed")
        equal(list(live), ["a"])
        equal(world.erased(), (1, 0))


def test_a_record_that_a_tombstone_overtakes_is_written_again():
    with folder() as place:
        world = compacted(place, "race", [("a", 40), ("b", 40)])
        world.plan()
        new = []

        def write_first(kind):
            if kind == PRODUCE and not new:
                new.append(1)
                write_keys("race", [("a", 1)])
            return True

        with KafkaProxy(PORT, on_request=write_first) as proxy:
            world.env["BUS"] = proxy.place
            contains(world.apply("--tombstones").out, "2 of 2 deleted")
        live, order = last_of("race")
        equal(live, {"a": entry(1)})
        equal(order[-1].headers(), [("trace", b"t-a")])


def test_a_record_without_a_key_gets_no_tombstone():
    with folder() as place:
        make_topic("nokey")
        producer = Producer({"bootstrap.servers": PLACE})
        producer.produce("nokey", json.dumps(entry(40)).encode())
        producer.flush()
        resource = ConfigResource(ConfigResource.Type.TOPIC, "nokey",
                                  set_config={"cleanup.policy": "compact"})
        admin().alter_configs([resource])[resource].result()
        world = World(place, "nokey")
        contains(world.plan().out, "1 of them behind a newer record")
        world.apply("--tombstones")
        equal(marks("nokey", 0), (0, 1))


def killed_at(world, **stage):
    """Applies and kills it once a tombstone is at `stage`."""
    reached = threading.Event()

    def hold(passes):
        def script(kind):
            if kind != PRODUCE:
                return True
            reached.set()
            return passes
        return script

    with KafkaProxy(PORT, **{name: hold(passes) for name, passes in stage.items()}) as proxy:
        real, world.env["BUS"] = world.env["BUS"], proxy.place
        running = world.start_apply("--tombstones")
        world.env["BUS"] = real
        equal(reached.wait(30), True)
        running.send_signal(signal.SIGKILL)
        running.communicate()


def test_killed_before_the_answer_to_a_tombstone_counts_exactly():
    with folder() as place:
        world = compacted(place, "tanswer", [(f"k{i}", 40) for i in range(50)] + [("y", 1)])
        world.plan()
        killed_at(world, on_answer=False)
        equal(os.path.exists(f"{place}/run.ledger.work"), True)
        world.apply("--tombstones")
        equal(list(last_of("tanswer")[0]), ["y"])
        equal(world.erased(), (50, 0))
        equal(marks("tanswer", 0)[1], 101)


def test_killed_before_a_tombstone_arrives_counts_exactly():
    with folder() as place:
        world = compacted(place, "trequest", [(f"k{i}", 40) for i in range(50)])
        world.plan()
        killed_at(world, on_request=False)
        equal(marks("trequest", 0)[1], 50)
        world.apply("--tombstones")
        equal(last_of("trequest")[0], {})
        equal(world.erased(), (50, 0))


def test_many_keys_in_several_chunks_and_partitions():
    with folder() as place:
        make_topic("many", 2, cleanup_policy="compact")
        world = World(place, "many")
        for partition in (0, 1):
            write_keys("many", [(f"k{i}", 40 if i % 2 else 1) for i in range(3000)], partition)
        world.plan()
        contains(world.apply("--tombstones", "--chunk-rows", "700").out, "3,000 of 3,000 deleted")
        for partition in (0, 1):
            equal(len(last_of("many", partition)[0]), 1500)
        equal(world.erased(), (3000, 0))
