"""Conditions back to text, for the shrinker: every operator in parentheses."""
from __future__ import annotations

import json
from typing import Any, Iterator

from values import Uint


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Uint):
        return f"{value.value}u"
    if isinstance(value, bytes):
        return 'b"' + "".join(f"\\x{octet:02x}" for octet in value) + '"'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def text_of(tree: tuple) -> str:
    """The text of a tree."""
    kind, *parts = tree
    if kind == "literal":
        return _literal(parts[0])
    if kind == "name":
        return parts[0]
    if kind == "root":
        return "." + parts[0]
    if kind == "select":
        return f"{text_of(parts[0])}.{parts[1]}"
    if kind == "index":
        return f"{text_of(parts[0])}[{text_of(parts[1])}]"
    if kind == "call":
        return f"{parts[0]}({', '.join(map(text_of, parts[1]))})"
    if kind == "method":
        return f"{text_of(parts[0])}.{parts[1]}({', '.join(map(text_of, parts[2]))})"
    if kind == "list":
        return "[" + ", ".join(map(text_of, parts[0])) + "]"
    if kind == "map":
        return "{" + ", ".join(f"{text_of(k)}: {text_of(v)}" for k, v in parts[0]) + "}"
    if kind in ("not", "minus"):
        return f"{'!' if kind == 'not' else '-'}({text_of(parts[0])})"
    if kind == "if":
        return f"({text_of(parts[0])} ? {text_of(parts[1])} : {text_of(parts[2])})"
    operator = {"and": "&&", "or": "||"}.get(kind) or parts.pop(0)
    return f"({text_of(parts[0])} {operator} {text_of(parts[1])})"


def subtrees(tree: tuple) -> Iterator[tuple]:
    """All trees within a tree, itself left out."""
    for part in tree[1:]:
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, tuple):
                if isinstance(inner[0], str):
                    yield inner
                yield from subtrees(inner if isinstance(inner[0], str)
                                    else ("pair", *inner))


def simpler(tree: tuple) -> Iterator[tuple]:
    """Trees with one part replaced by a part of that part."""
    for inner in subtrees(tree):
        yield inner
    for place, part in enumerate(tree):
        if isinstance(part, tuple) and place > 0:
            for smaller in simpler(part):
                yield tree[:place] + (smaller,) + tree[place + 1:]
        if isinstance(part, list):
            for number, item in enumerate(part):
                if isinstance(item, tuple) and isinstance(item[0], str):
                    for smaller in simpler(item):
                        changed = part[:number] + [smaller] + part[number + 1:]
                        yield tree[:place] + (changed,) + tree[place + 1:]
