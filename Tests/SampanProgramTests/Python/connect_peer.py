"""A Connect and gRPC-Web client that we did not write (connectrpc, pyqwest), as a program of a hospital.

connect_peer.py calls|talk|hold ADDRESS IDENTITY TRUST TARGET, through the doors of the node at ADDRESS:

- calls: sampan.test.v1.FourKindsService and the health of TARGET, in each protocol; prints one line for each call.
- talk: one call both of whose directions are open: each message is sent when the one before has been answered.
- hold: the same, but it never says that it has ended; for who wants to kill it.

Messages go as they are: the codecs know nothing of protobuf.
"""

import json
import queue
import sys

from connectrpc.client import ConnectClientSync
from connectrpc.compression.gzip import GzipCompression
from connectrpc.errors import ConnectError
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from connectrpc.protocol import ProtocolType
from pyqwest import HTTPVersion, SyncClient, SyncHTTPTransport


class Wire:
    """Messages of bytes, for `proto`."""

    def name(self):
        return "proto"

    def encode(self, message):
        return message

    def decode(self, data, message_class):
        return bytes(data)


class Text:
    """Messages of Python's own values, for `json`."""

    def name(self):
        return "json"

    def encode(self, message):
        return json.dumps(message).encode()

    def decode(self, data, message_class):
        return json.loads(bytes(data))


def method(name, kind=StreamType.UNARY, level=IdempotencyLevel.UNKNOWN, service="sampan.test.v1.FourKindsService"):
    return MethodInfo(name=name, service_name=service, input=bytes, output=bytes, stream_type=kind, idempotency_level=level)


def talk(http, address, headers, is_endless):
    answers = queue.Queue()

    def requests():
        for number in range(1, 4):
            yield {"number": number}
            print("answered", answers.get(), flush=True)
        if is_endless:
            answers.get()

    client = ConnectClientSync(f"https://{address}", codec=Text(), http_client=http)
    kind = method("Chat", StreamType.BIDI_STREAM)
    for message in client.execute_bidi_stream(request=requests(), method=kind, headers=headers):
        answers.put(message["number"])
    print("ended", flush=True)


def main():
    mode, address, identity, trust, target = sys.argv[1:]
    with open(identity, "rb") as file:
        own = file.read()
    with open(trust, "rb") as file:
        roots = file.read()
    headers = {"sampan-to": target} if target else {}
    check = method("Check", level=IdempotencyLevel.NO_SIDE_EFFECTS, service="grpc.health.v1.Health")
    with SyncHTTPTransport(tls_ca_cert=roots, tls_key=own, tls_cert=own, http_version=HTTPVersion.HTTP2) as transport:
        http = SyncClient(transport)
        if mode != "calls":
            return talk(http, address, headers, mode == "hold")
        for protocol, codec, compression in [
            (ProtocolType.CONNECT, Wire(), None),
            (ProtocolType.CONNECT, Text(), None),
            (ProtocolType.CONNECT, Wire(), GzipCompression()),
            (ProtocolType.CONNECT, Text(), GzipCompression()),
            (ProtocolType.GRPC_WEB, Wire(), None),
            (ProtocolType.GRPC_WEB, Wire(), GzipCompression()),
        ]:
            client = ConnectClientSync(
                f"https://{address}", codec=codec, protocol=protocol, http_client=http, send_compression=compression)
            is_json = codec.name() == "json"

            def small(number):
                return {"number": number} if is_json else bytes([0x10, number])

            def number(message):
                return message.get("number", 0) if is_json else (message[1] if message else 0)

            kind = f"{protocol.name} {codec.name()}{' gzip' if compression else ''}"
            reply = client.execute_unary(request=small(1), method=method("Do"), headers=headers)
            print(kind, "unary", number(reply))
            stream = client.execute_server_stream(request=small(3), method=method("Watch", StreamType.SERVER_STREAM), headers=headers)
            print(kind, "server", [number(message) for message in stream])
            reply = client.execute_client_stream(
                request=iter([small(3), small(4)]), method=method("Collect", StreamType.CLIENT_STREAM), headers=headers)
            print(kind, "client", number(reply))
            stream = client.execute_bidi_stream(request=iter([small(0)] * 3), method=method("Chat", StreamType.BIDI_STREAM), headers=headers)
            print(kind, "both", len(list(stream)))
            try:
                client.execute_unary(request={"number": -1} if is_json else bytes([0x10] + [255] * 9 + [1]), method=method("Do"), headers=headers)
            except ConnectError as error:
                print(kind, "error", error.code.name, error.message, len(error.details))
            try:
                client.execute_unary(request=small(1), method=method("Do"), headers={"sampan-to": "4699010009"})
            except ConnectError as error:
                print(kind, "nobody", error.code.name)
            try:
                client.execute_unary(request={} if is_json else b"", method=method("Default"), headers=headers, timeout_ms=300)
            except ConnectError as error:
                print(kind, "late", error.code.name)
            if protocol == ProtocolType.CONNECT:
                reply = client.execute_unary(request={} if is_json else b"", method=check, headers=headers, use_get=True)
                print(kind, "get", reply["status"] if is_json else reply.hex())


main()
