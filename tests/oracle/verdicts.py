"""The verdict of a record at an instant: language, section 4.

A Case is all that can be said of a record before the instant is known: what is due and
when, what is held and until when, what is in doubt. It is then judged at any instant.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cel import CelError, Evaluator, Members
from facts import Facts, Hold, Row, key_of
from instants import DAY, LAST, write_instant
from model import (CONTRIBUTING, DUTIES, FORMS, LIMITS, Category, Clause, Plausible,
                   Policy, Slot)
from reckoning import Date, Period, Reckoning, plus
from records import Line, Mapping, columns_of, on_columns, read_mapped
from values import UNREADABLE, Uint

NEVER = float("inf")
BEYOND = LAST + 1

# Section 4: "flags in order of precedence".
PRECEDENCE = ("unreadable", "unknown_entity", "undeclared_field", "unknown_anchor",
              "future_anchor", "implausible_anchor", "unknown_guard", "flagged")

DELETE_REASONS = {"retain_period": "expired", "retain_until": "event", "on": "event",
                  "limit": "limit", "placement_limit": "limit"}


@dataclass(frozen=True)
class Doubt:
    """A reason to flag. `until`: the instant at which a future anchor stops being one;
    `clause`: its number, None for what no clause says. """

    reason: str
    clause: int | None = None
    until: float = NEVER


@dataclass(frozen=True)
class Term:
    """A clause that takes part, and when it is due: NEVER, or an instant."""

    clause: int
    kind: str
    due: float
    deadline: float


@dataclass(frozen=True)
class Span:
    """A hold, in force while start <= now < end; by a clause, or by the entity."""

    start: float
    end: float
    clause: int | None


@dataclass(frozen=True)
class Verdict:
    """What section 4 says of a record at an instant."""

    verdict: str
    reason: str
    clause: int | None = None
    due: int | None = None
    deadline: int | None = None
    overdue: bool = False
    conflict: bool = False
    redact: tuple[str, ...] = ()
    detail: tuple[Doubt, ...] = ()

    @property
    def step(self) -> tuple[str, frozenset[str]]:
        """What next_change is about: "the least instant after now at which `verdict` or
        `redact` differs"; `redact` says which fields, not in which order. """
        return self.verdict, frozenset(self.redact)


class Unknown(Exception):
    """An anchor of which it can't be told when it was."""


