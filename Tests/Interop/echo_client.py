"""Calls the Swift echo server with grpcio: echo_client.py PORT [FOLDER WITH root.pem, chain.pem, key.pem].

Prints `ok CASE` or `FAIL CASE: why` for each case, `open` when it holds a stream that a shutdown must let end, then `done`.
"""

import os
import pathlib
import sys
import threading

import grpc

SERVICE = "/test.Echo/"
MIB = 1024 * 1024
# Seconds for a call whose deadline is not what its case is about: beside 1,500 other tests a turn on a core may take long.
PATIENCE = 240


def connect(port, folder):
    target = f"127.0.0.1:{port}"
    options = [("grpc.max_receive_message_length", 8 * MIB)]
    if folder is None:
        return grpc.insecure_channel(target, options)
    root, chain, key = ((pathlib.Path(folder) / f"{name}.pem").read_bytes() for name in ("root", "chain", "key"))
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(root, key, chain), options)


class Cases:
    def __init__(self, channel, is_secure):
        self.unary = channel.unary_unary(SERVICE + "Unary")
        self.down = channel.unary_stream(SERVICE + "Down")
        self.up = channel.stream_unary(SERVICE + "Up")
        self.bidi = channel.stream_stream(SERVICE + "Bidi")
        self.fail = channel.unary_unary(SERVICE + "Fail")
        self.hang = channel.unary_unary(SERVICE + "Hang")
        self.nothing = channel.unary_unary(SERVICE + "Nothing")
        self.who_am_i = channel.unary_unary("/test.Listed/WhoAmI")
        self.cancel_me = channel.unary_unary("/test.Listed/CancelMe")
        self.is_secure = is_secure

    def case_sizes(self):
        for size in (0, 1, 16383, 16384, 65535, 65536, 3 * MIB):
            payload = bytes(index * 31 % 251 for index in range(min(size, 5000))) + bytes(max(0, size - 5000))
            assert self.unary(payload, timeout=PATIENCE) == payload, size

    def case_metadata(self):
        sent = (("x-text", "value"), ("x-bytes-bin", bytes([0, 255, 10, 44])), ("x-text", "again"))
        _, call = self.unary.with_call(b"1", metadata=sent, timeout=PATIENCE)
        for received in (call.initial_metadata(), call.trailing_metadata()):
            assert [pair for pair in received if pair[0] == "x-text"] == [("x-text", "value"), ("x-text", "again")], received
            assert ("x-bytes-bin", bytes([0, 255, 10, 44])) in [tuple(pair) for pair in received], received

    def case_status(self):
        error = failure(lambda: self.fail(b"1", timeout=PATIENCE))
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
        assert error.details() == "没有号了: 100% full\n", error.details()
        assert dict(error.trailing_metadata())["grpc-status-details-bin"] == bytes([8, 9]), error.trailing_metadata()

    def case_server_streaming(self):
        replies = list(self.down(bytes([200]) + bytes(20000), timeout=PATIENCE))
        assert [reply[0] for reply in replies] == list(range(200)) and all(len(reply) == 20001 for reply in replies)
        assert list(self.down(bytes([0]), timeout=PATIENCE)) == []

    def case_client_streaming(self):
        assert self.up((bytes(50000) for _ in range(200)), timeout=PATIENCE) == b"10000000"
        assert self.up(iter(()), timeout=PATIENCE) == b"0"

    def case_conversation(self):
        with Conversation(self.bidi) as talk:
            for index in range(200):
                payload = f"第{index}句".encode()
                assert talk.exchange(payload) == payload

    def case_deadline(self):
        error = failure(lambda: self.hang(b"", timeout=0.1))
        assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error

    def case_cancellation_by_client(self):
        call = self.hang.future(b"", timeout=PATIENCE)
        # The call has begun for sure when a later one is answered.
        self.unary(b"", timeout=PATIENCE)
        call.cancel()
        assert call.code() == grpc.StatusCode.CANCELLED, call

    def case_cancellation_by_server(self):
        error = failure(lambda: self.cancel_me(b"", timeout=PATIENCE))
        assert error.code() == grpc.StatusCode.CANCELLED, error

    def case_cancelled_stream(self):
        call = self.down(bytes([200]) + bytes(20000), timeout=PATIENCE)
        assert next(call)[0] == 0
        call.cancel()
        assert failure(lambda: list(call)).code() == grpc.StatusCode.CANCELLED

    def case_unimplemented(self):
        assert failure(lambda: self.nothing(b"", timeout=PATIENCE)).code() == grpc.StatusCode.UNIMPLEMENTED

    def case_oversize(self):
        error = failure(lambda: self.unary(bytes(4 * MIB + 1), timeout=PATIENCE))
        assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, error

    def case_concurrent(self):
        calls = [(index, self.unary.future(str(index).encode(), timeout=PATIENCE)) for index in range(500)]
        streams = [self.down(bytes([50]) + bytes(1000), timeout=PATIENCE) for _ in range(20)]
        assert all(call.result() == str(index).encode() for index, call in calls)
        assert all(len(list(stream)) == 50 for stream in streams)

    def case_identity(self):
        name = self.who_am_i(b"", timeout=PATIENCE).decode()
        assert name == ("spiffe://region.test/app/12330100470116100X/python" if self.is_secure else "nobody"), name

    def case_graceful_shutdown(self):
        with Conversation(self.bidi) as talk:
            assert talk.exchange(b"first") == b"first"
            say("open")
            while True:
                try:
                    self.unary(b"", timeout=PATIENCE)
                except grpc.RpcError as error:
                    assert error.code() == grpc.StatusCode.UNAVAILABLE, error
                    break
            for index in range(20):
                assert talk.exchange(bytes([index])) == bytes([index])


class Conversation:
    """A bidirectional call in which each message waits for its answer."""

    def __init__(self, method):
        self.ready = threading.Semaphore(0)
        self.payload = None
        self.call = method(self.requests(), timeout=PATIENCE)

    def requests(self):
        while True:
            self.ready.acquire()
            if self.payload is None:
                return
            yield self.payload

    def exchange(self, payload):
        self.payload = payload
        self.ready.release()
        return next(self.call)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.payload = None
        self.ready.release()
        if kind is None:
            assert list(self.call) == []
            assert self.call.code() == grpc.StatusCode.OK, self.call


def failure(body):
    try:
        body()
    except grpc.RpcError as error:
        return error
    raise AssertionError("no error")


def say(line):
    print(line, flush=True)


def watchdog():
    """No test takes this long: a fault must not leave a process behind."""
    timer = threading.Timer(280, os._exit, (1,))
    timer.daemon = True
    timer.start()


def main():
    watchdog()
    folder = sys.argv[2] if len(sys.argv) > 2 else None
    with connect(int(sys.argv[1]), folder) as channel:
        cases = Cases(channel, folder is not None)
        for name, body in Cases.__dict__.items():
            if not name.startswith("case_"):
                continue
            try:
                body(cases)
                say(f"ok {name[5:]}")
            except (AssertionError, grpc.RpcError, StopIteration) as error:
                say(f"FAIL {name[5:]}: {error!r}".replace("\n", " "))
    say("done")


main()
