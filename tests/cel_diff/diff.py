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
    (r"-9223372036854775808\.", r"does not compile: expected"),
    (r"int\(", r"`int` does not take \(duration\)|no such overload for google.protobuf.Duration"),
    (r"\.a\b", r"has no fields|does not support field selection"),
    (r"\.(map|filter|all|exists|exists_one|existsOne|transform\w+)\(",
     r"not a list or a map: b?\"\"$"),
    (r" in ", r"an error was expected"),
]


def is_explained(errors, name, expr, said):
    """`errors`: the cases that end in an error, which a checker may as well refuse."""
    number, mode = name.removeprefix("diff/").split()
    if mode == "checked" and number in errors and said.startswith("does not compile"):
        return True
    return any(re.search(e, expr) and re.search(s, said) for e, s in DEVIATIONS)


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
        subprocess.run([program, str(args.n), str(args.seed)], stdout=out, check=True)
    run = subprocess.run([f"{BUILD}/tests/conformance", cases], text=True,
                         stdout=subprocess.PIPE)
    counted = re.search(r"^(\d+) passed, (\d+) failed$", run.stdout, flags=re.M)
    if counted is None:
        print(f"seed {args.seed}: the runner ended with {run.returncode}")
        return 1
    with open(cases, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    errors = {row["name"] for row in rows if "error" in row["expect"]}
    failed = failures(run.stdout)
    wrong = [f for f in failed if not is_explained(errors, *f)]
    for name, expr, said in wrong:
        print(f"{name}\n  {expr}\n  {said}")
    print(f"seed {args.seed}: {counted[1]} agree, {len(failed) - len(wrong)} deviate as "
          f"DEVIATIONS.md says, {len(wrong)} differ")
    return 1 if wrong or len(failed) != int(counted[2]) else 0


sys.exit(main())
