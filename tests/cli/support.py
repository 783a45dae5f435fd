"""What the tests of whole commands share."""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile

BUILD = os.environ.get("BUILD", "build")
TENURE = f"{BUILD}/tenure"
AT = "2026-11-23T00:00:00Z"


class Result:
    """How a command ended: exit code and both outputs as text."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def tenure(*args, stdin=b"", env=None, code=0):
    """Runs tenure; an assertion that it ends with `code` (None: any)."""
    full = dict(os.environ)
    full.pop("NO_COLOR", None)
    full.update(env or {})
    done = subprocess.run([TENURE, *map(str, args)], input=stdin, capture_output=True,
                          env=full, timeout=120, check=False)
    out = done.stdout.decode("utf-8", "surrogateescape")
    err = done.stderr.decode("utf-8", "surrogateescape")
    if code is not None:
        assert done.returncode == code, f"exit code {done.returncode}, not {code}\n{out}{err}"
    return Result(done.returncode, out, err)


@contextlib.contextmanager
def folder():
    """A new folder below the build folder, gone afterwards."""
    os.makedirs(f"{BUILD}/tests", exist_ok=True)
    path = tempfile.mkdtemp(prefix="cli", dir=f"{BUILD}/tests")
    try:
        yield path
    finally:
        shutil.rmtree(path)


def write(path, content):
    mode = "wb" if isinstance(content, bytes) else "w"
    with open(path, mode, **({} if mode == "wb" else {"encoding": "utf-8"})) as file:
        file.write(content)
    return path


def jsonl(path, rows):
    return write(path, "".join(json.dumps(row) + "\n" for row in rows))


def database(path, sql):
    if os.path.exists(path):
        os.remove(path)
    subprocess.run(["sqlite3", "-bail", path], input=sql.encode(), check=True,
                   stdout=subprocess.DEVNULL)
    return path


def equal(actual, expected):
    assert actual == expected, f"\nactual:   {actual!r}\nexpected: {expected!r}"


def contains(text, part):
    assert part in text, f"{part!r} is not in\n{text}"
