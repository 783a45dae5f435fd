"""Who asks, and whom to trust: TLS, client certificates, API keys, passwords, files of settings."""
import base64
import contextlib
import os
import subprocess

from fault_proxy import Answer, FaultProxy
from node import fill, index, logs, url, world
from support import contains, equal, write


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def authority(place, name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
            f"/CN={name}", "-keyout", f"{place}/{name}.key", "-out", f"{place}/{name}.pem")
    return f"{place}/{name}.pem"


def certificate(place, name, signer, host="localhost"):
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}", "-keyout",
            f"{place}/{name}.key", "-out", f"{place}/{name}.csr")
    write(f"{place}/{name}.ext", f"subjectAltName=DNS:{host}")
    openssl("x509", "-req", "-in", f"{place}/{name}.csr", "-CA", f"{place}/{signer}.pem", "-CAkey",
            f"{place}/{signer}.key", "-CAcreateserial", "-days", "2", "-extfile",
            f"{place}/{name}.ext", "-out", f"{place}/{name}.pem")
    return f"{place}/{name}.pem", f"{place}/{name}.key"


def only(header):
    """A script that lets nobody in but who sends this Authorization header."""
    def script(request):
        if request.headers.get("authorization") == header:
            return None
        return Answer(401, b'{"error":{"root_cause":[{"type":"security_exception","reason":'
                           b'"missing authentication credentials"}]},"status":401}')
    return script


@contextlib.contextmanager
def documents():
    with index("t_auth") as name, world(name) as w:
        fill(name, logs(5))
        yield w


def works(w, address):
    equal(w.address(address).eval("--json").json()["placements"][0]["records"], 5)


def fails(w, address, message, secret=None):
    done = w.address(address).eval(code=3)
    contains(done.err, message)
    assert secret is None or secret not in done.err + done.out, done.err


def test_an_api_key_is_sent_and_never_shown():
    with documents() as w, FaultProxy(url(), only("ApiKey c2VjcmV0OmtleQ==")) as proxy:
        works(w, f"{proxy.url} api_key=c2VjcmV0OmtleQ==")
        fails(w, f"{proxy.url} api_key=wrongsecret", "it does not know who asks (401)",
              "wrongsecret")
        fails(w, proxy.url, "set api_key=, or user=")


def test_a_user_and_password_are_sent_and_never_shown():
    header = "Basic " + base64.b64encode(b"reader:pass:word").decode()
    with documents() as w, FaultProxy(url(), only(header)) as proxy:
        works(w, f"{proxy.url} user=reader password=pass:word")
        works(w, proxy.url.replace("http://", "http://reader:pass:word@"))
        fails(w, proxy.url.replace("http://", "http://reader:wrongsecret@"), "(401)",
              "wrongsecret")


def test_what_may_not_be_done_is_told():
    def script(request):
        if "_refresh" in request.path:
            return Answer(403, b'{"error":{"type":"security_exception","reason":"no rights"}}')
        return None
    with documents() as w, FaultProxy(url(), script) as proxy:
        fails(w, proxy.url, "it does not allow that (403): no rights")


def test_settings_may_lie_in_a_file_that_nobody_else_reads():
    with documents() as w, FaultProxy(url(), only("ApiKey verysecret")) as proxy:
        path = write(f"{w.place}/search.conf", f"# the node\n{proxy.url}\napi_key=verysecret\n")
        os.chmod(path, 0o600)
        works(w, f"@{path}")
        works(w, f"@{path} timeout=5")
        os.chmod(path, 0o640)
        fails(w, f"@{path}", "others may read it; chmod 600 it", "verysecret")
        fails(w, f"@{w.place}/none", "No such file")


def test_the_node_is_trusted_by_its_authority_alone():
    with documents() as w:
        ca, other = authority(w.place, "ca"), authority(w.place, "other")
        good = certificate(w.place, "node", "ca")
        with FaultProxy(url(), certificate=(*good, None)) as proxy:
            works(w, f"{proxy.url} ca={ca}")
            fails(w, proxy.url, "gave no whole answer: SSL certificate problem")
            fails(w, f"{proxy.url} ca={other}", "SSL certificate problem")
            fails(w, f"{proxy.url} ca={w.place}/none.pem", "gave no whole answer")
            fails(w, f"{proxy.url.replace('localhost', '127.0.0.1')} ca={ca}",
                  "gave no whole answer")
            fails(w, f"{proxy.url.replace('https', 'http')} timeout=1 patience=1",
                  "gave no whole answer")


def test_a_client_shows_its_certificate():
    with documents() as w:
        ca = authority(w.place, "ca")
        node, me = certificate(w.place, "node", "ca"), certificate(w.place, "me", "ca")
        with FaultProxy(url(), certificate=(*node, ca)) as proxy:
            works(w, f"{proxy.url} ca={ca} cert={me[0]} key={me[1]}")
            fails(w, f"{proxy.url} ca={ca} timeout=1 patience=1", "gave no whole answer")
            fails(w, f"{proxy.url} ca={ca} cert={me[0]}", "cert= and key= go together")


def test_deleting_over_tls():
    with documents() as w:
        ca = authority(w.place, "ca")
        with FaultProxy(url(), only("ApiKey k"),
                        certificate=(*certificate(w.place, "node", "ca"), None)) as proxy:
            w.address(f"{proxy.url} ca={ca} api_key=k").plan()
            contains(w.apply().out, "5 of 5 deleted")


def test_an_address_that_is_none_is_told():
    with documents() as w:
        for address, message in (
                ("localhost:9200", "it is neither a node"), ("timeout=5", "it names no node"),
                ("http://", "a node has no name"), ("http://x:1 colour=red", "no setting \"colour\""),
                ("http://x:1/index?q", "nothing after it"),
                ("http://x:1 api_key=a user=b", "both an api_key and a user"),
                ("http://x:1 timeout=0", "from 1 to 86400"),
                ("http://x:1 timeout=ten", "whole seconds"), ("ftp://x", "neither a node")):
            fails(w, address, message)


def test_the_environments_proxy_is_not_asked():
    with documents() as w:
        w.env["http_proxy"] = "http://127.0.0.1:1"
        works(w, url())
