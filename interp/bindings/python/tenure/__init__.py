"""Data retention policies, decided: keep, delete or flag.

    import tenure

    policy = tenure.Policy.compile("privacy.tenure")
    run = policy.run("2026-11-23T00:00:00Z", facts={"customer": {7: {"terminated": None}}})
    verdicts = run.decide(table, "audit_log", columns={"customer": "tenant_id"})

A policy is immutable, and may be used by any number of threads; so may a run. Instants are
aware datetimes, or text in RFC 3339 with its zone ("2026-11-23T00:00:00Z").
"""
from __future__ import annotations

import json
import os
from datetime import date, datetime, timedelta, timezone
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple, Union

from . import _tenure
from ._tenure import Verdicts

__version__ = _tenure.version
__all__ = ["Policy", "Run", "Verdict", "Verdicts", "Column", "Finding", "Error", "PolicyError",
           "ImageError", "rows"]

Instant = Union[str, datetime]
Importer = Callable[[str], Optional[str]]
Facts = Union[None, Mapping[Any, Mapping[str, Any]], Iterable[Tuple[Any, Mapping[str, Any]]]]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_FIRST_DAY = date(1970, 1, 1)
_BAD_IMAGE, _OTHER_VERSION = 3, 4
_UNITS = {None: 0, "s": 1, "ms": 2, "us": 3, "ns": 4}
_OUT = {"verdict": 1, "reason": 2, "clause": 4, "due": 8, "deadline": 16, "next_change": 32,
        "overdue": 64, "conflict": 128}


class Finding(NamedTuple):
    """One thing that is wrong, or odd, in a policy."""

    is_error: bool
    code: str  #: "unknown-name"
    file: str
    line: int  #: from 1; 0: nowhere
    column: int  #: from 1, in code points
    message: str
    help: str  #: what to do about it; may be empty

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}:{self.column}: " if self.line else \
            f"{self.file}: " if self.file else ""
        return at + self.message + (f" ({self.help})" if self.help else "")


class Error(Exception):
    """Whatever a policy or an image is refused for."""

    def __init__(self, message: str, findings: List[Finding]):
        super().__init__(message)
        self.findings = findings  #: with their places


class PolicyError(Error):
    """A policy has errors: ``findings`` says which, and where."""


class ImageError(Error):
    """Bytes that are no compiled policy, or one of another version of tenure."""


class Verdict(NamedTuple):
    """What is decided of one record. Instants are aware, in UTC, rounded up to microseconds."""

    verdict: str  #: "keep", "delete" or "flag"
    reason: str  #: "expired", "hold", "unknown_anchor", …
    clause: Optional[str]  #: "file:line:column" of the clause that gives the reason
    due: Optional[datetime]  #: when it is to go, or was
    deadline: Optional[datetime]  #: when it must be gone
    overdue: bool  #: the deadline has passed
    conflict: bool  #: a duty to keep it stands against a limit
    next_change: Optional[datetime]  #: when the verdict changes by itself
    redact: List[str]  #: fields to be nulled or replaced now


class Column(NamedTuple):
    """Where a field or an entity's key is found in a table, and how it is read."""

    name: str = ""  #: of the column; empty: the field's or the entity's own
    unit: Optional[str] = None  #: of integers that are timestamps: "s", "ms", "us", "ns"
    zone: str = ""  #: whose clock timestamps without a zone show; empty: they are unreadable


def rows(table: Any, key: str) -> List[Tuple[Any, Dict[str, Any]]]:
    """The rows of a table as facts: pairs of a key and a dict.

    ``table`` is a list of dicts, or has ``to_pylist`` (pyarrow), ``to_dicts`` (Polars) or
    ``to_dict("records")`` (pandas); ``key`` is the column with the entity's key.
    """
    if hasattr(table, "to_pylist"):
        table = table.to_pylist()
    elif hasattr(table, "to_dicts"):
        table = table.to_dicts()
    elif hasattr(table, "to_dict") and not isinstance(table, Mapping):
        table = table.to_dict("records")
    return [(row[key], dict(row)) for row in table]


# --- values as the extension takes them

def _instant(value: datetime) -> Optional[Tuple[int, int, int]]:
    """(1, seconds, nanoseconds); None for one without a zone: nobody knows when that is."""
    if value.tzinfo is None or value.utcoffset() is None:
        return None
    since = value - _EPOCH
    nanos = since.microseconds * 1000 + getattr(value, "nanosecond", 0)
    return 1, since.days * 86400 + since.seconds, nanos


