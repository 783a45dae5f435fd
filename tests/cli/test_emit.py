"""tenure emit kafka: the retention.ms that a policy implies, or why it implies none."""
import os

from support import contains, equal, folder, tenure, write

POLICY = """module shop.log

import std.gdpr

purpose audit "To know who did what"

entity customer "Customer" {
    event left "The contract ended"
}
%s"""

CATEGORY = """
category %s "A line of the log" of customer {
    fields {
        time : timestamp @created "When"
        seen : timestamp "When it was read"
        text : string    "What"
    }
    purpose audit
    basis   std.gdpr.contract
    stored in bus as temporary%s
    %s
}
"""

LIVE = """deployment shop.live of shop.log

store bus   = kafka %s
store facts = sqlite env FACTS

entity customer from facts table "customer" key id {
    left = left_at%s
}
"""

BIND = """
bind shop.log.%s {
    bus as temporary to bus topic "%s" { customer = who }
}
"""
DAY = 24 * 3600 * 1000


def emit(categories, hold="", place='env BUS'):
    """`categories`: name, topic, limit and clauses of each."""
    with folder() as where:
        os.makedirs(f"{where}/shop")
        write(f"{where}/shop/log.tenure", POLICY % "".join(
            CATEGORY % (name, limit, clauses) for name, _, limit, clauses in categories))
        live = write(f"{where}/live.tenure", LIVE % (place, hold) + "".join(
            BIND % (name, topic) for name, topic, _, _ in categories))
        return tenure("emit", "kafka", live, env={}).out


def line(topic, days, place='"$BUS"'):
    return (f"kafka-configs --bootstrap-server {place} --alter --entity-type topics "
            f"--entity-name '{topic}' --add-config retention.ms={days * DAY}\n")


def implied(clauses, limit="", **more):
    return emit([("entry", "log", limit, clauses)], **more)


def test_a_period_alone_and_a_limit_alone():
    equal(implied("retain 30 days from time"),
          "# shop.log.entry: 30 days\n" + line("log", 30))
    contains(implied("retain 1 year from time"), line("log", 366))
    contains(implied("retain 1 year from time", " for at most 3 days"), line("log", 3))
    contains(implied("retain 1 year from time", " for at most 2 months"), line("log", 56))
    contains(implied("retain 2 days from time", " for at most 3 days"), line("log", 2))
    contains(implied("retain 2 days from time", place='"127.0.0.1:9092"'),
             line("log", 2, "'127.0.0.1:9092'"))


def test_the_longest_of_several_retentions_and_never_more_than_a_limit():
    both = 'retain %d days from time when text == "x"\n    retain %d days from time'
    contains(implied(both % (9, 3)), line("log", 9))
    contains(implied(both % (3, 9)), line("log", 9))
    contains(implied(both % (3, 9), " for at most 2 days"), line("log", 2))
    contains(implied("retain until customer.left", " for at most 2 days"), line("log", 2))


def test_an_event_that_makes_records_go_earlier_does_no_harm():
    contains(implied("retain 30 days from time\n    on customer.left delete"), line("log", 30))


def test_what_could_keep_a_record_longer_implies_none():
    for clauses, hold, why in (
            ("retain 30 days from time", "  hold = held == 1", "a hold can keep"),
            ('retain 30 days from time\n    hold when text == "x" because "y"', "", "a hold can keep"),
            ('retain 30 days from time\n    flag when text == "x" because "y"', "", "a flag can keep"),
            ("retain 30 days from seen\n    retain at most 1 day from time", "", "count from something"),
            ("retain until customer.left", "", "kept until an event"),
            ('retain until customer.left when text == "x"\n    retain 2 days from time', "",
             "kept until an event")):
        found = implied(clauses, hold=hold)
        contains(found, "topic log: none implied: ")
        contains(found, why)
        equal("kafka-configs" in found, False)


def test_one_setting_is_for_all_categories_of_a_topic():
    same = [("a", "log", "", "retain 3 days from time"), ("b", "log", "", "retain 3 days from time")]
    equal(emit(same), "# shop.log.a: 3 days\n" + line("log", 3))
    contains(emit(same[:1] + [("b", "log", "", "retain 4 days from time")]),
             "none implied: its categories are kept for different times")
    equal(emit(same[:1] + [("b", "it's", "", "retain 4 days from time")]).count("kafka-configs"), 2)


def test_usage():
    tenure("emit", code=2)
    contains(tenure("emit", "mysql", "x", code=2).err, "emit kafka DEPLOYMENT")
    with folder() as where:
        contains(tenure("emit", "kafka", write(f"{where}/log.tenure", POLICY % ""), code=2).err,
                 "there is no deployment")
