"""A hospital's program on stock grpcio: calls others by name through its own node until it is told to end (SIGTERM).

usage: mesh_caller.py TARGET TRUST IDENTITY SERVICE_CONFIG REPORT CALLERS PAUSE NAME...

Prints `ready` when every caller has had an answer; what it counts from then on is in REPORT, as JSON, when it ends.
"""

import json
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import grpc

target, trust, identity, service_config, report, callers, pause, *names = sys.argv[1:]

# One file holds the key and the chain.
pem = Path(identity).read_bytes()
channel = grpc.secure_channel(
    target,
    grpc.ssl_channel_credentials(Path(trust).read_bytes(), pem, pem),
    options=[
        ("grpc.service_config", service_config),
        ("grpc.ssl_target_name_override", "localhost"),
        # A second is what grpcio waits by default before it tries a node again that restarts.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", 1000),
    ],
)
check = channel.unary_unary("/grpc.health.v1.Health/Check")
is_over = threading.Event()
lock = threading.Lock()
failures: Counter = Counter()
calls = 0
longest = 0.0
is_counting = False
answered = threading.Semaphore(0)


def call(name: str) -> None:
    global calls, longest
    is_first = True
    while not is_over.is_set():
        start = time.monotonic()
        try:
            check(b"", timeout=20, metadata=(("sampan-to", name),))
            with lock:
                if is_counting:
                    calls += 1
                    longest = max(longest, time.monotonic() - start)
            if is_first:
                is_first = False
                answered.release()
        except grpc.RpcError as error:
            with lock:
                if is_counting:
                    failures[f"{error.code().name}: {error.details()[:160]}"] += 1
            time.sleep(0.05)
        time.sleep(float(pause))


signal.signal(signal.SIGTERM, lambda *_: is_over.set())
threads = [threading.Thread(target=call, args=(names[index % len(names)],)) for index in range(int(callers))]
for thread in threads:
    thread.start()
for _ in threads:
    while not answered.acquire(timeout=0.1):
        if is_over.is_set():
            sys.exit(1)
with lock:
    is_counting = True
print("ready", flush=True)
is_over.wait()
for thread in threads:
    thread.join()
Path(report).write_text(json.dumps({"calls": calls, "failures": failures, "longestMilliseconds": longest * 1000}))
