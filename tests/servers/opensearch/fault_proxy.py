"""An HTTP proxy in front of one node that does to requests what a test tells it.

    with FaultProxy(node_url, script) as proxy:
        ... proxy.url ...

`script(request)` is asked for each request, which has method, path, headers and body, and
`forward()` that passes it on and gives the answer (status, headers, body). It returns an
answer to be sent, or one of the faults below; None passes the request on. TLS where
`certificate` is given: (file, key file, file of client authorities or None).
"""
import http.client
import ssl
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer:
    def __init__(self, status, body=b"{}", headers=()):
        self.status, self.body, self.headers = status, body, headers


class Lie(Answer):
    """Says that its body is so many bytes longer than it is, and hangs up."""

    def __init__(self, answer, more):
        super().__init__(answer.status, answer.body)
        self.more = more


class Half(Answer):
    """Half of the answer, and then silence for some seconds."""

    def __init__(self, answer, seconds=0.0):
        super().__init__(answer.status, answer.body)
        self.seconds = seconds


class Drip(Answer):
    """Some bytes of the answer, with pauses, for ever."""


class HangUp:
    """No answer at all."""


class Request:
    def __init__(self, proxy, method, path, headers, body):
        self.proxy, self.method, self.path = proxy, method, path
        self.headers, self.body = headers, body

    def forward(self):
        node = urllib.parse.urlsplit(self.proxy.node)
        connection = http.client.HTTPConnection(node.hostname, node.port, timeout=60)
        headers = {k: v for k, v in self.headers.items()
                   if k.lower() in ("content-type", "accept")}
        connection.request(self.method, self.path, body=self.body or None, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return Answer(answer.status, body)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def handle_one(self):
        size = int(self.headers.get("content-length") or 0)
        request = Request(self.server.proxy, self.command, self.path, self.headers,
                          self.rfile.read(size))
        self.server.proxy.seen.append((self.command, self.path))
        try:
            answer = self.server.proxy.script(request)
            if answer is None:
                answer = request.forward()
        except (OSError, http.client.HTTPException):
            answer = HangUp()
        try:
            self.reply(answer)
        except OSError:
            pass

    def reply(self, answer):
        if isinstance(answer, HangUp):
            self.close_connection = True
            return
        self.send_response(answer.status)
        length = len(answer.body) + (answer.more if isinstance(answer, Lie) else 0)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(length))
        for name, value in answer.headers if answer.headers else ():
            self.send_header(name, value)
        self.end_headers()
        self.send_body(answer)

    def send_body(self, answer):
        if isinstance(answer, Drip):
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.5)
                if self.server.proxy.is_over:
                    return
        elif isinstance(answer, Half):
            self.wfile.write(answer.body[:len(answer.body) // 2])
            self.wfile.flush()
            time.sleep(answer.seconds)
            self.close_connection = True
        else:
            self.wfile.write(answer.body)
            self.close_connection |= isinstance(answer, Lie)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # hung up in the middle: that is what it is for


class FaultProxy:
    def __init__(self, node, script=lambda request: None, certificate=None):
        self.node, self.script, self.seen, self.is_over = node, script, [], False
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.proxy = self
        scheme = "http"
        if certificate:
            file, key, authorities = certificate
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file, key)
            if authorities:
                context.load_verify_locations(authorities)
                context.verify_mode = ssl.CERT_REQUIRED
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            scheme = "https"
        self.url = f"{scheme}://localhost:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *what):
        self.is_over = True
        self.server.shutdown()
        self.server.server_close()
