#!/usr/bin/env python3
"""An HTTPS server that answers well and badly, for the tests of the client. Says its port, then one line for each request.

odd_server.py CERTIFICATE KEY
"""
import socket
import ssl
import sys
import threading


def read_request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    length = next((int(l.split(":")[1]) for l in lines[1:] if l.lower().startswith("content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return lines, body


def answer(status, body, extra=b""):
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n%s\r\n" % (status, len(body), extra) + body


def serve(raw, context):
    try:
        connection = context.wrap_socket(raw, server_side=True)
    except (OSError, ssl.SSLError):
        return
    try:
        while True:
            request = read_request(connection)
            if request is None:
                return
            lines, body = request
            path = lines[0].split(" ")[1]
            print(lines[0], flush=True)
            if path.startswith("/echo"):
                seen = "\n".join(sorted(lines[1:])).encode() + b"\n\n" + body
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" + answer(200, seen, b"X-Odd:  a b \r\nX-Empty:\r\n"))
            elif path == "/redirect":
                connection.sendall(answer(302, b"", b"Location: /echo\r\n"))
            elif path == "/large":
                connection.sendall(answer(200, b"x" * (64 * 1024 + 1)))
            elif path == "/exact":
                connection.sendall(answer(200, b"x" * (64 * 1024)))
            elif path == "/head":
                connection.sendall(answer(200, b"", b"X: " + b"y" * (17 * 1024) + b"\r\n"))
            elif path == "/garbage":
                connection.sendall(b"hello\r\n\r\n")
                return
            elif path == "/cut":
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
                return
            elif path == "/drop":
                return
            elif path == "/never":
                connection.recv(1)
                return
    except OSError:
        pass
    finally:
        connection.close()


def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    while True:
        raw, _ = listener.accept()
        threading.Thread(target=serve, args=(raw, context), daemon=True).start()


main()
