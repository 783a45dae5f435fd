#!/usr/bin/env python3
"""compare.py OLD NEW: two files of bench.json, ratio by ratio. Marks what got more than 10 %
worse; exit code 1 where that, or a figure that is gone, is against a limit. Medians of ratios
are compared, since times don't hold from one machine to the next."""
import json
import sys

WORSE = 0.10


def read(path):
    with open(path, encoding="utf-8") as file:
        suites = json.load(file)["suites"]
    return {(name, row["work"], row["against"], row["cost"]): row
            for name, suite in suites.items() for row in suite["rows"]}


def value(row):
    """What is compared, and whether less of it is better."""
    if row["kind"] == "alone":
        return row["ours"], not row["unit"].endswith("/s")
    return row["median"], row["kind"] == "limit"


def change(old, new):
    """By how much it got worse: 0.1 is 10 %; negative: better."""
    before, less_is_better = value(old)
    after, _ = value(new)
    return after / before - 1 if less_is_better else before / after - 1


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: compare.py OLD NEW, two bench.json")
    old, new = read(sys.argv[1]), read(sys.argv[2])
    bad = 0
    print(f"{'':42} {'against':22} {'old':>9} {'new':>9} {'worse by':>9}")
    for key in [*old, *(key for key in new if key not in old)]:
        row = new.get(key, old.get(key))
        before = f"{value(old[key])[0]:9.3f}" if key in old else " " * 9
        after = f"{value(new[key])[0]:9.3f}" if key in new else " " * 9
        line = f"{row['work']:42} {row['against']:22} {before} {after}"
        if key not in new:
            mark, is_bad = "         gone", row["kind"] == "limit"
        elif key not in old:
            mark, is_bad = "         new", False
        else:
            worse = change(old[key], new[key])
            is_worse = worse > WORSE
            is_bad = is_worse and row["kind"] == "limit"
            mark = f" {100 * worse:+8.1f}%{' WORSE' if is_worse else ''}"
        bad += is_bad
        print(line + mark + (" (against a limit)" if is_bad else ""))
    if bad:
        print(f"{bad} against a limit got worse by more than {100 * WORSE:.0f} %, or went")
    sys.exit(1 if bad else 0)


main()
