"""What the tests against MySQL and MariaDB share."""
import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, "tests/cli")
from support import AT, BUILD, TENURE, contains, equal, folder, tenure, write  # noqa: F401,E402

HERE = "tests/servers/mysql"
numbers = itertools.count(1)


class Server:
    """A server of one flavour: "mariadb" or "mysql8"; of another port it is another one."""

    def __init__(self, flavor, at_port=None):
        self.flavor, self.facts = flavor, {}
        self.env = {} if at_port is None else {"MYSQL_PORT": str(at_port)}

    def control(self, action, **env):
        env = {**self.env, **env}
        done = subprocess.run([f"{HERE}/server", self.flavor, action], capture_output=True,
                              text=True, env={**os.environ, "BUILD": BUILD, **env}, check=False)
        return done.returncode, done.stdout, done.stderr

    def start(self, **env):
        code, out, err = self.control("start", **env)
        assert code == 0, err
        self.facts = dict(line.split("=", 1) for line in out.splitlines())

    def stop(self):
        self.control("stop")

    def kill(self):
        self.control("kill")

    @property
    def port(self):
        return int(self.facts["MYSQL_PORT"])

    def url(self, database, user="tenure:tenure", more="", host=None):
        return f"mysql://{user}@{host or '127.0.0.1'}:{self.port}/{database}{more}"

    def client(self, database="", *more):
        """The command of a client that is the server's own user."""
        return ["mariadb", "--no-defaults", "--protocol=socket",
                f"--socket={self.facts['MYSQL_SOCKET']}", "--user=tenure", "--password=tenure",
                "--default-character-set=utf8mb4", "--batch", "--skip-column-names", "--raw",
                *more, *([database] if database else [])]

    def sql(self, text, database="", code=0):
        """Runs statements; the rows as lists of texts."""
        done = subprocess.run(self.client(database), input=text.encode(), capture_output=True,
                              check=False)
        assert code is None or done.returncode == code, done.stderr.decode() + text[:500]
        return [line.split("\t") for line in done.stdout.decode().splitlines()]

    def ask(self, text, database=""):
        """One number."""
        return int(self.sql(text, database)[0][0])

    @contextlib.contextmanager
    def database(self, sql="", options="CHARACTER SET utf8mb4"):
        """A new database, gone afterwards."""
        name = f"tenure_t{next(numbers)}"
        self.sql(f"DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} {options}")
        try:
            self.sql("SET sql_mode='', time_zone='+00:00';" + sql, name)
            yield name
        finally:
            self.sql(f"SET lock_wait_timeout=5; DROP DATABASE IF EXISTS {name}", code=None)


def wait_until(true, seconds=20):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


POLICY = """module demo "Demo"
entity customer "Customer" { event gone "Gone" }
purpose p "P"
basis b "B"
category item "Item" of customer @personal {
    fields {
        made  : timestamp @created "Made"
        kind  : string             "Kind"
    }
    purpose p
    basis   b
    stored in mysql as primary
    retain 1 year from made
    on customer.gone delete within 30 days
}
"""
DEPLOYMENT = """deployment demo.here of demo
store db = mysql env DB
entity customer from db table "customer" key id {
    gone = gone_at
    hold = held != null
}
bind demo.item { mysql as primary to db table "item" { customer = customer_id } }
"""

DIGITS = "(SELECT 0 n " + "".join(f"UNION SELECT {i} " for i in range(1, 10)) + ")"
THOUSAND = (f"(SELECT a.n + 10 * b.n + 100 * c.n AS n FROM {DIGITS} a, {DIGITS} b, {DIGITS} c) t")
NUMBERS = (f"(SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n AS n FROM {DIGITS} a, {DIGITS} b,"
           f" {DIGITS} c, {DIGITS} d) t")
CUSTOMERS = ("CREATE TABLE customer(id INT PRIMARY KEY, gone_at VARCHAR(40), held TEXT);"
             "INSERT INTO customer VALUES (1, NULL, NULL), (2, NULL, 'yes'),"
             " (3, '2025-06-01T00:00:00Z', NULL);")
ITEMS = "CREATE TABLE item(id INT PRIMARY KEY, customer_id INT, made VARCHAR(40), kind TEXT);"
# of every three, one is held, one of a customer who is gone, one only old
MANY = (CUSTOMERS + ITEMS + "INSERT INTO item SELECT n, n % 3 + 1, '2025-01-01T00:00:00Z', 'k'"
        f" FROM {NUMBERS};")


def policy(place, text=POLICY, deployment=DEPLOYMENT):
    """A policy and a deployment of it; the deployment's path."""
    write(f"{place}/demo.tenure", text)
    return write(f"{place}/here.tenure", deployment)


class Proxy:
    """Passes connections on to the server, and cuts them: `cut(n, ...)` each time that the
    server has sent so many bytes more."""

    def __init__(self, port):
        self.to = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.left = self.request = None
        self.next = []
        self.cuts = 0
        self.open = True
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self, *after):
        self.left, *self.next = after

    def cut_answer_to(self, request):
        """Passes on the next request that ends so, and nothing that comes back."""
        self.request = request

    def close(self):
        self.open = False
        self.listener.close()

    def _listen(self):
        while self.open:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for a, b, counted in ((client, server, False), (server, client, True)):
                threading.Thread(target=self._pass, args=(a, b, counted), daemon=True).start()

    def _pass(self, from_, to, counted):
        try:
            while data := from_.recv(1 << 14):
                if not counted and self.request and data.endswith(self.request):
                    self.request, self.left = None, 0
                if counted and self.left is not None:
                    self.left -= len(data)
                    if self.left < 0:
                        self.left = self.next.pop(0) if self.next else None
                        self.cuts += 1
                        break
                to.sendall(data)
        except OSError:
            pass
        for end in (from_, to):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
