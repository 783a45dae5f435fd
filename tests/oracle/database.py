"""Records and facts as rows of SQLite: what a line of JSON is there.

Columns have no affinity, so that a value stays of the class it was written with. Truth
is 0 and 1, lists and objects are text, what is called z1 is bytes, and what is no row
at all (broken lines, a member twice) is left out.
"""
from __future__ import annotations

import json
import sqlite3
from typing import Any

from records import Line, is_blank, read_line
from values import INT_MAX, INT_MIN, JsonObject


def _plain(value: Any) -> Any:
    if isinstance(value, JsonObject):
        return {name: _plain(inner) for name, inner in value.members}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _stored(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int) and not INT_MIN <= value <= INT_MAX:
        return str(value)
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    if isinstance(value, str) and name.startswith("z1"):
        return value.encode()
    if isinstance(value, (list, JsonObject)):
        return json.dumps(_plain(value))
    return value


def as_row(text: bytes) -> Line | None:
    """The line as a row has it; None: there is no such row."""
    line = Line(None) if is_blank(text) else read_line(text)
    if line.members is None:
        return None
    names = [name.lower() for name, _ in line.members]
    if len(set(names)) < len(names) or "" in names or "\0" in "".join(names):
        return None
    return Line([(name, _stored(name, value)) for name, value in line.members
                 if value is not None], has_bool=False)


def write_table(db: sqlite3.Connection, table: str, columns: set[str],
                lines: list[bytes], number: str | None = None) -> None:
    """Makes a table of all lines that can be rows; `number` is the column with the
    line's number, which is the key. """
    rows = [(i, as_row(text)) for i, text in enumerate(lines, 1)]
    members = {i: dict(row.members or []) for i, row in rows if row is not None}
    names = sorted(columns.union(*members.values()))
    declared = ([f"{number} INTEGER PRIMARY KEY"] if number else []) \
        + [_quoted(name) for name in names]
    db.execute(f"CREATE TABLE {_quoted(table)} ({', '.join(declared)})")
    slots = ", ".join("?" * len(declared))
    for i, row in members.items():
        values = ([i] if number else []) + [row.get(name) for name in names]
        db.execute(f"INSERT INTO {_quoted(table)} VALUES ({slots})", values)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
