"""tenure apply --max-lag: chunks wait for a real replica."""
import contextlib

import os
import subprocess
import time

from mysql_support import (AT, MANY, TENURE, Server, contains, equal, folder, policy, tenure,
                           wait_until)


@contextlib.contextmanager
def pair(server):
    """The server with a binary log, and a second one that follows it."""
    second = Server(server.flavor, at_port=server.port + 1)
    server.stop()
    server.start(SERVER_OPTS="--log-bin=binlog --server-id=1")
    try:
        second.start(SERVER_OPTS="--server-id=2")
        file, position = server.sql("FLUSH BINARY LOGS; SHOW MASTER STATUS")[0][:2]
        key = ", GET_MASTER_PUBLIC_KEY=1" if server.flavor == "mysql8" else ""
        second.sql(f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={server.port},"
                   " MASTER_USER='tenure', MASTER_PASSWORD='tenure', MASTER_CONNECT_RETRY=1,"
                   f" MASTER_LOG_FILE='{file}', MASTER_LOG_POS={position}{key}; START SLAVE")
        yield second
    finally:
        second.control("purge")
        server.stop()
        server.start()


def still(count):
    """The number that it stays at for two seconds."""
    last, since = count(), time.monotonic()
    end = since + 60
    while time.monotonic() < since + 2:
        assert time.monotonic() < end, "it never stood still"
        if count() != last:
            last, since = count(), time.monotonic()
        time.sleep(0.1)
    return last


def test_chunks_wait_for_the_replica(server):
    with pair(server) as second, server.database(MANY) as db, folder() as place:
        wait_until(lambda: second.sql("SELECT count(*) FROM item", db, code=None) == [["10000"]])
        env = {"DB": server.url(db, more=f"?replica=127.0.0.1:{second.port}"),
               "TENURE_LEDGER": f"{place}/l"}
        tenure("plan", policy(place), "--at", AT, "-o", f"{place}/plan", env=env)
        apply = ("apply", f"{place}/plan", "--yes", "--max-delete", "100%", "--max-lag", "1")
        contains(tenure(*apply, env={**env, "DB": server.url(db)}, code=4).err, "names no replica")
        gone = {**env, "DB": server.url(db, more="?replica=127.0.0.1:1")}
        contains(tenure(*apply, env=gone, code=4).err, "its replica: ")
        second.sql("STOP SLAVE SQL_THREAD")  # it does not follow
        process = subprocess.Popen([TENURE, *apply, "--chunk-rows", "100", "--rate", "1200"],
                                   env={**os.environ, **env}, stdout=subprocess.DEVNULL)
        equal(still(lambda: server.ask("SELECT count(*) FROM item", db)), 10000)
        lock = subprocess.Popen(second.client(db), stdin=subprocess.PIPE, text=True)
        lock.stdin.write("LOCK TABLES item READ;\n")
        lock.stdin.flush()
        second.sql("START SLAVE SQL_THREAD")  # it follows, later and later
        wait_until(lambda: server.ask("SELECT count(*) FROM item", db) < 10000)
        left = still(lambda: server.ask("SELECT count(*) FROM item", db))
        assert 3333 < left < 10000 and process.poll() is None, left
        lock.stdin.close()
        lock.wait()
        equal(process.wait(60), 0)
        wait_until(lambda: second.ask("SELECT count(*) FROM item", db) == 3333)
