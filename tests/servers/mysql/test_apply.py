"""tenure plan and apply on MySQL and MariaDB: what goes, what hinders, what others do meanwhile."""
import json
import subprocess
import threading

from mysql_support import (AT, CUSTOMERS, DEPLOYMENT, ITEMS, MANY, NUMBERS, POLICY, TENURE, THOUSAND,
                           DIGITS, Proxy, contains, equal, folder, os, policy, tenure, wait_until)

PLACE = "demo.item mysql db/item"


class Run:
    """A policy, a database of its own, a ledger."""

    def __init__(self, server, place, db, texts=(POLICY, DEPLOYMENT)):
        self.server, self.place, self.db = server, place, db
        self.path = policy(place, *texts)
        self.env = {"DB": server.url(db), "TENURE_LEDGER": f"{place}/l"}

    def plan(self, *more, code=0):
        return tenure("plan", self.path, "--at", AT, "-o", f"{self.place}/plan", *more,
                      env=self.env, code=code)

    def apply(self, *more, code=0):
        return tenure("apply", f"{self.place}/plan", "--yes", "--max-delete", "100%", *more,
                      env=self.env, code=code)

    def start(self, *more):
        return subprocess.Popen([TENURE, "apply", f"{self.place}/plan", "--yes", "--max-delete",
                                 "100%", *more], env={**os.environ, **self.env},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ask(self, sql):
        return self.server.ask(sql, self.db)

    def deleted(self):
        """What the ledger says was deleted, after a look that it is whole."""
        tenure("ledger", "verify", env=self.env)
        run = json.loads(tenure("ledger", "list", "--json", env=self.env).out.splitlines()[0])
        return run


def proven(run):
    """The ledger's number: of all outcomes of the place."""
    out = tenure("ledger", "verify", env=run.env).out
    return int(out.split(" outcomes, ")[1].split(" records")[0].replace(",", ""))


def test_what_is_due_goes_and_the_ledger_proves_it(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        contains(run.plan().out, "delete    6,667 (expired 3,334, event 3,333)")
        equal(run.ask("SELECT count(*) FROM item"), 10000)
        contains(run.apply().out, "6,667 of 6,667 deleted")
        equal(run.ask("SELECT count(*) FROM item WHERE customer_id = 2"), 3333)
        equal(run.ask("SELECT count(*) FROM item"), 3333)
        equal(proven(run), 6667)
        contains(tenure("ledger", "prove", "0", "--place", PLACE, env=run.env).out, "proof")
        tenure("ledger", "prove", "1", "--place", PLACE, env=run.env, code=1)
        equal(run.ask("SELECT count(*) FROM tenure_chunk"), 0)


def test_keys_of_text_and_of_several_columns(server):
    for key, value in (("k VARCHAR(30) COLLATE utf8mb4_general_ci, PRIMARY KEY(k)",
                        "concat(if(n % 2, 'Key\u00e9 ', 'kEY\u00e9 '), n)"),
                       ("k VARBINARY(30), PRIMARY KEY(k)", "concat(char(n % 256), n)"),
                       ("k VARCHAR(30) CHARACTER SET latin1, PRIMARY KEY(k)",
                        "concat('\u00fc', n)"),
                       ("k DATETIME(6), PRIMARY KEY(k)", "from_unixtime(n * 7000.25)"),
                       ("k DECIMAL(20,3), PRIMARY KEY(k)", "n / 8")):
        items = (f"CREATE TABLE item(customer_id INT, made VARCHAR(40), kind TEXT, {key});"
                 "INSERT INTO item SELECT n % 3 + 1, '2025-01-01T00:00:00Z', 'k', "
                 f"{value} FROM {THOUSAND};")
        with server.database(CUSTOMERS + items) as db, folder() as place:
            run = Run(server, place, db)
            run.plan()
            run.apply("--chunk-rows", "77")
            equal((key, run.ask("SELECT count(*) FROM item")), (key, 333))
            equal(run.ask("SELECT count(*) FROM item WHERE customer_id <> 2"), 0)
    items = ("CREATE TABLE item(a VARCHAR(9), customer_id INT, made VARCHAR(40), kind TEXT, b INT,"
             " PRIMARY KEY(a, b)); INSERT INTO item SELECT concat('k', n % 7), n % 3 + 1,"
             f" '2025-01-01T00:00:00Z', 'k', n FROM {THOUSAND};")
    with server.database(CUSTOMERS + items) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        run.apply("--chunk-rows", "50")
        equal(run.ask("SELECT count(*) FROM item"), 333)
        equal(proven(run), 667)
        contains(tenure("ledger", "prove", '["k0",0]', env=run.env).out, "proof")


def test_what_cannot_be_undone_is_not_begun(server):
    for engine in ("MyISAM",) + (("Aria",) if server.flavor == "mariadb" else ()):
        items = ITEMS.replace("kind TEXT)", f"kind TEXT) ENGINE={engine}")
        with server.database(CUSTOMERS + items + "INSERT INTO item VALUES"
                             " (1, 1, '2025-01-01T00:00:00Z', '')") as db, folder() as place:
            run = Run(server, place, db)
            contains(run.plan(code=1).out, f"is of the engine {engine}, whose deletes can't be undone")
            contains(run.apply(code=4).err, engine)
            equal(run.ask("SELECT count(*) FROM item"), 1)


def test_facts_that_cannot_be_locked_are_refused(server):
    with server.database(MANY + "ALTER TABLE customer ENGINE=MyISAM") as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        contains(run.apply(code=3).err, 'table "customer" decides about what is erased')
        equal(run.ask("SELECT count(*) FROM item"), 10000)


def test_triggers_and_cascades_are_refused_or_declared(server):
    trigger = "CREATE TRIGGER t BEFORE DELETE ON item FOR EACH ROW SET @x = 1;"
    with server.database(MANY + trigger) as db, folder() as place:
        run = Run(server, place, db)
        contains(run.plan(code=1).out, 'has triggers ("t")')
        contains(run.apply(code=4).err, "triggers")
    child = ("CREATE TABLE part(id INT PRIMARY KEY, item_id INT, FOREIGN KEY (item_id) REFERENCES"
             " item(id) ON DELETE CASCADE); INSERT INTO part VALUES (1, 0);")
    with server.database(MANY + child) as db, folder() as place:
        run = Run(server, place, db)
        contains(run.plan(code=1).out, 'table "part" has rows that would be deleted')
        run.apply(code=4)
        equal(run.ask("SELECT count(*) FROM item"), 10000)


def test_a_table_that_refers_to_itself(server):
    own = ("ALTER TABLE item ADD COLUMN parent INT, ADD FOREIGN KEY (parent) REFERENCES item(id)"
           " %s; UPDATE item SET parent = 3 WHERE id = 1; UPDATE item SET parent = 6 WHERE id = 9;")
    with server.database(MANY + own % "") as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        run.apply("--chunk-rows", "4000", code=None)  # 3 is referred to by 1, which is held
        equal(run.ask("SELECT count(*) FROM item WHERE customer_id <> 2"), 1)
    with server.database(MANY + own % "ON DELETE CASCADE") as db, folder() as place:
        run = Run(server, place, db)
        run.plan(code=None)
        run.apply(code=None)
        equal(run.ask("SELECT count(*) FROM item WHERE customer_id = 2"), 3333)


def test_a_row_that_is_referred_to_stays_and_the_others_go(server):
    child = ("CREATE TABLE part(id INT PRIMARY KEY, item_id INT, FOREIGN KEY (item_id) REFERENCES"
             " item(id)); INSERT INTO part VALUES (1, 0), (2, 3), (3, 3);")
    with server.database(MANY + child) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        run.apply(code=None)
        equal(run.ask("SELECT count(*) FROM item WHERE customer_id <> 2"), 2)
        equal(proven(run), 6665)


REDACTING = POLICY.replace("    retain 1 year from made\n", "    retain indefinitely\n"
                           "    redact kind after 100 days from made\n")


def test_redaction(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db, (REDACTING, DEPLOYMENT))
        run.plan()
        run.apply("--chunk-rows", "3000")
        equal(run.ask("SELECT count(*) FROM item"), 6667)
        equal(run.ask("SELECT count(*) FROM item WHERE kind IS NULL AND customer_id = 1"), 3334)
        equal(run.ask("SELECT count(*) FROM item WHERE kind IS NOT NULL AND customer_id = 2"),
              3333)
    with server.database(MANY + "ALTER TABLE item MODIFY kind TEXT NOT NULL") as db, \
            folder() as place:
        run = Run(server, place, db, (REDACTING, DEPLOYMENT))
        contains(run.plan(code=1).out, 'column "kind" NOT NULL: it can be replaced, not nulled')


def test_a_table_that_was_altered_since_the_plan_is_refused(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        server.sql("ALTER TABLE item ADD COLUMN other INT", db)
        contains(run.apply(code=4).err, "the table is not as it was when the plan was made")


def test_a_hold_between_plan_and_apply_is_honoured(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        server.sql("UPDATE customer SET held = 'now' WHERE id = 1", db)
        run.apply(code=None)
        equal(run.ask("SELECT count(*) FROM item"), 6667)
        equal(proven(run), 3333)


def test_a_hold_between_two_chunks_is_honoured(server):
    """Facts are read again only where they changed: a change of any kind is noticed."""
    for change, undone in (("UPDATE customer SET held = 'now' WHERE id = 1", False),
                           ("UPDATE customer SET id = 9 WHERE id = 1", False),
                           ("UPDATE customer SET held = 'now' WHERE id = 2", True)):
        with server.database(MANY) as db, folder() as place:
            run = Run(server, place, db)
            run.plan()
            process = run.start("--chunk-rows", "300", "--rate", "3000")
            wait_until(lambda: run.ask("SELECT count(*) FROM item") < 9500
                       or process.poll() is not None)
            server.sql(change, db)
            left = run.ask("SELECT count(*) FROM item WHERE customer_id = 1")
            process.communicate(timeout=60)
            after = run.ask("SELECT count(*) FROM item WHERE customer_id = 1")
            equal((change, after), (change, 0 if undone else left))
            assert undone or left > 100, left
            equal(proven(run), 10000 - run.ask("SELECT count(*) FROM item"))


class Session:
    """A second client with a transaction of its own."""

    def __init__(self, server, db):
        self.process = subprocess.Popen(server.client(db, "--unbuffered"), text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, sql):
        self.process.stdin.write(sql + "; SELECT 'done';\n")
        self.process.stdin.flush()
        while self.process.stdout.readline() != "done\n":
            pass

    def close(self):
        self.process.stdin.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def test_a_lock_is_waited_for_and_a_hold_under_it_counts(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        with Session(server, db) as other:
            other.say("BEGIN; UPDATE customer SET held = 'x' WHERE id = 1")
            process = run.start()
            wait_until(lambda: server.ask(
                "SELECT count(*) FROM information_schema.processlist WHERE info LIKE"
                " '%SHARE MODE%' AND info NOT LIKE '%processlist%'"))
            other.say("COMMIT")
            process.communicate(timeout=60)
        equal((run.ask("SELECT count(*) FROM item"), process.returncode in (0, 1)), (6667, True))
        equal(proven(run), 3333)


def test_a_lock_that_never_goes_stops_the_run_which_goes_on_later(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        with Session(server, db) as other:
            other.say("BEGIN; SELECT * FROM item WHERE id = 9000 FOR UPDATE")
            run.apply("--lock-wait", "3", "--chunk-rows", "2000", code=5)
            equal(run.ask("SELECT count(*) FROM item WHERE id < 8000 AND customer_id <> 2"), 0)
        run.apply("--chunk-rows", "2000")
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))


def test_many_facts_do_not_make_chunks_small(server):
    many = MANY + (f"INSERT INTO customer SELECT 10 + t.n + 10000 * d.n, NULL, NULL FROM {NUMBERS},"
                   f" {DIGITS} d;")
    with server.database(many) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        run.apply()
        out = tenure("ledger", "verify", env=run.env).out
        assert int(out.split(" entries, ")[1].split(" outcomes")[0]) <= 12, out
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))


def test_a_storm_of_others_who_update_hold_and_insert(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        stop = threading.Event()
        inserted = []

        def storm():
            number = 100000
            while not stop.is_set():
                number += 3
                server.sql(f"INSERT INTO item VALUES ({number}, 2, '2025-01-01T00:00:00Z', 'k');"
                           f"BEGIN; UPDATE item SET kind = 'u' WHERE id BETWEEN {number % 9000}"
                           f" AND {number % 9000 + 50}; UPDATE customer SET held = held WHERE"
                           " id = 2; COMMIT;"
                           "BEGIN; UPDATE customer SET gone_at = gone_at WHERE id = 3;"
                           f" UPDATE item SET kind = 'v' WHERE id = {number % 9000}; COMMIT", db,
                           code=None)
                inserted.append(number)

        threads = [threading.Thread(target=storm) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            run.apply("--chunk-rows", "400", code=None)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        equal(run.ask("SELECT count(*) FROM item WHERE id < 100000 AND customer_id <> 2"), 0)
        equal(run.ask("SELECT count(*) FROM item WHERE id < 100000"), 3333)
        equal(proven(run), 6667)


def finish(run, tries=12):
    """Applies until it comes to its end."""
    for _ in range(tries):
        done = run.apply("--chunk-rows", "500", code=None)
        if done.code == 0:
            return
        assert done.code in (3, 5), done.out + done.err
    raise AssertionError(done.err)


def test_a_connection_cut_anywhere_loses_and_repeats_nothing(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        proxy = Proxy(server.port)
        run.env["DB"] = server.url(db).replace(str(server.port), str(proxy.port))
        proxy.cut(9000, 21000, 24000, 31000, 12000, 27000, 33000, 45000)
        finish(run)
        proxy.close()
        assert proxy.cuts >= 6, proxy.cuts
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))


def test_a_commit_whose_answer_is_lost_is_found_out_about(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        proxy = Proxy(server.port)
        run.env["DB"] = server.url(db).replace(str(server.port), str(proxy.port))
        proxy.cut_answer_to(b"COMMIT")
        contains(run.apply("--chunk-rows", "500").out, "6,667 of 6,667 deleted")
        proxy.close()
        equal(proxy.cuts, 1)
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))


def test_the_server_killed_and_started_again(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        for left in (9000, 7500, 5000):
            process = run.start("--chunk-rows", "300", "--lock-wait", "20")
            wait_until(lambda left=left: run.ask("SELECT count(*) FROM item") < left
                       or process.poll() is not None)
            server.kill()
            server.start()
            process.communicate(timeout=60)
            if process.returncode == 0:  # it waited, and went on
                break
        else:
            finish(run)
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))


CHUNKS = ("CREATE TABLE tenure_chunk(run VARBINARY(64) NOT NULL, place VARBINARY(600) NOT NULL,"
          " chunk BIGINT NOT NULL, redacts TINYINT, count BIGINT, watermark BIGINT, is_end TINYINT,"
          " root VARBINARY(32), last_key LONGBLOB, leaves LONGBLOB,"
          " PRIMARY KEY(run, place, chunk)) ROW_FORMAT=DYNAMIC DATA DIRECTORY='{}'")


def test_a_full_disk_undoes_the_chunk_and_the_run_goes_on_later(server):
    """The disk of the marker's table, which is the one that grows."""
    with server.database(MANY) as db, folder() as place:
        disk, size = os.path.abspath(f"{place}/disk"), 144 if server.flavor == "mariadb" else 120
        os.mkdir(disk)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", disk], check=False,
                          stderr=subprocess.DEVNULL).returncode != 0:
            print("# no right to mount a small disk: not tested")
            return
        try:
            server.sql(CHUNKS.format(disk), db)
            run = Run(server, place, db)
            run.plan()
            contains(run.apply("--chunk-rows", "10000", code=3).err, "full")
            equal(run.ask("SELECT count(*) FROM item"), 10000 - proven(run))
            subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
            run.apply("--chunk-rows", "10000")
            equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))
        finally:
            server.sql("DROP TABLE IF EXISTS tenure_chunk", db, code=None)
            subprocess.run(["umount", disk], check=True)


def test_tenure_killed_and_started_again(server):
    with server.database(MANY) as db, folder() as place:
        run = Run(server, place, db)
        run.plan()
        for left in (9500, 8000, 6000):
            process = run.start("--chunk-rows", "200")
            wait_until(lambda left=left: run.ask("SELECT count(*) FROM item") < left
                       or process.poll() is not None)
            process.kill()
            process.communicate()
        finish(run)
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))


def test_facts_elsewhere_and_an_old_copy_of_the_store(server):
    with server.database(MANY) as db, server.database(CUSTOMERS) as other, folder() as place:
        elsewhere = DEPLOYMENT.replace("store db", "store facts = mysql env FACTS\nstore db") \
                              .replace("from db table", "from facts table")
        run = Run(server, place, db, (POLICY, elsewhere))
        run.env["FACTS"] = server.url(other)
        run.plan()
        run.apply("--chunk-rows", "500")
        equal((run.ask("SELECT count(*) FROM item"), proven(run)), (3333, 6667))
        server.sql("UPDATE tenure_store SET watermark = 3", db)
        run.plan()
        contains(run.apply(code=4).err, "rearm")