def _plain(value: Any) -> Any:
    """A value without classes of Python's library; what can be none is a bare tuple, which
    is unreadable, and so flags where it matters."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if isinstance(value, datetime):
        # pandas has a datetime that is none
        return None if value != value else _instant(value) or ()
    if isinstance(value, date):
        return 2, (value - _FIRST_DAY).days
    if isinstance(value, timedelta):
        return 3, (value.days * 86400 + value.seconds) * 10**9 + value.microseconds * 1000
    if isinstance(value, Mapping):
        return {_plain(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return _plain(value.item())  # a scalar of NumPy
    return ()


def _record(record: Mapping[str, Any]) -> Dict[str, Any]:
    return {name: _plain(value) for name, value in record.items()}


def _at(at: Instant) -> Tuple[int, int]:
    if isinstance(at, str):
        return _tenure.parse_instant(at)
    instant = _instant(at)
    if instant is None:
        raise ValueError("an instant needs a zone: datetime(..., tzinfo=timezone.utc)")
    return instant[1], instant[2]


def _datetime(instant: Optional[Tuple[int, int]]) -> Optional[datetime]:
    if instant is None:
        return None
    seconds, nanos = instant
    try:
        return _EPOCH + timedelta(seconds=seconds, microseconds=-(-nanos // 1000))
    except OverflowError:  # the last microsecond of 9999
        return datetime.max.replace(tzinfo=timezone.utc)


# --- policies

def _finish(made: Tuple[int, Optional[_tenure.Policy], List[Any]]) -> "Policy":
    status, policy, found = made
    findings = [Finding(row[0] != 0, *row[1:]) for row in found]
    if policy is not None:
        return Policy(policy, [f for f in findings if not f.is_error])
    errors = [f for f in findings if f.is_error] or findings
    message = "\n".join(map(str, errors)) or "the policy was refused"
    if status in (_BAD_IMAGE, _OTHER_VERSION):
        raise ImageError(message, findings)
    if len(errors) == 1 and errors[0].code == "image":
        raise OSError(message)
    raise PolicyError(message, findings)


class Policy:
    """A compiled policy: immutable, and shared by any number of threads."""

    def __init__(self, policy: _tenure.Policy, warnings: List[Finding]):
        self._policy = policy
        self.warnings = warnings  #: what is odd, but no error
        self._model: Optional[Dict[str, Any]] = None

    @staticmethod
    def compile(*paths: Union[str, "os.PathLike[str]"], roots: Iterable[str] = (),
                importer: Optional[Importer] = None) -> "Policy":
        """Compiles files, or folders with ``*.tenure`` files.

        Modules that they import are looked for below their own folders and ``roots``; then
        ``importer`` is asked, which returns the text of the module it is given the name of, or
        None. Raises PolicyError.
        """
        return _finish(_tenure.Policy.compile([os.fspath(p) for p in paths], list(roots),
                                              importer))

    @staticmethod
    def compile_text(texts: Mapping[str, str], importer: Optional[Importer] = None) -> "Policy":
        """The same of texts, by the names that messages give them."""
        return _finish(_tenure.Policy.compile_texts(list(texts.items()), importer))

    @staticmethod
    def load(image: bytes) -> "Policy":
        """Loads a compiled policy from its bytes, whoever made them: all is proven before
        anything is used. Raises ImageError."""
        return _finish(_tenure.Policy.load(bytes(image)))

    @staticmethod
    def open(path: Union[str, "os.PathLike[str]"], vouched: bool = False) -> "Policy":
        """The same from a file. ``vouched`` maps it in place of a copy: you promise that nobody
        changes it as long as the policy lives."""
        return _finish(_tenure.Policy.load_file(os.fspath(path), vouched))

    @property
    def image(self) -> bytes:
        """The compiled policy, to be loaded again."""
        return self._policy.image()

    @property
    def digest(self) -> str:
        """BLAKE2b-256 of the image in hexadecimal: what its verdicts came from."""
        return self._policy.digest()

    @property
    def model(self) -> Dict[str, Any]:
        """What decides, as libtenure(3) has it: modules, entities, categories, clauses."""
        if self._model is None:
            self._model = json.loads(self._policy.model())
        return self._model

    @property
    def categories(self) -> List[str]:
        """The full names of the categories."""
        return [category["name"] for category in self.model["categories"]]

    def run(self, at: Instant, facts: Optional[Mapping[str, Facts]] = None) -> "Run":
        """The policy at an instant, with what is known of entities.

        ``facts`` says for each entity, by its name, what has happened: a dict from key to a
        dict of the entity's events and attributes, and ``hold`` (a bool), ``hold_from`` and
        ``hold_until`` (instants); or pairs of those (see ``rows``). None says in so many words
        that no event has happened and nothing is held. Records of an entity that was given no
        facts are flagged.
        """
        return Run(self, at, facts or {})


class Run:
    """A policy at an instant; used by any number of threads."""

    def __init__(self, policy: Policy, at: Instant, facts: Mapping[str, Facts]):
        self.policy = policy
        self._run = _tenure.Run(policy._policy, *_at(at))
        for entity, known in facts.items():
            if isinstance(known, Mapping):
                known = known.items()
            self._run.set_facts(entity, known if known is None else
                                [(_plain(key), _record(row)) for key, row in known])

    def decide(self, table: Any, category: str, *, placement: Optional[str] = None,
               columns: Optional[Mapping[str, Union[str, Column]]] = None,
               out: Iterable[str] = ("verdict", "reason", "clause"),
               zone: str = "") -> Verdicts:
        """Decides every row of a table; other threads run meanwhile.

        ``table`` is anything with ``__arrow_c_stream__`` or ``__arrow_c_array__``: of pyarrow,
        Polars, pandas, DuckDB. Nothing of it is copied. ``columns`` says for a field, or an
        entity, in which column it is, by name or as a Column; what isn't named is in a column
        of its own name. ``placement`` is where the records lie ("kafka"), whose own limit then
        takes part. ``zone`` is that of timestamps without one, where a Column says none.

        The result, with ``__arrow_c_stream__``, has a row for each: of ``verdict``, ``reason``,
        ``clause``, ``due``, ``deadline``, ``next_change`` (timestamps in UTC, rounded up to
        microseconds), ``overdue`` and ``conflict`` those that ``out`` names. Raises ValueError
        where a column is missing or of another kind.
        """
        stream = schema = array = None
        if hasattr(table, "__arrow_c_stream__"):
            stream = table.__arrow_c_stream__()
        elif hasattr(table, "__arrow_c_array__"):
            schema, array = table.__arrow_c_array__()
        else:
            raise TypeError("a table has __arrow_c_stream__ or __arrow_c_array__")
        mask = 0
        for name in out:
            if name not in _OUT:
                raise ValueError(f"no column {name!r} of verdicts: {', '.join(_OUT)}")
            mask |= _OUT[name]
        return self._run.decide(category, placement, self._columns(category, columns or {}),
                                mask, zone, stream, schema, array)

    def decide_one(self, record: Mapping[str, Any], category: str, *,
                   placement: Optional[str] = None) -> Verdict:
        """Decides one record: a dict of its fields, and of the keys of its entities, by their
        names. What is not there is null. Timestamps are aware datetimes or RFC 3339; a number
        is no timestamp, and flags. Never fails because of a record."""
        row = self._run.decide_one(_record(record), category, placement)
        return Verdict(row[0], row[1], row[2], _datetime(row[3]), _datetime(row[4]), row[5],
                       row[6], _datetime(row[7]), row[8])

    def explain(self, record: Mapping[str, Any], category: str, *,
                placement: Optional[str] = None, name: str = "the record") -> str:
        """Why the record has its verdict, in sentences. ``name`` is what to call it."""
        return self._run.explain(_record(record), category, placement, name, False)

    def explain_json(self, record: Mapping[str, Any], category: str, *,
                     placement: Optional[str] = None,
                     name: str = "the record") -> Dict[str, Any]:
        """The same for programs, as libtenure(3) has it, with the policy's digest."""
        found: Dict[str, Any] = json.loads(
            self._run.explain(_record(record), category, placement, name, True))
        return found

    def _columns(self, category: str, stated: Mapping[str, Union[str, Column]]) \
            -> List[Tuple[str, int, str]]:
        """One for each field, then one for each entity."""
        found = [c for c in self.policy.model["categories"]
                 if category in (c["name"], c["name"].rsplit(".", 1)[-1])]
        exact = [c for c in found if c["name"] == category] or found
        if len(exact) != 1:
            return []  # the extension says so
        names = [f["name"] for f in exact[0]["fields"]]
        names += [of.rsplit(".", 1)[-1] for of in exact[0]["of"]]
        for name in stated:
            if name not in names:
                raise ValueError(f"{name!r} is neither a field nor an entity of {category}: "
                                 f"{', '.join(names)}")
        columns = []
        for name in names:
            column = stated.get(name, Column())
            if isinstance(column, str):
                column = Column(column)
            if column.unit not in _UNITS:
                raise ValueError(f"no unit {column.unit!r}: s, ms, us or ns")
            columns.append((column.name, _UNITS[column.unit], column.zone))
        return columns
