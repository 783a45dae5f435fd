"""Where output goes, and how commands end when it can't go there."""
import os
import pty
import stat
import subprocess

from support import TENURE, contains, equal, folder, tenure, write

POLICY = "policies/ipaas"
# each with more output than a pipe or stdio's buffer holds, or little
COMMANDS = (("check", "--model", POLICY), ("check", "--json", POLICY), ("doc", POLICY),
            ("check", "--say", POLICY), ("disasm", POLICY), ("test", "--generate", POLICY),
            ("test", POLICY), ("cel", "1"), ("help",), ("help", "unknown-name"))


def run(*args, **how):
    return subprocess.run([TENURE, *args], stderr=subprocess.PIPE, timeout=60, check=False, **how)


def complaints(done):
    return [line for line in done.stderr.decode().splitlines() if line.startswith("tenure: ")]


def test_whoever_closes_the_pipe_has_seen_enough():
    for command in COMMANDS:
        read, into = os.pipe()
        os.close(read)
        done = run(*command, stdout=into)
        os.close(into)
        equal((command, done.returncode), (command, 0))
        equal((command, complaints(done)), (command, []))


def test_a_full_disk_is_a_failure_and_said_once():
    with open("/dev/full", "wb") as full:
        for command in COMMANDS:
            done = run(*command, stdout=full)
            equal((command, done.returncode), (command, 3))
            equal((command, complaints(done)),
                  (command, ["tenure: cannot write the output: No space left on device"]))


def closed(*numbers):
    def close():
        for number in numbers:
            os.close(number)
    return close


def test_no_file_becomes_the_standard_output_by_taking_its_number():
    with folder() as place:
        plan = f"{place}/p.tenurec"
        done = run("cel", "1", preexec_fn=closed(1))
        equal(done.returncode, 3)
        contains(done.stderr.decode(), "cannot write the output")
        done = run("fmt", "-", preexec_fn=closed(0))
        equal(done.returncode, 3)
        contains(done.stderr.decode(), "cannot read standard input")
        done = subprocess.run([TENURE, "compile", POLICY, "-o", plan], timeout=60, check=False,
                              preexec_fn=closed(0, 1, 2))
        equal(done.returncode, 0)
        with open(plan, "rb") as file:
            equal(file.read(7), b"\x7fTENURE")


def test_what_is_no_file_is_written_to_and_stays_what_it_is():
    with folder() as place:
        os.mkfifo(f"{place}/p.tenurec")
        reader = subprocess.Popen(["cat", f"{place}/p.tenurec"], stdout=subprocess.PIPE)
        tenure("compile", POLICY, "-o", f"{place}/p.tenurec")
        contains(reader.communicate(timeout=60)[0][:8].decode("latin-1"), "TENURE")
        assert stat.S_ISFIFO(os.stat(f"{place}/p.tenurec").st_mode)


def test_a_link_stays_and_what_it_leads_to_is_written():
    with folder() as place:
        write(f"{place}/real.tenure", "module   demo\n")
        os.chmod(f"{place}/real.tenure", 0o640)
        os.symlink("real.tenure", f"{place}/link.tenure")
        tenure("fmt", f"{place}/link.tenure")
        assert os.path.islink(f"{place}/link.tenure")
        with open(f"{place}/real.tenure", encoding="utf-8") as file:
            equal(file.read(), "module demo\n")
        equal(stat.S_IMODE(os.stat(f"{place}/real.tenure").st_mode), 0o640)
        equal(sorted(os.listdir(place)), ["link.tenure", "real.tenure"])


def test_saving_touches_no_other_file():
    with folder() as place:
        write(f"{place}/p.tenurec.new", "mine")
        tenure("compile", POLICY, "-o", f"{place}/p.tenurec")
        with open(f"{place}/p.tenurec.new", encoding="utf-8") as file:
            equal(file.read(), "mine")
        mask = os.umask(0)
        os.umask(mask)
        equal(stat.S_IMODE(os.stat(f"{place}/p.tenurec").st_mode), 0o666 & ~mask)


def test_what_is_misspelt_is_known_again():
    contains(tenure("chek", code=2).err, "did you mean 'check'?")
    contains(tenure("help", "unknown_name", code=2).err, "did you mean 'unknown-name'?")
    assert "did you mean" not in tenure("help", "foo", code=2).err
    contains(tenure("check", "--jsn", code=2).err, "did you mean --json?")
    equal(tenure("-h").out, tenure("--help").out)
    equal(tenure("check", "-h").out, tenure("help", "check").out)


def test_colour_is_for_terminals_that_have_it():
    for env, colored in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        master, slave = pty.openpty()
        full = {**os.environ, "TERM": "xterm", **env}
        if "NO_COLOR" not in env:
            full.pop("NO_COLOR", None)
        subprocess.run([TENURE, "check", "nowhere.tenure"], stdin=slave, stdout=slave,
                       stderr=slave, env=full, timeout=60, check=False)
        os.close(slave)
        said = os.read(master, 65536)
        os.close(master)
        equal((env, b"\033[" in said), (env, colored))


def test_a_number_is_digits_alone():
    for number in (" -5", "-5", "+5", "5 ", "0x5", "", "18446744073709551616"):
        contains(tenure("apply", "nowhere.plan", "--max-delete", number, code=2).err,
                 "a number of records, or a share like 25%")
        contains(tenure("apply", "nowhere.plan", "--rate", number, code=2).err,
                 "a whole number from 0 to 4294967295")
    contains(tenure("apply", "nowhere.plan", "--max-delete", "101%", code=2).err, "a share")
    contains(tenure("test", "--coverage", "--min", "all", POLICY, code=2).err,
             "--min all: a whole number from 0 to 100")


def test_a_folder_is_laid_out_like_its_files():
    with folder() as place:
        contains(tenure("fmt", place, code=3).err, "holds no policy")
        for name in "ab":
            write(f"{place}/{name}.tenure", f"module   {name}\n")
        write(f"{place}/notes.txt", "module   c\n")
        equal(tenure("fmt", "--check", place, code=1).out,
              f"{place}/a.tenure\n{place}/b.tenure\n")
        tenure("fmt", f"{place}/")
        tenure("fmt", "--check", place)
        with open(f"{place}/notes.txt", encoding="utf-8") as file:
            equal(file.read(), "module   c\n")


def test_what_a_command_lacks_is_asked_for():
    contains(tenure("review", "list", code=2).err, "list of which deployment?")
    contains(tenure("review", "show", "d", code=2).err, "show takes a deployment and one key")
    contains(tenure("review", "lst", "d", code=2).err, "list, show or resolve")
    contains(tenure("ledger", "lst", code=2).err, "there is no `ledger lst`")