@dataclass
class Case:
    """A record, all but the instant."""

    category: Category
    is_unreadable: bool = False
    is_unplaced: bool = False  # it can't be told whether it is meant
    is_unknown_entity: bool = False
    is_unknown: bool = False  # a clause that contributes to due is unknown
    form: int | None = None
    key: Any = None  # of the field with @key
    terms: list[Term] = field(default_factory=list)
    duties: list[Term] = field(default_factory=list)
    redactions: list[tuple[float, list[str]]] = field(default_factory=list)
    holds: list[Span] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    @property
    def identity(self) -> Any:
        """Section 4: `record` is the "key or line number"; None: the latter."""
        return self.key if isinstance(self.key, (int, str)) \
            and not isinstance(self.key, bool) else None

    # --- what is due

    @property
    def first(self) -> Term | None:
        """ "earliest due, first written where equal" """
        return min(self.terms, key=lambda term: (term.due, term.clause), default=None)

    @property
    def longest(self) -> Term | None:
        """ "latest duty", the first written where equal """
        return min(self.duties, key=lambda term: (-term.due, term.clause), default=None)

    @cached_property
    def due(self) -> float | None:
        """ "due = max(earliest due of the clauses taking part, latest duty)"; None where
        one of them is unknown. """
        if self.is_unknown or self.first is None:
            return None
        duty = self.longest
        return max(self.first.due, duty.due if duty else -NEVER)

    @cached_property
    def deadline(self) -> float | None:
        """ "deadline = max(earliest deadline of the clauses taking part, due)" """
        if self.due is None:
            return None
        return max(min(term.deadline for term in self.terms), self.due)

    @cached_property
    def duty_passes_limit(self) -> bool:
        """ "a duty carries the record past a limit" """
        limits = [term.due for term in self.terms if term.kind in LIMITS]
        duties = [duty.due for duty in self.duties]
        return bool(limits and duties) and max(duties) > min(limits)

    # --- the verdict

    def at(self, now: int) -> Verdict:
        """Section 4: holds, doubt, due, in this order."""
        if self.is_unreadable:
            return Verdict("flag", "unreadable", detail=(Doubt("unreadable"),))
        if self.is_unplaced:
            return Verdict("flag", "unknown_guard", detail=(Doubt("unknown_guard"),))
        verdict = self._decide(now)
        if self.is_unknown_entity:
            return verdict
        due, deadline = self.due, self.deadline
        overdue = deadline is not None and now > deadline
        return Verdict(
            verdict.verdict, verdict.reason, verdict.clause,
            due=_instant(due), deadline=_instant(deadline), overdue=overdue,
            conflict=self.duty_passes_limit or (overdue and verdict.verdict != "delete"),
            redact=self._redact(now) if verdict.verdict == "keep"
            and verdict.reason != "hold" else (),
            detail=verdict.detail)

    def _decide(self, now: int) -> Verdict:
        doubts = self._doubts(now)
        holds = [span for span in self.holds if span.start <= now < span.end]
        if holds:
            by_clause = [span.clause for span in holds if span.clause is not None]
            return Verdict("keep", "hold", min(by_clause, default=None), detail=doubts)
        if doubts:
            return Verdict("flag", doubts[0].reason, doubts[0].clause, detail=doubts)
        first, duty = self.first, self.longest
        assert first is not None and self.due is not None
        if self.due <= now:
            return Verdict("delete", DELETE_REASONS[first.kind], first.clause)
        if first.due <= now and duty is not None:
            return Verdict("keep", "duty", duty.clause)
        if self.due < NEVER:
            return Verdict("keep", "retained", first.clause)
        is_awaiting = any(term.due == NEVER and term.kind != "retain_indefinitely"
                          for term in self.terms + self.duties)
        return Verdict("keep", "awaiting_event" if is_awaiting else "indefinite",
                       self.form)

    def _doubts(self, now: int) -> tuple[Doubt, ...]:
        """Those that are in force, by precedence, then as written."""
        if self.is_unknown_entity:
            return (Doubt("unknown_entity"),)
        active = [doubt for doubt in self.doubts if now < doubt.until]
        active.sort(key=lambda doubt: (
            PRECEDENCE.index(doubt.reason),
            -1 if doubt.clause is None else doubt.clause))
        return tuple(active)

    def _redact(self, now: int) -> tuple[str, ...]:
        """ "fields due and not null", as written """
        found: dict[str, None] = {}
        for due, names in self.redactions:
            if due <= now:
                found.update(dict.fromkeys(names))
        return tuple(found)

    # --- over time

    def instants(self) -> list[int]:
        """All instants at which anything may change."""
        found = {span.start for span in self.holds} | {span.end for span in self.holds}
        found |= {term.due for term in self.terms + self.duties}
        found |= {due for due, _ in self.redactions}
        found |= {doubt.until for doubt in self.doubts}
        return sorted(int(instant) for instant in found
                      if -NEVER < instant < NEVER and instant <= LAST)

    def next_change(self, now: int) -> int | None:
        """ "the least instant after now at which `verdict` or `redact` differs while the
        facts stay, null if none" """
        step = self.at(now).step
        return next((instant for instant in self.instants()
                     if instant > now and self.at(instant).step != step), None)


def _instant(value: float | None) -> int | None:
    return None if value is None or value == NEVER else int(value)


# --- from a record to a case


