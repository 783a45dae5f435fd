"""The oracle's verdicts: the examples of the language, clause by clause, and the choices
of README.md. """
from __future__ import annotations

import json
import unittest
from typing import Any

from cel import CelError, Evaluator, parse
from facts import Facts, read_facts
from instants import read_instant
from model import Policy
from records import read_line
from small_model import (MONTH, YEAR, anchor, clause, days, event, field,
                         policy)
from verdicts import Case, Source, describe, weigh

NOW = "2026-11-23T00:00:00Z"
T = field("t", "timestamp", created=True)
TERMINATED = event("terminated")

RUNNING_LOG = policy([T], [clause("retain_period", anchor=anchor("t"), period=days(7))],
                     [TERMINATED])
AUDIT_LOG = policy([T], [
    clause("retain_period", anchor=anchor("t"), period=YEAR),
    clause("on", event="m.customer.terminated", window=days(30))], [TERMINATED])
METADATA = policy([T], [
    clause("retain_until", event="m.customer.terminated", window=days(30))], [TERMINATED])


def case_of(model: Policy, record: Any, customers: Any = None) -> Case:
    """A record (text, or an object) of customer 1, whose row is `customers`."""
    category = model.categories["m.c"]
    text = record if isinstance(record, str) else json.dumps({"cid": 1, **record})
    rows = customers if isinstance(customers, list) else [
        {"id": 1, **(customers if isinstance(customers, dict) else {})}]
    facts = {}
    if category.of:
        entity = model.entities["m.customer"]
        lines = [read_line(json.dumps(row).encode()) for row in rows]
        facts["m.customer"] = Facts(entity, is_none=True) if customers == "none" \
            else read_facts(entity, lines, "id")
    source = Source({"m.customer": "cid"} if category.of else {})
    case = weigh(model, category, source, facts, read_line(text.encode()))
    assert case is not None
    return case


def verdict_of(model: Policy, record: Any, customers: Any = None,
               now: str = NOW) -> dict[str, Any]:
    """The verdict as it would be written; `what` is verdict and reason."""
    instant = read_instant(now)
    assert instant is not None
    found = describe(case_of(model, record, customers), instant)
    return {**found, "what": f"{found['verdict']} {found['reason']}"}


class TestCase(unittest.TestCase):
    """Compares the parts of a verdict that a test names."""

    def expect(self, found: dict[str, Any], what: str, **parts: Any) -> None:
        self.assertEqual({name: found[name] for name in ("what", *parts)},
                         {"what": what, **parts})


