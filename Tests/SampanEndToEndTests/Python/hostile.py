"""Bytes that are wrong on every layer below gRPC, each on a connection of its own. What comes back is printed as `name: value`.

usage: hostile.py PORT TRUST CERTIFICATE KEY
"""

import socket
import ssl
import struct
import sys

port, trust, certificate, key = int(sys.argv[1]), *sys.argv[2:]
PATIENCE = 20  # seconds; longer than the server's 10 s for a handshake
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, GOAWAY = 0, 1, 3, 4, 7
END_STREAM, END_HEADERS = 1, 4


def connect():
    return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)


def tls(protocols=("h2",), client=True, newest=None):
    context = ssl.create_default_context(cafile=trust)
    context.check_hostname = False
    if newest:
        context.maximum_version = newest
    if protocols:
        context.set_alpn_protocols(list(protocols))
    if client:
        context.load_cert_chain(certificate, key)
    return context.wrap_socket(connect())


def rest(connection):
    """All that comes until the other side closes. A reset counts as an end."""
    got = b""
    try:
        while piece := connection.recv(65536):
            got += piece
    except (ConnectionResetError, ssl.SSLError):
        pass
    return got


def closes(bytes_, half_close=False):
    with connect() as connection:
        try:
            connection.sendall(bytes_)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        rest(connection)
        return "closed"


def refused(**options):
    """TLS 1.3 lets a client come up before the server has judged it: then the alert comes with the first read."""
    try:
        with tls(**options) as connection:
            connection.sendall(PREFACE + frame(SETTINGS, 0, 0, b""))
            connection.recv(1)
            return "accepted"
    except (ssl.SSLError, ConnectionError):
        return "refused"


def frame(kind, flags, stream, payload):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def field(name, value):
    """A literal field without indexing or Huffman code (RFC 7541 section 6.2.2)."""
    return b"\x00" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()


def head(**changes):
    fields = {
        ":method": "POST", ":scheme": "https", ":path": "/sampan.payment.v1.PaymentService/GetPayment", ":authority": "x",
        "te": "trailers", "content-type": "application/grpc",
    }  # fmt: skip
    fields.update({name.replace("_", "-"): value for name, value in changes.items()})
    return b"".join(field(name, value) for name, value in fields.items())


def frames(connection):
    buffer = b""
    while True:
        while len(buffer) >= 9:
            length = int.from_bytes(buffer[:3], "big")
            if len(buffer) < 9 + length:
                break
            yield buffer[3], buffer[4], int.from_bytes(buffer[5:9], "big"), buffer[9 : 9 + length]
            buffer = buffer[9 + length :]
        piece = connection.recv(65536)
        if not piece:
            return
        buffer += piece


def answer(head_block, body=None):
    """What comes back on stream 1, in one word; then the connection must still serve stream 3."""
    with tls() as connection:
        flags = END_HEADERS | (END_STREAM if body is None else 0)
        connection.sendall(PREFACE + frame(SETTINGS, 0, 0, b"") + frame(HEADERS, flags, 1, head_block))
        if body is not None:
            connection.sendall(frame(DATA, END_STREAM, 1, body))
        first = ended(connection, 1)
        connection.sendall(frame(HEADERS, END_HEADERS, 3, head()) + frame(DATA, END_STREAM, 3, b"\0\0\0\0\0"))
        return first + " then " + ended(connection, 3)


def ended(connection, stream):
    for kind, flags, on, payload in frames(connection):
        if kind == GOAWAY:
            return "GOAWAY"
        if on == stream and kind == RST_STREAM:
            return "RST_STREAM"
        if on == stream and kind == HEADERS and flags & END_STREAM:
            # Status codes outside of HPACK's static table travel as three plain digits: a Huffman code would not be shorter.
            for status in (b"405", b"415"):
                if status in payload:
                    return status.decode()
            return "status"
    return "closed"


def not_http2():
    with tls() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        rest(connection)
        return "closed"


def broken_frame():
    with tls() as connection:
        # DATA on a stream that was never opened (RFC 9113 section 5.1): a connection error.
        connection.sendall(PREFACE + frame(SETTINGS, 0, 0, b"") + frame(DATA, 0, 5, b"x"))
        return "GOAWAY" if any(kind == GOAWAY for kind, *_ in frames(connection)) else "closed"


def oversize():
    with tls() as connection:
        connection.sendall(PREFACE + frame(SETTINGS, 0, 0, b"") + frame(HEADERS, END_HEADERS, 1, head()))
        connection.sendall(frame(DATA, 0, 1, b"\0" + struct.pack(">I", 0xFFFFFFFF) + b"x" * 100))
        return ended(connection, 1)


CASES = {
    "nothing at all": lambda: closes(b"", half_close=True),
    "not TLS": lambda: closes(b"\x00\xff" * 500),
    "plain HTTP/1.1": lambda: closes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    "plain HTTP/2": lambda: closes(PREFACE),
    "half a ClientHello": lambda: closes(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", half_close=True),
    "TLS 1.2": lambda: refused(newest=ssl.TLSVersion.TLSv1_2),
    "no ALPN": lambda: refused(protocols=()),
    "ALPN http/1.1": lambda: refused(protocols=("http/1.1",)),
    "no client certificate": lambda: refused(client=False),
    "not HTTP/2": not_http2,
    "broken frame": broken_frame,
    "GET": lambda: answer(head(**{":method": "GET"})),
    "content type": lambda: answer(head(content_type="application/json")),
    "truncated message": lambda: answer(head(), b"\0\0\0\0\x64short"),
    "truncated prefix": lambda: answer(head(), b"\0\0"),
    "compressed message": lambda: answer(head(), b"\x01\0\0\0\x01x"),
    "message without end": oversize,
}

for name, case in CASES.items():
    try:
        print(f"{name}: {case()}")
    except (OSError, ssl.SSLError) as error:
        print(f"{name}: {type(error).__name__} {error}")
