#!/usr/bin/env python3
"""Random conditions against cel-go: python3 tests/cel_diff/diff.py -n N --seed SEED

A Go program makes expressions and says what cel-go makes of each, as conformance cases;
the conformance runner compares. What DEVIATIONS.md explains is no failure."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
HERE = os.path.dirname(os.path.abspath(__file__))

# (in the expression, in what is said of it): the deviations of DEVIATIONS.md, in its order.
DEVIATIONS = [
    (r"", r"not a key of a map|a key of a map is|repeated key"),
    (r"\[\?", r"no such overload for|an error was expected"),
    (r"getMilliseconds", r"gives "),
    (r"string\(", r"[-+]?Infinity.*not .*Inf"),
    (r"-9223372036854775808[.\[]|--9223372036854775808|!-1",
     r"does not compile: expected|invalid int literal"),
    (r"\.a\b|has\(", r"has no fields|does not support field selection"),
    (r"\.(map|filter|all|exists|exists_one|existsOne|transform\w+)\(",
     r"not a list or a map: b?\"\"$"),
    (r" in ", r"an error was expected"),
    (r"double\('(0x|1_)|timestamp\(.*\.\d{10}|decode\(.*\\n", r"cannot convert"),
    (r"-\(?[({]*(dyn\(|)\(?(duration|\()", r"no such overload for google.protobuf.Duration"),
    (r"getHours\('(|\+5:30)'\)", r"unknown time zone"),
    (r"\.existsOne\(x, ", r"an error was expected"),
    (r"\.map\(|\.exists\(true|bind\(", r"identifier|simple name"),
    (r"math\.greatest\(", r"and cel-go says"),
    (r"google\.protobuf\.\w+\{", r"there are no messages"),
    (r"timestamp\('[^']*[-+]\d\d:\d\d'\)", r'gives [^ ]*"'),
    (r"^has\(p\.w\.f\)$", r"gives true, not 5"),
    (r"duration\('[^']*\d{9}", r'gives [^ ]*"'),
]


def is_explained(rows, name, expr, said):
    """What is no text of the language is to be refused."""
    number = name.removeprefix("diff/").split()[0]
    if rows[number].get("syntax") and said.startswith("does not compile"):
        return True
    both = re.match(r"gives (.*), not (.*)$", said)
    if both and sorted(both[1]) == sorted(both[2]) and re.search(r"transformList|\.map\(", expr):
        return True  # the order of a map is not specified, and in cel-go by chance
    return any(re.search(e, expr) and re.search(s, said) for e, s in DEVIATIONS)


def read_that_are_none(rows, failed):
    """What cel-go refuses to read, and tenure does not."""
    refused = {name.removeprefix("diff/") for name, _, said in failed
               if said.startswith("does not compile")}
    return [(f"diff/{name} {mode}", row["expr"], "is read, and cel-go says: " +
             row["expect"]["error"][0].split("\n")[0]) for name, row in rows.items()
            for mode in ("checked", "unchecked")
            if row.get("syntax") and f"{name} {mode}" not in refused]


def failures(text):
    """(name, expression, what is said) of each case that failed."""
    pattern = r"^not ok \d+ - (.*)\n#   (.*)\n#   (.*)$"
    return re.findall(pattern, text, flags=re.M)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if shutil.which("go") is None:
        print("skipped: no Go here, which cel-go needs (https://go.dev/dl)")
        return 0
    program, cases = f"{BUILD}/cel_diff", f"{BUILD}/cel_diff.jsonl"
    build = subprocess.run(["go", "build", "-o", program, "."], cwd=HERE, text=True,
                           stderr=subprocess.PIPE)
    if build.returncode != 0:
        print("skipped: cel-go cannot be had or built here:", build.stderr.strip()[-300:])
        return 0
    with open(cases, "wb") as out:
        subprocess.run([program, f"{HERE}/expressions", str(args.n), str(args.seed)],
                       stdout=out, check=True)
    run = subprocess.run([f"{BUILD}/tests/conformance", cases], text=True,
                         stdout=subprocess.PIPE)
    counted = re.search(r"^(\d+) passed, (\d+) failed$", run.stdout, flags=re.M)
    if counted is None:
        print(f"seed {args.seed}: the runner ended with {run.returncode}")
        return 1
    with open(cases, encoding="utf-8") as lines:
        rows = {row["name"]: row for row in map(json.loads, lines)}
    failed = failures(run.stdout)
    wrong = [f for f in failed if not is_explained(rows, *f)]
    wrong += [f for f in read_that_are_none(rows, failed)
              if not any(re.search(e, f[1]) and re.search(s, f[2]) for e, s in DEVIATIONS)]
    for name, expr, said in wrong:
        print(f"{name}\n  {expr}\n  {said}")
    print(f"seed {args.seed}: {counted[1]} agree, {len(failed) - len(wrong)} are refused by "
          f"both or deviate as DEVIATIONS.md says, {len(wrong)} differ")
    return 1 if wrong or len(failed) != int(counted[2]) else 0


sys.exit(main())