class Examples(TestCase):
    """The table of examples that must hold, and those of the policies."""

    def test_running_log(self) -> None:
        self.expect(verdict_of(RUNNING_LOG, {"t": "2026-11-16T00:00:00Z"}),
                    "delete expired", due=NOW, next_change=None)
        self.expect(verdict_of(RUNNING_LOG, {"t": "2026-11-16T00:00:01Z"}),
                    "keep retained", due="2026-11-23T00:00:01Z",
                    next_change="2026-11-23T00:00:01Z")
        for junk in (None, "yesterday", 0):
            self.expect(verdict_of(RUNNING_LOG, {"t": junk}), "flag unknown_anchor",
                        due=None, clause="m.tenure:1:1")
        self.expect(verdict_of(RUNNING_LOG, {"t": "1970-01-01T00:00:00Z"}),
                    "flag implausible_anchor", due="1970-01-08T00:00:00Z", overdue=True,
                    conflict=True)
        self.expect(verdict_of(RUNNING_LOG, {"t": "2027-01-01T00:00:00Z"}),
                    "flag future_anchor", next_change="2026-12-31T00:00:00Z")
        self.expect(verdict_of(RUNNING_LOG, {"t": "2026-11-24T00:00:00Z"}),
                    "keep retained")
        self.expect(verdict_of(RUNNING_LOG, {"t": "2026-11-24T00:00:00.000000001Z"}),
                    "flag future_anchor", next_change="2026-11-23T00:00:00.000000001Z")

    def test_audit_log(self) -> None:
        june = {"t": "2026-06-01T00:00:00Z"}
        ended = {"terminated": "2026-11-01T12:00:00Z"}
        self.expect(verdict_of(AUDIT_LOG, june), "keep retained",
                    due="2027-06-01T00:00:00Z")
        self.expect(verdict_of(AUDIT_LOG, june, ended), "delete event",
                    due="2026-11-01T12:00:00Z", deadline="2026-12-01T12:00:00Z",
                    overdue=False)
        self.expect(verdict_of(AUDIT_LOG, {"t": "2026-11-10T00:00:00Z"}, ended),
                    "keep retained")
        self.expect(verdict_of(AUDIT_LOG, {"t": "2024-02-29T10:00:00Z"},
                               now="2025-02-28T23:59:59Z"),
                    "keep retained", due="2025-03-01T00:00:00Z")
        self.expect(verdict_of(AUDIT_LOG, {"t": "2020-01-01T00:00:00Z"}, {"hold": True}),
                    "keep hold", due="2021-01-01T00:00:00Z", overdue=True, conflict=True,
                    clause=None)
        self.expect(verdict_of(AUDIT_LOG, june, []), "flag unknown_entity", due=None)
        self.expect(verdict_of(AUDIT_LOG, june, {"terminated": "soon"}),
                    "flag unknown_anchor", due=None)
        self.expect(verdict_of(AUDIT_LOG, june, {"terminated": "1970-01-01T00:00:00Z"}),
                    "flag implausible_anchor")

    def test_operational_metadata(self) -> None:
        self.expect(verdict_of(METADATA, {"t": "2026-01-01T00:00:00Z"}),
                    "keep awaiting_event", due=None)
        self.expect(verdict_of(METADATA, {"t": "2026-01-01T00:00:00Z"},
                               {"terminated": "2026-10-01T00:00:00Z"}),
                    "delete event", deadline="2026-10-31T00:00:00Z", overdue=True)
        self.expect(verdict_of(METADATA, {"t": None},
                               {"terminated": "2026-10-01T00:00:00Z"}),
                    "flag unknown_anchor")
        self.expect(verdict_of(METADATA, {"t": None}), "keep awaiting_event")


class Facts_(TestCase):
    """Section 5: keys and holds."""

    RECORD = {"t": "2020-01-01T00:00:00Z"}

    def test_keys(self) -> None:
        for key, row, is_there in ((1, 1, True), ("1", 1, True), (1, "1", True),
                                   ("01", 1, False), (1.0, 1, False), (True, 1, False),
                                   (None, None, False), ("é", "é", True)):
            found = verdict_of(RUNNING_LOG, {"cid": key, **self.RECORD}, [{"id": row}])
            self.assertEqual(found["what"], "delete expired" if is_there
                             else "flag unknown_entity", (key, row))
        twice = [{"id": 1}, {"id": 1, "hold": True}]
        self.expect(verdict_of(RUNNING_LOG, self.RECORD, twice), "keep hold", due=None)
        self.expect(verdict_of(RUNNING_LOG, self.RECORD, [{"id": 1}, {"id": "1"}]),
                    "flag unknown_entity")
        self.expect(verdict_of(RUNNING_LOG, {"cid": None, **self.RECORD}, "none"),
                    "delete expired")

    def test_holds(self) -> None:
        june, july, past = "2027-06-01T00:00:00Z", "2027-07-01T00:00:00Z", \
            "2026-01-01T00:00:00Z"
        for row, what, change in (
                ({"hold": False}, "delete expired", None),
                ({"hold": "no"}, "flag unknown_guard", None),
                ({"hold": "no", "hold_from": past}, "keep hold", None),
                ({"hold_from": past}, "keep hold", None),
                ({"hold_from": past, "hold_until": june}, "keep hold", june),
                ({"hold_from": june, "hold_until": july}, "delete expired", june),
                ({"hold_from": past, "hold_until": NOW}, "delete expired", None),
                ({"hold_until": june}, "delete expired", None),
                ({"hold_from": "1970-01-01T00:00:00Z"}, "flag unknown_guard", None),
                ({"hold_from": june, "hold_until": "soon"}, "flag unknown_guard", None)):
            with self.subTest(row):
                self.expect(verdict_of(RUNNING_LOG, self.RECORD, row), what,
                            next_change=change)

    def test_a_hold_that_has_no_row(self) -> None:
        model = policy([T, field("b", "bool")], [
            clause("retain_period", anchor=anchor("t"), period=YEAR),
            clause("hold", guard="b || terminated")], [TERMINATED])
        record = {"b": True, **self.RECORD}
        self.expect(verdict_of(model, record, []), "keep hold", clause="m.tenure:2:1",
                    due=None)

    def test_optional(self) -> None:
        model = policy([T], [clause("retain_period", anchor=anchor("t"), period=YEAR)],
                       [TERMINATED], optional=True)
        self.expect(verdict_of(model, {"cid": None, **self.RECORD}), "delete expired")
        self.expect(verdict_of(model, {"cid": 7, **self.RECORD}), "flag unknown_entity")


