"""What the tests of bindings share: random tables after shop.tenure."""
import contextlib
import os
import random
import shutil
import subprocess
import tempfile

BUILD = os.path.abspath(os.environ.get("BUILD", "build"))
HOME = os.path.abspath("tests/bindings")
AT = "2026-11-23T00:00:00Z"
SCHEMA = """
CREATE TABLE buyers(id, left, tier, hold, hold_from, hold_until);
CREATE TABLE orders(id INTEGER PRIMARY KEY, placed, billed, closed, kind, total, size, paid,
                    token, address, buyer_id);
CREATE TABLE queued(id INTEGER PRIMARY KEY, placed, billed, closed, kind, total, size, paid,
                    token, address, buyer_id);
CREATE TABLE visits(id INTEGER PRIMARY KEY, seen, note, buyer_id);
"""


@contextlib.contextmanager
def folder():
    """A new folder below the build folder, gone afterwards."""
    os.makedirs(f"{BUILD}/tests", exist_ok=True)
    path = tempfile.mkdtemp(prefix="bindings", dir=f"{BUILD}/tests")
    try:
        yield path
    finally:
        shutil.rmtree(path)


def environment():
    """An extension built with AddressSanitizer wants its runtime loaded first."""
    if "address" not in os.environ.get("SANITIZE", ""):
        return None
    runtime = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True,
                             text=True, check=True).stdout.strip()
    return dict(os.environ, LD_PRELOAD=runtime)


def run(*command, cwd=None, stdin="", code=0):
    env = environment() if command[0] == "sqlite3" else None
    done = subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True,
                          check=False, timeout=300, env=env)
    assert code is None or done.returncode == code, \
        f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr if code != 0 else done.stdout


def equal(actual, expected):
    assert actual == expected, f"\nactual:   {actual!r}\nexpected: {expected!r}"


def contains(text, part):
    assert part in text, f"{part!r} is not in\n{text}"


# --- random rows: mostly sound values near the policy's boundaries, some that are broken

def instant(rng):
    year, month, day = rng.randint(2010, 2027), rng.randint(1, 12), rng.randint(1, 28)
    if rng.random() < 0.5:
        year, month = rng.choice([(2026, 10), (2026, 11), (2025, 10), (2023, 12), (2026, 8)])
    zone = rng.choice(["Z", "Z", "+01:00", "-05:30"])
    fraction = rng.choice(["", "", ".5", ".000000001"])
    return f"{year}-{month:02}-{day:02}T{rng.randint(0, 23):02}:00:00{fraction}{zone}"


def broken(rng):
    return rng.choice([None, "", "soon", 1700000000, 1.5, b"\xff", "2026-11-23",
                       "2026-11-23T00:00:00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])


def either(rng, sound, chance=0.06):
    return broken(rng) if rng.random() < chance else sound


def maybe(rng, value, chance=0.5):
    return value if rng.random() < chance else None


def buyers(rng):
    for key in list(range(40)) + [7, "8", "x"]:
        yield (key, either(rng, maybe(rng, instant(rng), 0.3)),
               either(rng, maybe(rng, rng.randint(0, 6), 0.9), 0.03),
               either(rng, rng.choice([0, 0, 0, 0, 1, None]), 0.03),
               either(rng, maybe(rng, instant(rng), 0.1), 0.02),
               either(rng, maybe(rng, instant(rng), 0.5), 0.02))


def orders(rng, count):
    for key in range(count):
        yield (key, either(rng, instant(rng)),
               either(rng, maybe(rng, instant(rng)[:10])),
               either(rng, maybe(rng, instant(rng), 0.2)),
               either(rng, rng.choice(["b2b", "b2c"])),
               either(rng, rng.choice([1.0, 999.99, 1000, 1000.0, 5e6])),
               either(rng, rng.choice([1, 2, 90, 91]), 0.03),
               either(rng, rng.choice([0, 1])),
               either(rng, rng.choice([b"hold", b"none", None]), 0.03),
               either(rng, maybe(rng, "Main Street 1")),
               either(rng, rng.choice([rng.randint(0, 42), str(rng.randint(0, 39))]), 0.03))


def visits(rng, count):
    for key in range(count):
        yield (key, either(rng, instant(rng)), maybe(rng, "hm", 0.2),
               maybe(rng, rng.randint(0, 42), 0.8))


def fill(path, seed, count):
    """A new database with random rows."""
    import sqlite3
    rng = random.Random(seed)
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    for table, rows in (("buyers", buyers(rng)), ("orders", orders(rng, count)),
                        ("queued", orders(rng, count // 4)), ("visits", visits(rng, count // 4))):
        rows = list(rows)
        db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    db.commit()
    db.close()
