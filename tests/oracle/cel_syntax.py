"""Conditions as text: the syntax of CEL (cel-spec, langdef "Syntax").

parse() gives a tree of tuples: ("literal", value), ("name", text), ("select", of,
name), ("index", of, key), ("call", name, arguments), ("method", of, name, arguments),
("list", elements), ("map", pairs), ("not", x), ("minus", x), ("binary", operator, x,
y), ("and", x, y), ("or", x, y), ("if", condition, then, otherwise).
"""
from __future__ import annotations

import re
from typing import Any

from values import INT_MAX, INT_MIN, UINT_MAX, Uint


class CelSyntaxError(Exception):
    """The text is no CEL."""


_PREFIX = r"(?P<prefix>[rR]|[bB][rR]?)?"
_TOKENS = re.compile(
    r"(?P<blank>[ \t\n\f\r]+|//[^\n]*)"
    r"|(?P<float>\d+\.\d+(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)"
    r"|(?P<int>0x[0-9a-fA-F]+[uU]?|\d+[uU]?)"
    rf"|(?P<string>{_PREFIX}(?:'''|\"\"\"|'|\"))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<quoted>`[A-Za-z0-9_./ -]+`)"
    r"|(?P<mark>\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}=])")

_RELATIONS = ("<", "<=", ">", ">=", "==", "!=", "in")
_NEVER_NAMES = ("true", "false", "null", "in")
_RESERVED = frozenset("as break const continue else for function if import let loop"
                      " package namespace return var void while".split())
_SIMPLE_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11,
                   "\\": 92, "?": 63, '"': 34, "'": 39, "`": 96}
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\?\"'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})"
                     r"|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))")


def _code_of(match: re.Match[str], is_bytes: bool) -> int:
    simple, hexadecimal, short, long, octal = match.groups()
    if simple is not None:
        return _SIMPLE_ESCAPES[simple]
    if hexadecimal is not None:
        return int(hexadecimal, 16)
    if octal is not None:
        return int(octal, 8)
    code = int(short or long, 16)
    if is_bytes or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise CelSyntaxError(match.group())
    return code


def _unescape(text: str, is_bytes: bool) -> str | bytes:
    out = bytearray()
    place = 0
    while place < len(text):
        if text[place] != "\\":
            out += text[place].encode()
            place += 1
            continue
        match = _ESCAPE.match(text, place)
        if match is None:
            raise CelSyntaxError(text)
        code = _code_of(match, is_bytes)
        is_octet = is_bytes and match.group(1) is None
        out += bytes([code]) if is_octet else chr(code).encode()
        place = match.end()
    return bytes(out) if is_bytes else out.decode()


def _read_string(text: str, start: int, match: re.Match[str]) -> tuple[Any, int]:
    """The literal that opens at `start`, and where it ends."""
    prefix = (match.group("prefix") or "").lower()
    quote = match.group("string")[len(prefix):]
    place = match.end()
    while not text.startswith(quote, place):
        if place >= len(text) or (len(quote) == 1 and text[place] in "\r\n"):
            raise CelSyntaxError("a string has no end")
        place += 2 if text[place] == "\\" and "r" not in prefix else 1
    body = text[match.end():place]
    is_bytes = "b" in prefix
    if "r" in prefix:
        value: Any = body.encode() if is_bytes else body
    else:
        value = _unescape(body, is_bytes)
    return value, place + len(quote)


def tokenize(text: str) -> list[tuple[str, Any]]:
    """(kind, value) of every token, "end" last."""
    tokens: list[tuple[str, Any]] = []
    place = 0
    while place < len(text):
        match = _TOKENS.match(text, place)
        if match is None:
            raise CelSyntaxError(text[place:place + 20])
        kind = match.lastgroup if match.lastgroup != "prefix" else "string"
        place = match.end()
        if kind == "blank":
            continue
        if kind == "string":
            value, place = _read_string(text, match.start(), match)
            tokens.append(("string", value))
        else:
            tokens.append((kind or "", match.group()))
    return tokens + [("end", None)]


class Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self._tokens = tokenize(text)
        self._place = 0

    # --- tokens

    def _peek(self, ahead: int = 0) -> tuple[str, Any]:
        return self._tokens[min(self._place + ahead, len(self._tokens) - 1)]

    def _next(self) -> tuple[str, Any]:
        token = self._peek()
        self._place += 1
        return token

    def _is(self, *marks: str) -> bool:
        kind, value = self._peek()
        return kind in ("mark", "name") and value in marks

    def _accept(self, mark: str) -> bool:
        if self._is(mark):
            self._place += 1
            return True
        return False

    def _expect(self, mark: str) -> None:
        if not self._accept(mark):
            raise CelSyntaxError(f"expected {mark}, not {self._peek()[1]}")

    # --- operators, loosest first

    def parse(self) -> tuple:
        """The whole text."""
        tree = self.expression()
        if self._peek()[0] != "end":
            raise CelSyntaxError(f"unexpected {self._peek()[1]}")
        return tree

    def expression(self) -> tuple:
        """or-expression [? or-expression : expression]"""
        condition = self._chain("||", "or", self._conjunction)
        if not self._accept("?"):
            return condition
        then = self._chain("||", "or", self._conjunction)
        self._expect(":")
        return "if", condition, then, self.expression()

    def _chain(self, mark: str, kind: str, part) -> tuple:
        tree = part()
        while self._accept(mark):
            tree = (kind, tree, part())
        return tree

    def _conjunction(self) -> tuple:
        return self._chain("&&", "and", self._relation)

    def _relation(self) -> tuple:
        return self._level(_RELATIONS, self._sum)

    def _sum(self) -> tuple:
        return self._level(("+", "-"), self._product)

    def _product(self) -> tuple:
        return self._level(("*", "/", "%"), self._unary)

    def _level(self, operators: tuple[str, ...], part) -> tuple:
        tree = part()
        while self._is(*operators):
            operator = self._next()[1]
            tree = ("binary", operator, tree, part())
        return tree

    def _unary(self) -> tuple:
        for mark, kind in (("!", "not"), ("-", "minus")):
            if self._is(mark):
                return self._signs(mark, kind)
        return self._member()

    def _signs(self, mark: str, kind: str) -> tuple:
        count = 0
        while self._accept(mark):
            count += 1
        kind_ahead, text = self._peek()
        if kind == "minus" and kind_ahead in ("int", "float") and text[-1] not in "uU":
            tree = self._member(is_negative=True)
            count -= 1
        elif self._is("!", "-"):
            raise CelSyntaxError("! and - do not mix")
        else:
            tree = self._member()
        for _ in range(count):
            tree = (kind, tree)
        return tree

    # --- members and what they start from

    def _member(self, is_negative: bool = False) -> tuple:
        tree = self._primary(is_negative)
        while True:
            if self._accept("."):
                tree = self._after_dot(tree)
            elif self._accept("["):
                key = self.expression()
                self._expect("]")
                tree = ("index", tree, key)
            else:
                return tree

    def _after_dot(self, tree: tuple) -> tuple:
        kind, name = self._next()
        if kind == "quoted":
            return "select", tree, name[1:-1]
        if kind != "name" or name in _NEVER_NAMES:
            raise CelSyntaxError(f"no name: {name}")
        if self._accept("("):
            return "method", tree, name, self._items(")", allows_trailing=False)
        return "select", tree, name

    def _items(self, end: str, allows_trailing: bool = True) -> list[tuple]:
        items = []
        while not self._accept(end):
            if allows_trailing and not items and self._accept(","):
                self._expect(end)
                return items
            items.append(self.expression())
            if self._accept(end):
                return items
            self._expect(",")
            if not allows_trailing and self._is(end):
                raise CelSyntaxError("a comma at the end")
        return items

    def _entries(self) -> tuple:
        pairs = []
        while not self._accept("}"):
            if not pairs and self._accept(","):
                self._expect("}")
                break
            key = self.expression()
            self._expect(":")
            pairs.append((key, self.expression()))
            if self._accept("}"):
                break
            self._expect(",")
        return "map", pairs

    def _primary(self, is_negative: bool) -> tuple:
        if self._accept("("):
            tree = self.expression()
            self._expect(")")
            return tree
        if self._accept("["):
            return "list", self._items("]")
        if self._accept("{"):
            return self._entries()
        is_rooted = self._accept(".")
        kind, value = self._next()
        if kind == "name" and value not in _NEVER_NAMES:
            return self._name(value, is_rooted)
        if is_rooted:
            raise CelSyntaxError("no name after the dot")
        return "literal", self._literal(kind, value, is_negative)

    def _name(self, name: str, is_rooted: bool) -> tuple:
        if name in _RESERVED:
            raise CelSyntaxError(f"{name} is reserved")
        if self._accept("("):
            return "call", name, self._items(")", allows_trailing=False)
        return "root" if is_rooted else "name", name

    @staticmethod
    def _literal(kind: str, value: Any, is_negative: bool) -> Any:
        if kind == "string":
            return value
        if kind == "name" and value in ("true", "false"):
            return value == "true"
        if kind == "name" and value == "null":
            return None
        if kind == "float":
            number = float(value)
            if number in (float("inf"), float("-inf")):
                raise CelSyntaxError(value)
            return -number if is_negative else number
        if kind != "int":
            raise CelSyntaxError(f"unexpected {value}")
        digits = value.rstrip("uU")
        count = int(digits, 16 if digits.startswith("0x") else 10)
        if digits != value:
            if count > UINT_MAX:
                raise CelSyntaxError(value)
            return Uint(count)
        count = -count if is_negative else count
        if not INT_MIN <= count <= INT_MAX:
            raise CelSyntaxError(value)
        return count


def parse(text: str) -> tuple:
    """The tree of a condition; CelSyntaxError where it is none."""
    return Parser(text).parse()
