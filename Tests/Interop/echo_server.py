"""The echo service of the transport tests on grpcio: echo_server.py [FOLDER WITH root.pem, chain.pem, key.pem].

Prints its port. Ends by the Stop method, which lets calls end for 30 s, or when it is killed.
"""

import os
import pathlib
import sys
import threading
from concurrent import futures

import grpc

cancelled = threading.Semaphore(0)


def unary(request, context):
    mirrored = tuple(pair for pair in context.invocation_metadata() if pair.key.startswith("x-"))
    context.send_initial_metadata(mirrored)
    context.set_trailing_metadata(mirrored)
    return request


def down(request, _):
    for index in range(request[0]):
        yield bytes([index]) + request[1:]


def up(requests, _):
    return str(sum(len(request) for request in requests)).encode()


def bidi(requests, _):
    yield from requests


def fail(_, context):
    context.set_trailing_metadata((("grpc-status-details-bin", bytes([8, 9])),))
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, "没有号了: 100% full\n")


def hang(_, context):
    ended = threading.Event()
    # False when the call is over already: then nobody would set it.
    if context.add_callback(ended.set):
        ended.wait()
    cancelled.release()
    return b""


def await_cancellation(_, __):
    cancelled.acquire()
    return b"cancelled"


def cancel_me(_, context):
    context.cancel()
    return b""


def watchdog():
    """No test takes this long: a fault must not leave a process behind."""
    timer = threading.Timer(280, os._exit, (1,))
    timer.daemon = True
    timer.start()


def main():
    watchdog()
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))

    def stop(_, __):
        threading.Thread(target=server.stop, args=(30,)).start()
        return b""

    single = {"Unary": unary, "Fail": fail, "Hang": hang, "AwaitCancellation": await_cancellation, "CancelMe": cancel_me, "Stop": stop}
    methods = {name: grpc.unary_unary_rpc_method_handler(body) for name, body in single.items()}
    methods["Down"] = grpc.unary_stream_rpc_method_handler(down)
    methods["Up"] = grpc.stream_unary_rpc_method_handler(up)
    methods["Bidi"] = grpc.stream_stream_rpc_method_handler(bidi)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test.Echo", methods),))
    if len(sys.argv) > 1:
        root, chain, key = ((pathlib.Path(sys.argv[1]) / f"{name}.pem").read_bytes() for name in ("root", "chain", "key"))
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, chain)], root, True))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


main()
