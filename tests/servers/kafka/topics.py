"""What tenure does with topics. The oldest fact first: each test makes a topic of its own."""
import json
import os
import signal
import subprocess
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

from support import AT, TENURE, contains, database, equal, folder, jsonl, tenure, write

PLACE = "127.0.0.1:" + os.environ.get("KAFKA_PORT", "19092")
SERVER = "tests/servers/kafka/server"
DAY = 24 * 3600
NOW = 1795392000  # AT

POLICY = """module shop.log

import std.gdpr

purpose audit "To know who did what"

entity customer "Customer" {
    event left "The contract ended"
}

category entry "A line of the log" of customer {
    fields {
        time : timestamp "When"
        text : string    "What"
    }
    purpose audit
    basis   std.gdpr.contract
    stored in bus as temporary for at most 60 days
    retain 30 days from time
    on customer.left delete within 30 days
}
"""

DEPLOYMENT = """deployment shop.live of shop.log

store bus   = kafka env BUS
store facts = sqlite env FACTS

entity customer from facts table "customer" key id {
    left = left_at as unix_s
    hold = held == 1
}

bind shop.log.entry {
    bus as temporary to bus topic "%s" {
        customer = who
        time     = ts as unix_s
    }
}
"""


_admin = []


def admin():
    """One for all: its answers come while it lives."""
    if not _admin:
        _admin.append(AdminClient({"bootstrap.servers": PLACE, "log_level": 0}))
    return _admin[0]


def make_topic(name, partitions=1, **settings):
    config = {key.replace("_", "."): str(value) for key, value in settings.items()}
    admin().create_topics([NewTopic(name, partitions, 1, config=config)])[name].result()
    while name not in admin().list_topics(timeout=10).topics:
        time.sleep(0.1)


def produce(topic, records):
    """(partition, value) each; a value is an object, or bytes, or None: a tombstone."""
    producer = Producer({"bootstrap.servers": PLACE, "linger.ms": 5})
    for partition, value in records:
        raw = value if value is None or isinstance(value, bytes) else json.dumps(value).encode()
        producer.produce(topic, raw, key=b"k", partition=partition)
        producer.poll(0)
    producer.flush()


def marks(topic, partition):
    consumer = Consumer({"bootstrap.servers": PLACE, "group.id": "test"})
    try:
        return consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
    finally:
        consumer.close()


def entry(days, who=1, text="x"):
    """A record that is so many days old."""
    return {"who": who, "ts": NOW - days * DAY, "text": text}