class _Weighing:
    """Reads one record by the rules of its category."""

    def __init__(self, policy: Policy, category: Category, line: Line) -> None:
        self.policy = policy
        self.category = category
        self.line = line
        self.case = Case(category)
        self.values: dict[Slot, Any] = {}
        self.rows: dict[str, Row | None] = {}

    # --- what is there

    def read_fields(self, maps: dict[str, Mapping]) -> None:
        """The declared fields; a column of its own name is a field that is not mapped."""
        for f in self.category.fields:
            self.values[Slot(None, f.name)] = read_mapped(
                f.type, maps.get(f.name, Mapping(f.name)), self.line)
            if f.is_key:
                value = self.values[Slot(None, f.name)]
                self.case.key = value.value if isinstance(value, Uint) else value

    def read_entity(self, name: str, is_optional: bool, facts: Facts,
                    key: Any) -> None:
        """Section 5: two rows, no row, and a null key are `unknown_entity`, "or none
        where the entity is optional". """
        if facts.is_none or (key is None and is_optional):
            rows = [facts.empty_row()]
        else:
            rows = facts.find(key)
        for row in rows:
            self._add_holds(row.holds, counts_doubt=len(rows) == 1)
        self.rows[name] = rows[0] if len(rows) == 1 else None
        self.case.is_unknown_entity |= len(rows) != 1
        for fact in facts.entity.facts:
            self.values[Slot(name, fact.name)] = \
                rows[0].values[fact.name] if len(rows) == 1 else UNREADABLE

    def _add_holds(self, holds: list[Hold], counts_doubt: bool) -> None:
        for hold in holds:
            if hold.start is not None:
                self.case.holds.append(Span(hold.start, hold.end, None))
            if hold.is_doubtful and counts_doubt:
                self.case.doubts.append(Doubt("unknown_guard"))

    @cached_property
    def evaluators(self) -> dict[str, Evaluator]:
        """By module: names differ in the tables that are within reach."""
        fields = {slot.name: value for slot, value in self.values.items()
                  if slot.entity is None}
        names: dict[str, Any] = {"record": Members(fields), **self.policy.tables}
        for entity, _ in self.category.of:
            members = Members({slot.name: value for slot, value in self.values.items()
                               if slot.entity == entity})
            names[entity] = names[entity.rsplit(".", 1)[-1]] = members
        found = {}
        for module in self.policy.modules.values():
            tables = {simple: self.policy.tables[full]
                      for simple, full in module.tables.items()}
            found[module.name] = Evaluator({**tables, **names, **fields})
        return found

    # --- guards

    def guard(self, number: int, clause: Clause) -> bool | None:
        """Whether a clause's guard is true; None: "a guard in error flags"."""
        if clause.guard is None:
            return True
        try:
            truth = self.evaluators[clause.module.name].truth(clause.guard)
        except CelError:
            self.case.doubts.append(Doubt("unknown_guard", number))
            return None
        return truth != clause.is_negated

    # --- anchors

    def _plausible(self, slot: Slot) -> Plausible:
        if slot.entity is None:
            return self.category.field(slot.name).plausible
        facts = self.policy.entities[slot.entity].facts
        return next(fact.plausible for fact in facts if fact.name == slot.name)

    def _is_event(self, slot: Slot) -> bool:
        return slot.entity is not None or \
            self.category.field(slot.name).type == "event"

    def instant_of(self, number: int, slot: Slot) -> int | Date | None:
        """An anchor's value; None: an event that has not happened. Section 2: unknown,
        implausible and future anchors flag. A date is judged by its midnight in UTC. """
        value = self.values[slot]
        if value is None and self._is_event(slot):
            return None
        if value is None or value is UNREADABLE:
            raise Unknown
        nanos = value.day * DAY if isinstance(value, Date) else value.nanos
        plausible = self._plausible(slot)
        if nanos < plausible.earliest:
            self.case.doubts.append(Doubt("implausible_anchor", number))
        if plausible.ahead is not None and not self._is_event(slot):
            self.case.doubts.append(
                Doubt("future_anchor", number, nanos - plausible.ahead))
        return value if isinstance(value, Date) else value.nanos

    @staticmethod
    def reckoned(clause: Clause, anchor: int | Date, period: Period,
                 rounding: str = "none") -> int:
        """When an anchor is due; a result outside the range is unknown."""
        module = clause.module
        due = Reckoning(module.clocks, module.whole_days, rounding, period).due(anchor)
        if due is None:
            raise Unknown
        return due

    def member_due(self, number: int, clause: Clause, slot: Slot) -> float:
        """When it would be due by this member of the anchor alone; BEYOND the range is
        later than all instants, and sooner than never. """
        assert clause.anchor is not None
        anchor = self.instant_of(number, slot)
        if anchor is None:
            return NEVER
        try:
            return self.reckoned(clause, anchor, clause.period, clause.anchor.rounding)
        except Unknown:
            return BEYOND

    def due_from_anchor(self, number: int, clause: Clause) -> float:
        """A + P. Section 4: "`latest of` waits for [an event], `earliest of` ignores it;
        an unknown member makes the whole unknown". Members are compared by what is due
        from each; that one of them is out of range matters only if it decides. """
        assert clause.anchor is not None
        dues: list[float] = []
        is_unknown = False
        for slot in clause.anchor.members:
            try:
                dues.append(self.member_due(number, clause, slot))
            except Unknown:
                is_unknown = True
        due = min(dues, default=NEVER) if clause.anchor.op == "earliest" \
            else max(dues, default=NEVER)
        if is_unknown or due == BEYOND:
            raise Unknown
        return due

    def event_of(self, number: int, clause: Clause) -> int | None:
        """When E happened to this record. Section 2: "an event moves only records that
        existed when it happened". """
        assert clause.event is not None
        event = self.instant_of(number, clause.event)
        if event is None or self.category.created is None:
            return _plain(event)
        created = self.instant_of(number, Slot(None, self.category.created))
        if created is None:
            raise Unknown
        if isinstance(created, Date):
            created = clause.module.clocks.instant((created.day + 1) * DAY)
        return None if created > _plain(event) else _plain(event)

    def event_term(self, number: int, clause: Clause) -> tuple[float, float]:
        """Due and deadline of `retain until E` and `on E`: E + D, E + W."""
        event = self.event_of(number, clause)
        if event is None:
            return NEVER, NEVER
        return (self.reckoned(clause, event, clause.period),
                self.reckoned(clause, event, clause.window))

    # --- clauses

    def term(self, number: int, clause: Clause) -> Term:
        """A clause that takes part, by the table of section 2."""
        if clause.kind == "retain_indefinitely":
            return Term(number, clause.kind, NEVER, NEVER)
        if clause.kind in ("retain_until", "on"):
            return Term(number, clause.kind, *self.event_term(number, clause))
        if clause.kind == "duty_until":
            assert clause.event is not None
            event = self.instant_of(number, clause.event)
            due = NEVER if event is None else self.reckoned(clause, event, Period())
            return Term(number, clause.kind, due, NEVER)
        due = self.due_from_anchor(number, clause)
        deadline = due
        if clause.kind == "retain_period" and due < NEVER:
            end = plus(clause.module.clocks, int(due), clause.window)
            if end is None:
                raise Unknown
            deadline = end
        return Term(number, clause.kind, due, deadline)

    def take_part(self, number: int, clause: Clause) -> None:
        """A clause whose guard is true."""
        case = self.case
        try:
            if clause.kind == "redact":
                due = self.due_from_anchor(number, clause)
                names = [name for name in clause.redact
                         if self.values[Slot(None, name)] is not None]
                case.redactions.append((due, names))
                return
            term = self.term(number, clause)
        except Unknown:
            case.doubts.append(Doubt("unknown_anchor", number))
            case.is_unknown |= clause.kind in CONTRIBUTING
            return
        (case.duties if clause.kind in DUTIES else case.terms).append(term)

    def weigh_form(self) -> None:
        """Section 2: the retain forms "are tried from top to bottom; the first whose
        guard is true takes part"; one in error ends the search. """
        for number, clause in enumerate(self.category.clauses):
            if clause.kind not in FORMS:
                continue
            truth = self.guard(number, clause)
            if truth is None:
                self.case.is_unknown = True
                return
            if truth:
                self.case.form = number
                self.take_part(number, clause)
                return

    def weigh_other(self, number: int, clause: Clause, placement: int | None) -> None:
        """ "All other clauses with a true guard take part." """
        if clause.kind == "placement_limit" and (
                clause.placement != placement or
                clause.form not in (None, self.case.form)):
            return
        truth = self.guard(number, clause)
        if truth is None:
            self.case.is_unknown |= clause.kind in CONTRIBUTING
        elif truth and clause.kind == "flag":
            self.case.doubts.append(Doubt("flagged", number))
        elif truth and clause.kind == "hold":
            self.case.holds.append(Span(-NEVER, NEVER, number))
        elif truth:
            self.take_part(number, clause)

    def weigh(self, placement: int | None) -> None:
        """All clauses."""
        self.weigh_form()
        for number, clause in enumerate(self.category.clauses):
            if clause.kind not in FORMS:
                self.weigh_other(number, clause, placement)


