#!/usr/bin/env python3
"""plan and apply on MariaDB and MySQL 8 against statements written by hand for the same rows:
ratios, of one run on one machine, by the clock and by CPU time (the server's and the client's, as
other programs disturb the clock). ROWS= how many. pt-archiver is measured where it is installed."""
import os
import resource
import shutil
import subprocess
import sys
import time

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, "tests/servers/mysql")
sys.dont_write_bytecode = True
from mysql_support import AT, DIGITS, TENURE, Server, folder, policy, tenure  # noqa: E402

ROWS = int(os.environ.get("ROWS", "400000"))
CUTOFF = "2025-11-23 00:00:00"
FILL = (f"INSERT INTO item SELECT n + 1, n % 1000 + 1, '2024-11-23' + interval n * 730 * 86400 div"
        f" {ROWS} second, repeat(char(97 + n % 26), 200) FROM (SELECT a.n + 10 * b.n + 100 * c.n +"
        f" 1000 * d.n + 10000 * e.n + 100000 * f.n AS n FROM {DIGITS} a, {DIGITS} b, {DIGITS} c,"
        f" {DIGITS} d, {DIGITS} e, {DIGITS} f) t WHERE n < {ROWS};")
TABLES = ("CREATE TABLE customer(id INT PRIMARY KEY, gone_at DATETIME, held DATE);"
          f"INSERT INTO customer SELECT a.n + 10 * b.n + 100 * c.n + 1, NULL, NULL FROM {DIGITS} a,"
          f" {DIGITS} b, {DIGITS} c;"
          "CREATE TABLE item(id INT PRIMARY KEY, customer_id INT, made TIMESTAMP NULL,"
          f" kind VARCHAR(250)); {FILL} CREATE TABLE by_hand LIKE item;"
          "INSERT INTO by_hand SELECT * FROM item; CREATE TABLE archived LIKE item;"
          "INSERT INTO archived SELECT * FROM item;")
COUNTS = (f"SELECT sum(made <= '{CUTOFF}'), sum(made > '{CUTOFF}'), sum(made IS NULL) FROM item"
          " JOIN customer c ON c.id = customer_id WHERE c.held IS NULL")


def cpu_of(server):
    """Of the server, and of all programs that were waited for."""
    with open(f"/proc/{server.facts['MYSQL_SERVER_PID']}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + used.ru_utime
            + used.ru_stime)


def timed(server, work):
    """Seconds by the clock, and of CPU time."""
    start, cpu = time.monotonic(), cpu_of(server)
    work()
    return time.monotonic() - start, cpu_of(server) - cpu


def least(server, work):
    return tuple(map(min, zip(*(timed(server, work) for _ in range(3)))))


def show(what, mine, other=None, more=""):
    ratios = "" if other is None else "".join(f" {a / b:5.2f}x" for a, b in zip(mine, other))
    print(f"  {what:22} {mine[0]:6.2f} s, CPU {mine[1]:5.2f} s {ratios}{more}")


def delete_by_hand(server, db):
    """Key ranges of 10,000, in one session."""
    server.sql("".join(f"DELETE FROM by_hand WHERE id > {first} AND id <= {first + 10000} AND made"
                       f" <= '{CUTOFF}';" for first in range(0, ROWS, 10000)), db)


def archive(server, db):
    subprocess.run(["pt-archiver", "--source",
                    f"h=127.0.0.1,P={server.port},u=tenure,p=tenure,D={db},t=archived", "--purge",
                    "--where", f"made <= '{CUTOFF}'", "--limit", "10000", "--bulk-delete",
                    "--commit-each", "--no-check-charset"], check=True, capture_output=True)


def apply(env, place):
    done = subprocess.run(["/usr/bin/time", "-f", "%M", TENURE, "apply", f"{place}/plan", "--yes",
                           "--max-delete", "100%"], env=env, capture_output=True, text=True,
                          check=True)
    return int(done.stderr.split()[-1]) // 1024


def measure(server):
    with server.database(TABLES) as db, folder() as place:
        env = {"DB": server.url(db), "TENURE_LEDGER": f"{place}/l"}
        path = policy(place)
        server.sql(COUNTS, db)
        print(f"{server.flavor}, {ROWS:,} rows, half of them due")
        selected = least(server, lambda: server.sql(COUNTS, db))
        show("SELECT of three counts", selected)
        show("eval", least(server, lambda: tenure("eval", path, "--at", AT, env=env)), selected)
        show("plan", least(server, lambda: tenure("plan", path, "--at", AT, "-o", f"{place}/plan",
                                                  env=env)), selected)
        by_hand = timed(server, lambda: delete_by_hand(server, db))
        show("DELETE by key ranges", by_hand)
        memory = []
        applied = timed(server, lambda: memory.append(apply({**os.environ, **env}, place)))
        show("apply, evidence keys", applied, by_hand, f", {memory[0]} MiB")
        if shutil.which("pt-archiver"):
            show("pt-archiver, bulk", timed(server, lambda: archive(server, db)), by_hand)


def main():
    for flavor in sys.argv[1:] or ("mariadb", "mysql8"):
        server = Server(flavor)
        if server.control("need")[0] != 0:
            print(f"{flavor}: skipped, {server.control('need')[2].strip()}")
            continue
        server.start()
        try:
            measure(server)
        finally:
            server.stop()


main()
