"""Records and facts as rows of SQLite, or of CSV: what a line of JSON is there.

Columns have no affinity, so that a value stays of the class it was written with. Truth
is 0 and 1, lists and objects are text, what is called z1 is bytes, and what is no row
at all (broken lines, a member twice) is left out.
"""
from __future__ import annotations

import csv
import io
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


def _cell(value: Any) -> str | None:
    """The text of a cell; an empty one is null (language, section 5)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, JsonObject)):
        return json.dumps(_plain(value))
    return str(value) if value not in (None, "") else None


def as_cells(text: bytes) -> Line | None:
    """The line as CSV has it; None: there is no such row."""
    line = Line(None) if is_blank(text) else read_line(text)
    names = [name for name, _ in line.members or []]
    if line.members is None or len(set(names)) < len(names):
        return None
    cells = [(name, _cell(value)) for name, value in line.members]
    if any("\n" in (cell or "") or "\r" in (cell or "") for _, cell in cells):
        return None  # a row is a line here, so that rows can be counted
    return Line([(name, cell) for name, cell in cells if cell is not None],
                is_text=True)


def csv_of(columns: set[str], lines: list[bytes]) -> str:
    """A file with these columns at least, of all lines that can be rows."""
    rows = [dict(row.members or []) for row in map(as_cells, lines) if row is not None]
    names = sorted({"a1", "a2"}.union(columns, *rows))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


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
