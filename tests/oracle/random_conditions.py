"""Random conditions of a wanted type, over the fields and facts that are there.

They are well typed as far as `tenure check` looks, and go wrong all the same: fields are
null or unreadable, numbers overflow, keys are missing.
"""
from __future__ import annotations

from random import Random

WORDS = ["a", "b", "", "é", "draft", "DE", "FR", "ab", "1", "true"]

# Field types that conditions of each type can be made from.
Leaves = dict[str, list[str]]

INSTANT_TEXTS = ["2024-02-29T10:00:00Z", "2025-03-30T01:00:00Z", "1999-12-31T23:59:59Z",
                 "2026-06-01T00:00:00.000000001Z", "0001-01-01T00:00:00Z"]

ACCESSORS = ["getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfYear",
             "getDayOfWeek", "getHours", "getMinutes", "getSeconds", "getMilliseconds"]


def quoted(text: str) -> str:
    """A string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Conditions:
    """Makes conditions; `leaves` are what of each type can be named."""

    def __init__(self, random: Random, leaves: Leaves, tables: list[str]) -> None:
        self.random = random
        self.leaves = leaves
        self.tables = tables
        self._variables = 0

    def condition(self) -> str:
        """A condition that is not known beforehand to be true or false."""
        for _ in range(20):
            text = self.make("bool", self.random.choice((1, 1, 2, 2, 3)))
            if any(leaf in text for leaves in self.leaves.values() for leaf in leaves):
                return text
        leaf = self.random.choice(self._all())
        return f"{leaf} != null"

    def _all(self) -> list[str]:
        return [leaf for leaves in self.leaves.values() for leaf in leaves]

    def make(self, kind: str, depth: int) -> str:
        """An expression of a type, no deeper than that."""
        leaves = self.leaves.get(kind, [])
        if depth <= 0 or (leaves and self.random.random() < 0.25):
            if leaves and self.random.random() < 0.8:
                return self.random.choice(leaves)
            return self._literal(kind)
        return getattr(self, "_" + kind)(depth - 1)

    def _literal(self, kind: str) -> str:
        pick = self.random.choice
        if kind == "bool":
            leaves = self._all()
            return f"({pick(leaves)} == null)" if leaves else "true"
        if kind == "int":
            if self.random.random() < 0.04:
                return pick(["9223372036854775807", "-9223372036854775808"])
            return pick(["0", "1", "2", "-1", "7", "0x10", "13", "1000000"])
        if kind == "uint":
            return pick(["0u", "1u", "2u", "7u", "18446744073709551615u"])
        if kind == "double":
            return pick(["0.0", "1.5", "-2.25", "1e300", "1.0", "-0.0"])
        if kind == "string":
            return quoted(pick(WORDS))
        if kind == "timestamp":
            return f'timestamp("{pick(INSTANT_TEXTS)}")'
        if kind == "duration":
            return 'duration("' + pick(["36h", "0s", "-1.5s", "1ns", "8760h", "90m"]) \
                + '")'
        if kind == "strings":
            return "[" + ", ".join(quoted(pick(WORDS)) for _ in range(pick((1, 2, 3)))) \
                + "]"
        return "[" + ", ".join(self._literal("int") for _ in range(pick((1, 2, 3)))) + "]"

    # --- by type

    def _bool(self, depth: int) -> str:
        choice = self.random.randrange(12)
        if choice <= 1:
            operator = self.random.choice(("&&", "||"))
            return f"({self.make('bool', depth)} {operator} {self.make('bool', depth)})"
        if choice == 2:
            return f"!({self.make('bool', depth)})"
        if choice == 3:
            return self._either("bool", depth)
        if choice == 4:
            leaf = self.random.choice(self._all())
            if "." in leaf and self.random.random() < 0.5:
                return f"has({leaf})"
            return f"{leaf} {self.random.choice(('==', '!='))} null"
        if choice == 5:
            method = self.random.choice(("startsWith", "endsWith", "contains", "matches"))
            other = quoted(self.random.choice(WORDS)) if method == "matches" \
                else self.make("string", depth)
            return f"{self._of('string', depth)}.{method}({other})"
        if choice == 6:
            return self._membership(depth)
        if choice == 7:
            return self._macro(depth)
        if choice == 8 and self.leaves.get("dyn"):
            leaf = self.random.choice(self.leaves["dyn"])
            other = self.make(self.random.choice(("int", "string", "double")), depth)
            return f"{leaf} {self.random.choice(('==', '!=', '<', '>='))} {other}"
        return self._comparison(depth)

    def _comparison(self, depth: int) -> str:
        kind = self.random.choice(("int", "int", "string", "string", "uint", "double",
                                   "timestamp", "timestamp", "duration"))
        operator = self.random.choice(("==", "!=", "<", "<=", ">", ">="))
        first, second = self.make(kind, depth), self.make(kind, depth)
        if kind in ("int", "uint", "double") and self.random.random() < 0.15:
            other = self.random.choice(("int", "uint", "double"))
            first, second = f"dyn({first})", f"dyn({self.make(other, depth)})"
        return f"{first} {operator} {second}"

    def _membership(self, depth: int) -> str:
        if self.tables and self.random.random() < 0.3:
            return f"{self.make('string', depth)} in {self.random.choice(self.tables)}"
        if self.random.random() < 0.5:
            return f"{self.make('string', depth)} in {self.make('strings', depth)}"
        return f"{self.make('int', depth)} in {self.make('ints', depth)}"

    def _macro(self, depth: int) -> str:
        self._variables += 1
        name = f"x{self._variables}"
        kind, collection = self.random.choice((("string", "strings"), ("int", "ints")))
        macro = self.random.choice(("all", "exists", "exists_one"))
        inner = Conditions(self.random, {**self.leaves, kind: [
            *self.leaves.get(kind, []), name, name]}, self.tables)
        inner._variables = self._variables
        text = f"{self._of(collection, depth)}.{macro}({name}, " \
               f"{inner.make('bool', depth)})"
        self._variables = inner._variables
        return text

    def _either(self, kind: str, depth: int) -> str:
        return f"({self.make('bool', depth)} ? {self.make(kind, depth)} : " \
               f"{self.make(kind, depth)})"

    def _of(self, kind: str, depth: int) -> str:
        """What a method is called on."""
        text = self.make(kind, depth)
        is_sum = kind == "string" and not text.endswith('"') and " " in text
        return f"({text})" if is_sum else text

    def _int(self, depth: int) -> str:
        choice = self.random.randrange(8)
        if choice <= 2:
            operator = self.random.choice("+-*/%")
            return f"({self.make('int', depth)} {operator} {self.make('int', depth)})"
        if choice == 3:
            kind = self.random.choice(("string", "strings", "ints"))
            return f"size({self.make(kind, depth)})"
        if choice == 4 and self.tables:
            return f"{self.random.choice(self.tables)}[{self.make('string', depth)}]"
        if choice == 5:
            zone = self.random.choice(("", "", '"Asia/Kathmandu"', '"-03:30"'))
            return f"({self.make('timestamp', depth)})." \
                   f"{self.random.choice(ACCESSORS)}({zone})"
        if choice == 6:
            kind = self.random.choice(("string", "uint", "double", "timestamp"))
            return f"int({self.make(kind, depth)})"
        return self._either("int", depth)

    def _uint(self, depth: int) -> str:
        if self.random.random() < 0.6:
            operator = self.random.choice("+-*/%")
            return f"({self.make('uint', depth)} {operator} {self.make('uint', depth)})"
        return f"uint({self.make(self.random.choice(('int', 'string')), depth)})"

    def _double(self, depth: int) -> str:
        if self.random.random() < 0.6:
            operator = self.random.choice("+-*/")
            return f"({self.make('double', depth)} {operator} " \
                   f"{self.make('double', depth)})"
        return f"double({self.make(self.random.choice(('int', 'uint')), depth)})"

    def _string(self, depth: int) -> str:
        choice = self.random.randrange(5)
        if choice <= 1:
            return f"({self.make('string', depth)} + {self.make('string', depth)})"
        if choice == 2:
            return f"string({self.make(self.random.choice(('int', 'uint')), depth)})"
        if choice == 3:
            return f"{self.make('strings', depth)}[{self.make('int', depth)}]"
        return self._either("string", depth)

    def _timestamp(self, depth: int) -> str:
        if self.random.random() < 0.7:
            operator = self.random.choice("+-")
            return f"({self.make('timestamp', depth)} {operator} " \
                   f"{self.make('duration', depth)})"
        return self._either("timestamp", depth)

    def _duration(self, depth: int) -> str:
        if self.random.random() < 0.7:
            return f"({self.make('timestamp', depth)} - {self.make('timestamp', depth)})"
        return f"({self.make('duration', depth)} + {self.make('duration', depth)})"

    def _strings(self, depth: int) -> str:
        return "[" + ", ".join(self.make("string", depth) for _ in range(2)) + "]"

    def _ints(self, depth: int) -> str:
        return "[" + ", ".join(self.make("int", depth) for _ in range(2)) + "]"
