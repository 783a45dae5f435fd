"""What the tests of the adapter share: the node, indices, and a small deployment."""
import contextlib
import json
import os
import socket
import urllib.error
import urllib.request

from support import database, folder, tenure, write

AT = "2026-11-23T00:00:00Z"
POLICY = """module shop.logs "Logs"

entity customer "A customer" {
    event terminated "Use of the service terminated"
}

purpose audit "Audits"

category log "Log" of customer {
    fields {
        made  : timestamp @created "When it was written"
        best  : timestamp "Best before"
        dated : date "The day it is of"
        level : string "How bad it is"
        times : int "How often"
        tags  : list<string> "Tags"
        about : map<string, dyn> "Details"
    }
    purpose audit
    stored in search as primary
    retain 7 days from made when level == "debug"
    retain 1 year from made
    on customer.terminated delete within 30 days
    flag when times != null && times < 0 because "a count below zero"
    flag when best != null && best > timestamp("2030-01-01T00:00:00.000000001Z") because "too far ahead"
    flag when dated == timestamp("1999-12-31T00:00:00Z") because "a day nobody had"
    flag when tags != null && "broken" in tags because "it is broken"
    flag when about != null && has(about.kind) && about.kind == "odd" because "it is odd"
}
"""
DEPLOYMENT = """deployment shop.live of shop.logs

store es = elasticsearch env SHOP_SEARCH
store db = sqlite env SHOP_DB

entity customer from db table "customer" key id {
    terminated = terminated_at
    hold_from  = held_at
}

bind shop.logs.log {
    search as primary to es index "%s" {
        customer = customer
    }
}
"""
CUSTOMERS = """CREATE TABLE customer(id TEXT PRIMARY KEY, terminated_at TEXT, held_at TEXT);
INSERT INTO customer VALUES ('a', NULL, NULL), ('b', '2026-10-01T00:00:00Z', NULL),
    ('c', NULL, '2026-01-01T00:00:00Z'), ('7', NULL, NULL);
"""
MAPPING = {"properties": {
    "made": {"type": "date"}, "best": {"type": "date_nanos"},
    "dated": {"type": "date", "format": "yyyy-MM-dd"}, "level": {"type": "keyword"},
    "times": {"type": "long"}, "tags": {"type": "keyword"}, "customer": {"type": "keyword"},
    "about": {"type": "object", "enabled": False}}}


def free_port():
    """One that nobody uses now, and with it the one 100 above."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 100))
                return port
            except (OSError, OverflowError):
                pass


def url():
    return os.environ["ELASTICSEARCH_URL"]


def ask(method, path, body=None, code=200):
    """The node's answer as JSON; an assertion that its status is `code` (None: any)."""
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
    request = urllib.request.Request(url() + path, method=method,
                                     data=None if body is None else body.encode(),
                                     headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    assert code is None or status == code, f"{method} {path}: {status} {text[:500]}"
    return json.loads(text or b"{}")


@contextlib.contextmanager
def index(name, mapping=None, settings=None):
    """A new index of that name, gone afterwards."""
    ask("DELETE", f"/{name}", code=None)
    ask("PUT", f"/{name}", {"settings": {"number_of_replicas": 0, **(settings or {})},
                            "mappings": mapping or MAPPING})
    try:
        yield name
    finally:
        for block in ("read_only", "read_only_allow_delete", "write"):
            ask("PUT", f"/{name}/_settings", {f"index.blocks.{block}": None}, code=None)
        ask("DELETE", f"/{name}", code=None)


def fill(name, documents, refresh=True, op="index"):
    """Documents by _id, in bulks; a document may have _routing."""
    lines = []
    for key, document in documents.items():
        document = dict(document)
        about = {} if key is None else {"_id": key}
        if "_routing" in document:
            about["routing"] = document.pop("_routing")
        lines += [json.dumps({op: about}), json.dumps(document)]
    for at in range(0, len(lines), 20000):
        done = ask("POST", f"/{name}/_bulk", "\n".join(lines[at:at + 20000]) + "\n")
        assert not done["errors"], done["items"][:2]
    if refresh:
        ask("POST", f"/{name}/_refresh")


def count(name):
    ask("POST", f"/{name}/_refresh")
    return ask("GET", f"/{name}/_count")["count"]


def keys(name):
    ask("POST", f"/{name}/_refresh")
    found = ask("POST", f"/{name}/_search", {"size": 10000, "_source": False})
    return sorted(hit["_id"] for hit in found["hits"]["hits"])


class World:
    """A folder with policy, deployment and facts, and the commands over it."""

    def __init__(self, place, name, customers=CUSTOMERS, address=None):
        self.place = place
        os.makedirs(f"{place}/shop")
        write(f"{place}/shop/logs.tenure", POLICY)
        self.deployment = write(f"{place}/live.tenure", DEPLOYMENT % name)
        self.env = {"SHOP_DB": database(f"{place}/s.db", customers),
                    "SHOP_SEARCH": address or url(),
                    "TENURE_LEDGER": f"{place}/s.ledger"}
        self.plan_file = f"{place}/plan.json"

    def address(self, words):
        self.env["SHOP_SEARCH"] = words
        return self

    def eval(self, *more, code=0, at=AT):
        return tenure("eval", self.deployment, "--path", self.place, "--at", at, *more,
                      env=self.env, code=code)

    def forecast(self, *more):
        return tenure("forecast", self.deployment, "--path", self.place, "--at", AT, "--json",
                      *more, env=self.env).json()

    def plan(self, *more, code=0, at=AT):
        return tenure("plan", self.deployment, "--path", self.place, "--at", at, "-o",
                      self.plan_file, *more, env=self.env, code=code)

    def apply(self, *more, code=0):
        return tenure("apply", self.plan_file, "--yes", "--max-delete", "100%", *more,
                      env=self.env, code=code)

    def verify(self):
        return tenure("ledger", "verify", env=self.env)

    def sql(self, sql):
        import sqlite3
        with sqlite3.connect(self.env["SHOP_DB"], timeout=10) as db:
            return db.execute(sql).fetchall()


@contextlib.contextmanager
def world(name, **more):
    with folder() as place:
        yield World(place, name, **more)


OLD = "2024-01-01T00:00:00Z"
NEW = "2026-11-01T00:00:00Z"


def logs(size, **fields):
    """Documents that are due, by _id."""
    return {str(i): {"made": OLD, "customer": "a", "level": "info", **fields}
            for i in range(size)}