class World:
    """A folder with the policy, a deployment over `topic`, and facts of four customers: the
    second is held, the third left long ago."""

    def __init__(self, place, topic):
        self.place = place
        os.makedirs(f"{place}/shop", exist_ok=True)
        write(f"{place}/shop/log.tenure", POLICY)
        self.deployment = write(f"{place}/live.tenure", DEPLOYMENT % topic)
        self.facts = f"{place}/facts.db"
        database(self.facts, "CREATE TABLE customer (id INTEGER PRIMARY KEY, left_at INTEGER,"
                 f" held INTEGER); INSERT INTO customer VALUES (1, NULL, 0), (2, NULL, 1),"
                 f" (3, {NOW - 100 * DAY}, 0), (4, NULL, 0);")
        self.env = {"BUS": PLACE, "FACTS": self.facts, "TENURE_LEDGER": f"{place}/run.ledger"}

    def run(self, command, *more, code=0):
        return tenure(command, *more, env=self.env, code=code)

    def count(self, at=AT):
        found = json.loads(self.run("eval", self.deployment, "--at", at, "--json").out)
        place = found["placements"][0]
        return {k: place[k] for k in ("records", "keep", "delete", "flag")}

    def plan(self, *more, code=0):
        return self.run("plan", self.deployment, "--at", AT, "-o", f"{self.place}/plan.json",
                        *more, code=code)

    def apply(self, *more, code=0):
        return self.run("apply", f"{self.place}/plan.json", "--yes", "--max-delete", "100%", *more,
                        code=code)

    def start_apply(self, *more):
        return subprocess.Popen([TENURE, "apply", f"{self.place}/plan.json", "--yes",
                                 "--max-delete", "100%", *more], env={**os.environ, **self.env},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def erased(self):
        """Records that the ledger says this tool deleted, and those it can't tell."""
        sure = unsure = 0
        for line in self.run("ledger", "export").out.splitlines():
            line = json.loads(line)
            if line.get("kind") == "outcome":
                body = json.loads(line["body"])
                sure += body["count"]
                unsure += body.get("unconfirmed", 0)
        self.run("ledger", "verify")
        return sure, unsure


def test_every_partition_is_read_to_its_end():
    with folder() as place:
        make_topic("read", 3)
        world = World(place, "read")
        equal(world.count(), {"records": 0, "keep": 0, "delete": 0, "flag": 0})
        produce("read", [(i % 3, entry(40 if i % 2 else 5)) for i in range(3000)])
        equal(world.count(), {"records": 3000, "keep": 1500, "delete": 1500, "flag": 0})


def test_verdicts_are_those_of_the_same_records_in_a_file():
    records = [entry(d, who, "é𝄞") for d in (0, 29, 30, 31, 400) for who in (1, 2, 3, 4, 5)]
    records += [{"who": 1, "ts": "soon"}, {"who": None, "ts": NOW}, {"ts": NOW - 40 * DAY},
                {"who": "1", "ts": NOW - 40 * DAY}, {"who": 1, "ts": NOW + 3 * DAY}]
    with folder() as place:
        make_topic("same")
        world = World(place, "same")
        produce("same", [(0, r) for r in records])
        seen = world.run("eval", world.deployment, "--at", AT, "--records").lines()
        write(world.deployment, DEPLOYMENT.replace("kafka env BUS", "jsonl env FILES") % "same")
        jsonl(f"{place}/same.jsonl", records)
        world.env["FILES"] = place
        other = world.run("eval", world.deployment, "--at", AT, "--records").lines()
        equal(len(seen), len(records))
        for a, b in zip(seen, other):
            for name in ("record", "line", "key"):
                a.pop(name, None)
                b.pop(name, None)
            equal(a, b)


def test_what_is_no_record_is_flagged_and_a_tombstone_is_none():
    with folder() as place:
        make_topic("odd")
        world = World(place, "odd")
        produce("odd", [(0, b"not json"), (0, b"[1]"), (0, b"\xff\xfe"), (0, None), (0, b""),
                        (0, b'{"who":1,"who":2,"ts":0}'), (0, entry(40))])
        equal(world.count(), {"records": 6, "keep": 0, "delete": 1, "flag": 5})


def test_the_message_s_own_time_key_and_place_can_be_bound():
    with folder() as place:
        make_topic("own")
        world = World(place, "own")
        text = (DEPLOYMENT % "own").replace("who\n", "`kafka.key`\n")
        write(world.deployment, text.replace("ts as unix_s", "`kafka.timestamp`"))
        producer = Producer({"bootstrap.servers": PLACE})
        for days, key in ((40, b"1"), (5, b"1"), (40, b"2"), (40, b"9")):
            producer.produce("own", b"{}", key=key, timestamp=(NOW - days * DAY) * 1000)
        producer.flush()
        equal(world.count(), {"records": 4, "keep": 2, "delete": 1, "flag": 1})


def test_records_of_an_open_transaction_are_not_seen():
    with folder() as place:
        make_topic("open")
        world = World(place, "open")
        produce("open", [(0, entry(40))])
        producer = Producer({"bootstrap.servers": PLACE, "transactional.id": "t"})
        producer.init_transactions()
        producer.begin_transaction()
        producer.produce("open", json.dumps(entry(40)).encode())
        producer.flush()
        equal(world.count()["records"], 1)
        producer.commit_transaction()
        # the marker of the commit is an offset of its own, at the end, that nobody is given
        equal(world.count()["records"], 2)


def test_the_front_goes_up_to_the_first_record_that_stays():
    with folder() as place:
        make_topic("front", 3)
        world = World(place, "front")
        produce("front", [(0, entry(40)) for _ in range(10)] + [(0, entry(50, 2))]
                + [(0, entry(40)) for _ in range(5)]
                + [(1, entry(40)) for _ in range(7)] + [(1, entry(5))]
                + [(2, entry(5))] + [(2, entry(40)) for _ in range(4)])
        found = world.plan()
        contains(found.out, "9 of them behind a record that stays: "
                            "5 behind offset 10 of partition 0 (hold), "
                            "4 behind offset 0 of partition 2 (retained)")
        contains(found.out, "BREACH    nothing else clears what is blocked")
        contains(found.out, "17 records to be erased")
        done = world.apply()
        contains(done.out, "17 of 17 deleted, 9 blocked behind records that stay")
        contains(done.out, "0 due and still there; erasure: unreadable")
        equal([marks("front", p) for p in range(3)], [(10, 16), (7, 8), (0, 5)])
        equal(world.erased(), (17, 0))
        equal(world.count()["records"], 12)
        # and nothing more when it is tried again
        world.plan()
        contains(world.apply().out, "0 due and still there")
        equal(world.erased(), (17, 0))


def test_what_is_blocked_is_cleared_by_the_topic_s_own_age():
    with folder() as place:
        make_topic("aged", retention_ms=20 * DAY * 1000)
        world = World(place, "aged")
        produce("aged", [(0, entry(5)), (0, entry(40))])
        found = world.plan()
        contains(found.out, "1 behind offset 0 of partition 0 (retained); "
                            "retention.ms = 1728000000 clears them by itself")
        equal("BREACH" in found.out, False)


def test_each_record_can_be_proven():
    with folder() as place:
        make_topic("proof")
        world = World(place, "proof")
        produce("proof", [(0, entry(40)), (0, entry(40)), (0, entry(1))])
        world.plan()
        world.apply()
        proof = world.run("ledger", "prove", "[0,1]").out
        contains(proof, '"index":1')
        world.run("ledger", "prove", "[0,2]", code=1)


def test_a_hold_that_comes_after_the_plan_is_honoured():
    with folder() as place:
        make_topic("late")
        world = World(place, "late")
        produce("late", [(0, entry(40)) for _ in range(3)] + [(0, entry(40, 4))])
        world.plan()
        subprocess.run(["sqlite3", world.facts, "UPDATE customer SET held = 1 WHERE id = 4"],
                       check=True)
        done = world.apply()
        contains(done.out, "3 of 4 deleted")
        contains(done.out, "[0,3] (hold)")
        equal(marks("late", 0), (3, 4))


def test_a_topic_that_is_compacted_and_deletes_loses_its_front():
    with folder() as place:
        make_topic("both", cleanup_policy="compact,delete")
        both = World(place, "both")
        produce("both", [(0, entry(40))])
        both.plan()
        contains(both.apply().out, "1 of 1 deleted")


def test_a_topic_that_is_not_there_and_a_broker_that_is_not_there():
    with folder() as place:
        world = World(place, "nowhere")
        contains(world.run("eval", world.deployment, "--at", AT, code=3).err,
                 'it has no topic "nowhere"')
        equal("nowhere" in admin().list_topics(timeout=10).topics, False)
        world.env["BUS"] = "127.0.0.1:1"
        contains(world.run("eval", world.deployment, "--at", AT, code=3).err, "Connection refused")


def test_properties_come_from_a_file():
    with folder() as place:
        make_topic("file")
        world = World(place, "file")
        produce("file", [(0, entry(40))])
        world.env["BUS"] = write(f"{place}/bus.properties",
                                 f"# ours\nbootstrap.servers = {PLACE}\nclient.id=audit\n")
        equal(world.count()["delete"], 1)
        write(f"{place}/bus.properties", f"bootstrap.servers={PLACE}\nno.such.thing=1\n")
        found = world.run("eval", world.deployment, "--at", AT, code=3).err
        contains(found, 'No such configuration property: "no.such.thing" (line 2 of')
        write(f"{place}/bus.properties", "bootstrap.servers\n")
        contains(world.run("eval", world.deployment, "--at", AT, code=3).err, 'without "="')


def test_drift_finds_what_nobody_declares_and_settings_against_the_policy():
    with folder() as place:
        make_topic("drift", retention_ms=90 * DAY * 1000)
        world = World(place, "drift")
        produce("drift", [(0, dict(entry(40), secret="s"))])
        found = json.loads(world.run("drift", world.deployment, "--json", code=1).out)["findings"]
        about = [f["text"] for f in found if f["object"] == "drift"]
        equal(about, [
            'store bus, topic "drift" holds "secret", which nothing declares',
            "store bus, topic \"drift\" has retention.ms = 7776000000: it deletes records that are "
            "held, too; it can't keep a hold (shop.log.entry)",
            "store bus, topic \"drift\" has retention.ms = 7776000000: by itself it clears records "
            "later than the placement's limit; only a run of apply keeps it (shop.log.entry)"])
        world = World(place, "gone")
        contains(world.run("drift", world.deployment, code=1).out,
                 'missing: store bus: it has no topic "gone"')
        world.env["BUS"] = "127.0.0.1:1"
        world.run("drift", world.deployment, code=3)


def test_a_topic_made_anew_under_the_plan_loses_only_what_is_due():
    with folder() as place:
        make_topic("anew")
        world = World(place, "anew")
        produce("anew", [(0, entry(40)) for _ in range(5)])
        world.plan()
        admin().delete_topics(["anew"])["anew"].result()
        time.sleep(1)
        make_topic("anew")
        produce("anew", [(0, entry(40)), (0, entry(1)), (0, entry(40))])
        world.apply(code=None)
        equal(marks("anew", 0)[0] <= 1, True)


def wait_for_low(topic, low, seconds=20):
    end = time.time() + seconds
    while time.time() < end:
        if marks(topic, 0)[0] >= low:
            return
        time.sleep(0.05)
    raise AssertionError(f"{topic} never lost {low} records")


def test_killed_at_any_time_it_goes_on_and_counts_exactly():
    with folder() as place:
        make_topic("kill")
        world = World(place, "kill")
        produce("kill", [(0, entry(40)) for _ in range(20000)] + [(0, entry(1))])
        world.plan()
        for delay in (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3):
            running = world.start_apply()
            time.sleep(delay)
            running.send_signal(signal.SIGKILL)
            running.communicate()
        done = world.apply(code=None)
        if done.code == 4:  # it was carried out before the last of them was killed
            contains(done.err, "has been carried out")
        equal(marks("kill", 0), (20000, 20001))
        equal(world.erased(), (20000, 0))
        equal(os.path.exists(f"{place}/run.ledger.work"), False)


def test_a_broker_killed_after_the_deletion_is_noticed_and_it_can_go_on():
    with folder() as place:
        make_topic("crash")
        world = World(place, "crash")
        produce("crash", [(0, entry(40)) for _ in range(50)] + [(0, entry(1))])
        world.plan()
        running = world.start_apply()
        wait_for_low("crash", 50)
        subprocess.run([SERVER, "kill"], check=True)
        subprocess.run([SERVER, "start"], check=True, stdout=subprocess.DEVNULL)
        _, err = running.communicate(timeout=120)
        if running.returncode != 0:
            equal(running.returncode, 3)
            # or it died before it had answered all that it was asked
            equal("are there again" in err.decode() or "transport failure" in err.decode(), True)
        world.plan()
        world.apply()
        equal(marks("crash", 0)[0], 50)
        equal(world.count()["delete"], 0)


def test_a_broker_that_dies_before_the_deletion_loses_nothing():
    with folder() as place:
        make_topic("dead")
        world = World(place, "dead")
        produce("dead", [(0, entry(40)) for _ in range(50)])
        world.plan()
        subprocess.run([SERVER, "kill"], check=True)
        try:
            equal(world.apply(code=3).code, 3)
        finally:
            subprocess.run([SERVER, "start"], check=True, stdout=subprocess.DEVNULL)
        equal(marks("dead", 0), (0, 50))
        contains(world.apply().out, "50 of 50 deleted")


def test_retention_that_deletes_while_it_is_read_is_no_error():
    with folder() as place:
        make_topic("moving", segment_bytes=1048576, retention_ms=-1)
        world = World(place, "moving")
        produce("moving", [(0, entry(40, text="y" * 1000)) for _ in range(5000)])
        resource = ConfigResource(ConfigResource.Type.TOPIC, "moving",
                                  set_config={"retention.bytes": "1048576", "segment.bytes": "1048576"})
        admin().alter_configs([resource])[resource].result()
        for _ in range(10):
            found = world.count()
            equal(found["records"], found["delete"])
        time.sleep(2)
        equal(world.count()["records"] < 5000, True)
