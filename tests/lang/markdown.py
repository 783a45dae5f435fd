"""Examples in a document: what they are, and where they stand.

  ```tenure          a module or deployment; else a fragment for the frame above it
  ```tenure frame    a module with a line "..." where fragments are put in
  ```tenure-error    the same, refused: the first line is "// error: MESSAGE"
  ```cel             EXPRESSION  // => VALUE
  ```console         "$ COMMAND", continued by "> " or after a backslash, then its output;
                     a line "..." in it stands for any lines
  <!-- decide CATEGORY [of MODULE] at T -->
                     then a table of records and verdicts, by the policy above it
  <!-- calendar [zone AREA/CITY] [whole days] -->
                     then a table of anchors, periods and due times

In tables values are written NAME: VALUE, parted by ", "; a value that is not JSON is text.
"""
import json
import re


class Example:
    def __init__(self, kind, line, text, argument="", rows=None):
        self.kind = kind          # the first word of a fence; "decide", "calendar"
        self.line = line          # where its text begins, from 1
        self.text = text
        self.argument = argument  # what follows the kind
        self.rows = rows          # of a table: dicts by heading


def read(path):
    """The examples of a Markdown file, in order."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        fence = re.fullmatch(r"```([a-z-]+) ?(.*)", line)
        comment = re.fullmatch(r"<!-- (decide|calendar)(.*) -->", line)
        if fence:
            start = number
            while lines[number] != "```":
                number += 1
            yield Example(fence[1], start + 1, "\n".join(lines[start:number]) + "\n", fence[2])
            number += 1
        elif comment:
            start = number
            while number < len(lines) and lines[number].startswith("|"):
                number += 1
            yield Example(comment[1], start + 1, "", comment[2].strip(),
                          table(lines[start:number]))


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def table(lines):
    if len(lines) < 3:
        raise ValueError("a table is missing behind its comment")
    heads = cells(lines[0])
    return [dict(zip(heads, cells(line))) for line in lines[2:]]


def value(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def values(text):
    """{"a": 1} for "a: 1"; commas inside brackets and quotes part nothing."""
    parts = re.findall(r'(?:\[[^]]*\]|"[^"]*"|[^,\["])+', text)
    pairs = [part.strip().split(": ", 1) for part in parts if part.strip()]
    return {name: value(rest) for name, rest in pairs}