def _plain(instant: int | Date | None) -> int | None:
    assert not isinstance(instant, Date), "an event is an instant"
    return instant


@dataclass(frozen=True)
class Source:
    """How records are written: the column of each entity's key, what fields are mapped
    to, which placement the records lie in, and which lines are records of it at all. """

    keys: dict[str, str]
    maps: dict[str, Mapping] = field(default_factory=dict)
    placement: int | None = None
    where: tuple | None = None

    def columns(self, category: Category) -> set[str]:
        """All columns that anything reads."""
        found = set(self.keys.values())
        for f in category.fields:
            found |= self.maps.get(f.name, Mapping(f.name)).columns
        return found | (columns_of(self.where) if self.where else set())

    def has(self, line: Line) -> bool | None:
        """Section 5: "`where (EXPR)` picks a category's rows"; None: it can't be told."""
        if self.where is None:
            return True
        try:
            value = on_columns(self.where, line)
        except CelError:
            return None
        return value if isinstance(value, bool) else None


def weigh(policy: Policy, category: Category, source: Source,
          facts: dict[str, Facts], line: Line) -> Case | None:
    """The case of a record; None: it is not one of these. What is not one JSON object,
    or has a declared field twice, is flagged without looking at anything else, and so
    is what may be no record of these. """
    weighing = _Weighing(policy, category, line)
    declared = source.columns(category)
    if line.members is None or any(line.count(name) > 1 for name in declared):
        weighing.case.is_unreadable = True
        return weighing.case
    weighing.read_fields(source.maps)
    is_meant = source.has(line)
    if not is_meant:
        weighing.case.is_unplaced = is_meant is None
        return None if is_meant is False else weighing.case
    if category.is_strict and any(name not in declared for name, _ in line.members):
        weighing.case.doubts.append(Doubt("undeclared_field"))
    for name, is_optional in category.of:
        raw = line.get(source.keys[name]) if name in source.keys else None
        weighing.read_entity(name, is_optional, facts[name], key_of(raw))
    weighing.weigh(source.placement)
    return weighing.case


def describe(case: Case, now: int) -> dict[str, Any]:
    """The verdict as the program writes it, without `record`."""
    verdict = case.at(now)

    def place(clause: int | None) -> str | None:
        return None if clause is None else case.category.clauses[clause].at

    def instant(t: int | None) -> str | None:
        return None if t is None else write_instant(t)

    return {
        "category": case.category.name, "verdict": verdict.verdict,
        "reason": verdict.reason, "clause": place(verdict.clause),
        "due": instant(verdict.due), "deadline": instant(verdict.deadline),
        "overdue": verdict.overdue, "conflict": verdict.conflict,
        "next_change": instant(case.next_change(now)), "redact": list(verdict.redact),
        "detail": [(doubt.reason, place(doubt.clause)) for doubt in verdict.detail]}
