"""A proxy in front of one broker that can do to its requests and answers what a test tells it.

    with KafkaProxy(port, on_request=..., on_answer=...) as proxy:
        ... proxy.place ...

Both are called with the request's kind (its key in the protocol) before the message is passed
on, in the thread of its connection, and may sleep; what returns False has the message dropped.
Where an answer names the broker's address, it names the proxy's instead.
"""
import socket
import struct
import threading

PRODUCE, FETCH, METADATA, DELETE_RECORDS = 0, 1, 3, 21
HOST = b"127.0.0.1"


def read_exactly(from_socket, size):
    data = b""
    while len(data) < size:
        more = from_socket.recv(size - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def read_message(from_socket):
    return read_exactly(from_socket, struct.unpack(">i", read_exactly(from_socket, 4))[0])


def delete_records(port, topic, offset):
    """What the topic's own age does: the records of partition 0 before `offset` go."""
    name = topic.encode()
    body = struct.pack(">hhihih", DELETE_RECORDS, 0, 1, -1, 1, len(name)) + name
    body += struct.pack(">iiqi", 1, 0, offset, 10000)
    with socket.create_connection(("127.0.0.1", port)) as broker:
        broker.sendall(struct.pack(">i", len(body)) + body)
        read_message(broker)


class KafkaProxy:
    def __init__(self, port, on_request=None, on_answer=None):
        self.port, self.on_request, self.on_answer = port, on_request, on_answer
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.own_port = self.listener.getsockname()[1]
        self.place = f"127.0.0.1:{self.own_port}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            broker = socket.create_connection(("127.0.0.1", self.port))
            kinds = {}
            for work in (self.pass_requests, self.pass_answers):
                threading.Thread(target=work, args=(client, broker, kinds), daemon=True).start()

    def pass_requests(self, client, broker, kinds):
        def put(message):
            kind, _, number = struct.unpack(">hhi", message[:8])
            kinds[number] = kind
            return kind, message
        pass_on(client, broker, put, self.on_request)

    def pass_answers(self, client, broker, kinds):
        theirs, ours = (HOST + struct.pack(">i", p) for p in (self.port, self.own_port))

        def put(message):
            return kinds.pop(struct.unpack(">i", message[:4])[0], None), message.replace(theirs, ours)
        pass_on(broker, client, put, self.on_answer)


def pass_on(source, target, look, script):
    try:
        while True:
            kind, message = look(read_message(source))
            if script is None or script(kind) is not False:
                target.sendall(struct.pack(">i", len(message)) + message)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
