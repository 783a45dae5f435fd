"""The program, as tests use it."""
import json
import os
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
PROGRAM = os.path.join(BUILD, "tenure")
ENVIRONMENT = dict(os.environ, NO_COLOR="1", PATH=BUILD + ":" + os.environ["PATH"])


class Failure(Exception):
    """A test that fails, with what to print."""


def run(*args, text="", cwd=None):
    """Code, standard output and standard error of `tenure ARGS`."""
    done = subprocess.run([PROGRAM, *args], input=text, capture_output=True, text=True,
                          cwd=cwd, env=ENVIRONMENT)
    if done.returncode < 0 or "Sanitizer" in done.stderr:
        raise Failure(f"tenure {' '.join(args)} ended badly:\n{done.stderr}")
    return done.returncode, done.stdout, done.stderr


def check(path, *roots):
    """The findings of `tenure check` as (severity, code, message, line); of other files
    than this one the errors alone."""
    code, out, err = run("check", "--json", *paths_of(roots), path)
    if code not in (0, 1) or (err and not out):
        raise Failure(f"tenure check {path}: exit {code}\n{err}")
    findings = [(f["severity"], f["code"], f["message"], f["line"]) for f in json.loads(out)
                if f["severity"] == "error" or f["file"] == path]
    if (code == 1) != any(f[0] == "error" for f in findings):
        raise Failure(f"tenure check {path}: exit {code} with {findings}")
    return findings


def paths_of(roots):
    return [word for root in roots for word in ("--path", root)]


def model(path, *roots):
    code, out, err = run("check", "--model", *paths_of(roots), path)
    if code != 0:
        raise Failure(f"tenure check --model {path}: exit {code}\n{err}")
    return json.loads(out)


def find_category(model, name):
    """The category of a full name, or of a simple one: in the module checked last."""
    found = [c for c in model["categories"] if ("." + c["name"]).endswith("." + name)]
    if not found:
        raise Failure(f"there is no category {name}")
    return found[-1]


def decide(path, roots, category, at, record, facts, folder):
    """The verdict of one record. `facts` maps simple names of entities to the rows with the
    record's key; entities that it leaves out have no facts at all."""
    args = ["eval", path, "--category", category["name"], "--at", at, "--json", "--records"]
    record = dict(record)
    for entity in (of["entity"].split(".")[-1] for of in category["of"]):
        if entity not in facts:
            args += ["--facts", f"{entity}=none"]
            continue
        name = os.path.join(folder, f"{entity}.jsonl")
        with open(name, "w", encoding="utf-8") as file:
            for row in facts[entity]:
                file.write(json.dumps({"its_key": 1, **row}) + "\n")
        args += ["--facts", f"{entity}:its_key={name}", "--key", f"{entity}=key_of_{entity}"]
        record.setdefault(f"key_of_{entity}", 1)
    code, out, err = run(*args, *paths_of(roots), text=json.dumps(record) + "\n")
    if code != 0:
        raise Failure(f"tenure {' '.join(args)}: exit {code}\n{err}")
    return json.loads(out)


def compare(verdict, wanted):
    """`wanted` maps members of the verdict to their values as text; "" says nothing."""
    wrong = []
    for name, text in wanted.items():
        actual = verdict[name]
        if isinstance(actual, list):
            actual = ", ".join(actual) or "none"
        elif actual is None:
            actual = "null"
        elif isinstance(actual, bool):
            actual = str(actual).lower()
        if actual != text:
            wrong.append(f"{name}: expected {text}, is {actual}")
    if wrong:
        raise Failure("\n".join(wrong + [json.dumps(verdict)]))
