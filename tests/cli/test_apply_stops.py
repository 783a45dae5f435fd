"""tenure apply: the question on a terminal, and what ends a run early."""
import json
import os
import pty
import select
import subprocess
import time

from support import TENURE, contains, equal, folder, tenure
from test_apply import apply, ask, grown, plan, world

ALL = ("--max-delete", "100%")


def on_terminal(place, env, answer, *more):
    """Exit code, and what the terminal showed; `answer` is typed once it is asked."""
    leader, follower = pty.openpty()
    command = [TENURE, "apply", f"{place}/plan.json", *ALL, *more]
    with subprocess.Popen(command, env={**os.environ, **env}, stdin=follower,
                          stdout=follower, stderr=follower,
                          preexec_fn=lambda: os.login_tty(follower)) as run:
        os.close(follower)
        shown = b""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            ready, _, _ = select.select([leader], [], [], 0.1)
            try:
                got = os.read(leader, 4096) if ready else None
            except OSError:  # the other end is closed
                got = b""
            if got == b"" or (got is None and run.poll() is not None):
                break
            shown += got or b""
            if answer is not None and b"does it: " in shown:
                os.write(leader, answer)
                answer = None
        os.close(leader)
        return run.wait(), shown.decode()


def test_on_a_terminal_it_asks_and_yes_does_it():
    with folder() as place:
        env = world(place)
        plan(place, env)
        code, shown = on_terminal(place, env, b"yes\n")
        contains(shown, "db/audit")
        contains(shown, 'Erase these records? Only "yes" does it: ')
        contains(shown, "1 of 1 deleted")
        equal(code, 0)
        equal(ask(env, "SELECT id FROM audit"), [(1,), (3,)])


def test_on_a_terminal_no_other_answer_does_it():
    for answer in (b"y\n", b"YES\n", b"no\n", b"\n", b"yes please\n", b"\x04", b"\x03"):
        with folder() as place:
            env = world(place)
            plan(place, env)
            code, shown = on_terminal(place, env, answer)
            contains(shown, "does it: ")
            equal((answer, code), (answer, 4))
            contains(shown, "not confirmed; nothing was done")
            equal(len(ask(env, "SELECT * FROM audit")), 3)
            equal(ask(env, "SELECT name FROM sqlite_schema WHERE name LIKE 'tenure%'"), [])
            equal("run " in tenure("ledger", "show", env=env).out, False)


def test_with_yes_it_does_not_ask_and_shows_how_far_it_is():
    with folder() as place:
        env = grown(place, 3000)
        code, shown = on_terminal(place, env, None, "--yes", "--chunk-rows", "300", "--rate",
                                  "3000")
        equal(code, 0)
        equal("does it" in shown, False)
        contains(shown, " erased, ")
        contains(shown, "\r\033[K")


def outcomes(env, place):
    text = tenure("ledger", "show", env=env).out
    return [json.loads(line[line.index("{"):])["count"] for line in text.splitlines()
            if "outcome" in line and place in line]


def test_a_rate_is_kept_and_bounds_each_chunk():
    with folder() as place:
        env = grown(place, 3000)
        start = time.monotonic()
        apply(place, env, *ALL, "--yes", "--rate", "1000")
        taken = time.monotonic() - start
        assert 2.5 < taken < 20, f"3,003 records at 1,000 a second took {taken:.1f} s"
        counts = outcomes(env, "db/run_log")
        assert len(counts) >= 3 and max(counts) <= 1001, counts


def just_before_a_minute():
    """A zone whose clocks are two seconds before a minute, and that minute."""
    now = int(time.time())
    offset = (58 - now) % 60
    local = time.gmtime(now + offset + 2)
    return f"XXX-00:00:{offset:02d}", time.strftime("%H:%M", local)


def test_until_a_local_time_it_runs_and_no_longer():
    with folder() as place:
        env = grown(place, 20000)
        zone, minute = just_before_a_minute()
        done = apply(place, {**env, "TZ": zone}, *ALL, "--yes", "--chunk-rows", "100", "--rate",
                     "1000", "--until", minute, code=5)
        contains(done.out, "stopped (it is the time of --until)")
        left = ask(env, "SELECT count(*) FROM run_log")[0][0]
        assert 14000 < left < 20003, f"{left} are left"
        apply(place, env, *ALL, "--yes")
        equal(ask(env, "SELECT count(*) FROM run_log"), [(4,)])


def test_until_a_time_that_is_over_means_tomorrow():
    with folder() as place:
        env = world(place)
        plan(place, env)
        now = time.strftime("%H:%M", time.gmtime(time.time() - 60))
        apply(place, {**env, "TZ": "UTC"}, *ALL, "--yes", "--until", now)
        equal(len(ask(env, "SELECT * FROM audit")), 2)


def test_times_that_are_none_are_refused():
    with folder() as place:
        env = world(place)
        plan(place, env)
        for option, value in (("--until", "25:00"), ("--until", "6"), ("--until", "06:60"),
                              ("--run-time", "0s"), ("--run-time", "1d"), ("--rate", "-1"),
                              ("--rate", "x"), ("--max-delete", "101%")):
            contains(apply(place, env, "--yes", option, value, code=2).err, option)
        equal(len(ask(env, "SELECT * FROM audit")), 3)


def test_a_stop_file_that_appears_stops_it_while_it_waits():
    with folder() as place:
        env = grown(place, 20000)
        command = [TENURE, "apply", f"{place}/plan.json", *ALL, "--yes", "--rate", "2000",
                   "--stop-file", f"{place}/stop", "--json"]
        with subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.PIPE,
                              text=True) as run:
            time.sleep(0.7)
            with open(f"{place}/stop", "w", encoding="utf-8"):
                pass
            start = time.monotonic()
            report = json.loads(run.communicate()[0])
            equal(run.returncode, 5)
        assert time.monotonic() - start < 3
        equal(report["stopped"], "the stop file is there")
        contains(tenure("ledger", "verify", env=env).out, f"{report['erased']} records")