class Records(TestCase):
    """What is a record at all."""

    def test_unreadable(self) -> None:
        for text in ("[]", "7", "{", '{"t":1,"t":2}', '{"a":NaN}', '{"a":1}}', ""):
            self.expect(verdict_of(RUNNING_LOG, text, {"hold": True}), "flag unreadable",
                        due=None, overdue=False, next_change=None)
        self.expect(verdict_of(RUNNING_LOG, '{"cid":1,"x":1,"x":2,'
                               '"t":"2020-01-01T00:00:00Z"}'), "delete expired")

    def test_strict(self) -> None:
        model = policy([T], [clause("retain_period", anchor=anchor("t"), period=YEAR)],
                       [TERMINATED], strict=True)
        self.expect(verdict_of(model, {"t": None, "x": 1}), "flag undeclared_field",
                    clause=None, detail=[("undeclared_field", None),
                                         ("unknown_anchor", "m.tenure:1:1")])
        self.expect(verdict_of(model, {"t": "2020-01-01T00:00:00Z"}), "delete expired")


class Clauses(TestCase):
    """The table of section 2."""

    def test_forms_from_top_to_bottom(self) -> None:
        model = policy([T, field("s", "string")], [
            clause("retain_period", anchor=anchor("t"), period=days(1), guard='s == "a"'),
            clause("retain_period", anchor=anchor("t"), period=days(2),
                   guard=("unless", 's.startsWith("b")')),
            clause("retain_indefinitely")])
        record = {"t": "2026-11-20T00:00:00Z"}
        for s, what, where in (("a", "delete expired", 1), ("c", "delete expired", 2),
                               ("b", "keep indefinite", 3), (None, "flag unknown_guard", 2),
                               (7, "flag unknown_guard", 1)):
            self.expect(verdict_of(model, {"s": s, **record}), what,
                        clause=f"m.tenure:{where}:1")

    def test_duties_and_limits(self) -> None:
        model = policy([T, field("u", "timestamp"), field("e", "event")], [
            clause("retain_period", anchor=anchor("t"), period=YEAR),
            clause("limit", anchor=anchor("u"), period=MONTH),
            clause("duty_until", event={"field": "e"})])
        t, u = "2026-06-01T00:00:00Z", "2026-10-01T00:00:00Z"
        self.expect(verdict_of(model, {"t": t, "u": u, "e": u}), "delete limit",
                    due="2026-11-01T00:00:00Z", conflict=False)
        self.expect(verdict_of(model, {"t": t, "u": u, "e": "2026-12-01T00:00:00Z"}),
                    "keep duty", due="2026-12-01T00:00:00Z", conflict=True,
                    clause="m.tenure:3:1", next_change="2026-12-01T00:00:00Z")
        self.expect(verdict_of(model, {"t": t, "u": u, "e": None}), "keep duty",
                    due=None, conflict=True)
        self.expect(verdict_of(model, {"t": t, "u": "2026-11-20T00:00:00Z", "e": None}),
                    "keep awaiting_event", due=None, conflict=True,
                    clause="m.tenure:1:1")

    def test_latest_and_earliest(self) -> None:
        fields = [T, field("e", "event"), field("d", "date")]
        for op, record, what, due in (
                ("latest", {"e": None}, "keep awaiting_event", None),
                ("latest", {"e": "2026-11-01T00:00:00Z"}, "keep retained",
                 "2026-12-02T00:00:00Z"),
                ("earliest", {"e": None}, "keep retained", "2026-12-01T00:00:00Z"),
                ("earliest", {"e": "?"}, "flag unknown_anchor", None)):
            model = policy(fields, [clause("retain_period", period=MONTH, anchor=anchor(
                "t", "e", "d", op=op))])
            record = {"t": "2026-11-01T00:00:00Z", "d": "2026-11-01", **record}
            self.expect(verdict_of(model, record), what, due=due)

    def test_redaction(self) -> None:
        model = policy([T, field("a", "string"), field("b", "string")], [
            clause("retain_period", anchor=anchor("t"), period=YEAR),
            clause("redact", anchor=anchor("t"), period=MONTH, redact=["a", "b"])])
        record = {"t": "2026-11-01T00:00:00Z", "a": "x", "b": None}
        self.expect(verdict_of(model, record), "keep retained", redact=[],
                    next_change="2026-12-01T00:00:00Z")
        self.expect(verdict_of(model, record, now="2026-12-01T00:00:00Z"),
                    "keep retained", redact=["a"], next_change="2027-11-01T00:00:00Z")

    def test_created_as_a_date(self) -> None:
        model = policy([field("d", "date", created=True)], [
            clause("retain_indefinitely"),
            clause("on", event="m.customer.terminated")], [TERMINATED])
        ended = {"terminated": "2026-11-01T12:00:00Z"}
        self.expect(verdict_of(model, {"d": "2026-10-31"}, ended), "delete event")
        self.expect(verdict_of(model, {"d": "2026-11-01"}, ended), "keep awaiting_event")

    def test_the_range_ends_in_doubt(self) -> None:
        model = policy([field("d", "date"), field("b", "bool")], [
            clause("retain_period", anchor=anchor("d"), period=YEAR)])
        self.expect(verdict_of(model, {"d": "9999-01-01"}), "flag unknown_anchor",
                    next_change=None)
        self.expect(verdict_of(model, {"d": "2030-01-01"}), "flag future_anchor",
                    due="2031-01-02T00:00:00Z", next_change="2029-12-31T00:00:00Z")


class Conditions(unittest.TestCase):
    """A few of CEL's corners; the conformance suite is run by hand."""

    def value(self, text: str, **names: Any) -> Any:
        try:
            return Evaluator(names).value(parse(text))
        except CelError:
            return "error"

    def test_corners(self) -> None:
        for text, expected in (
                ("1 / 0 == 1 || true", True), ("1 / 0 == 1 && false", False),
                ("1 / 0 == 1 || false", "error"), ("true ? 1 : 1 / 0", 1),
                ("[1, 2].exists(x, 1 / (x - 1) > 0)", True), ("1 == 1.0", True),
                ("null == 0", False), ("null < 1", "error"), ("'a' < 'b'", True),
                ("-9223372036854775808 / -1", "error"), ("-7 / 2", -3), ("-7 % 2", -1),
                ("2u - 3u", "error"), ("'é'.size()", 1), ("b'é'.size()", 2),
                ("{'a': 1}.a", 1), ("has({'a': 1}.b)", False), ("1 in [1.0]", True),
                ("timestamp('2026-01-01T00:00:00Z') + duration('1h') > "
                 "timestamp('2026-01-01T00:59:59Z')", True)):
            self.assertEqual(self.value(text), expected, text)


if __name__ == "__main__":
    unittest.main()
