"""gRPC's interoperability test service on grpcio.

usage: interop_server.py [DIR]   DIR holds root.pem, chain.pem and key.pem: mutual TLS.
Prints its port. grpcio does not tell whether a request came compressed, so `expect_compressed` is not judged.
"""

import os
import pathlib
import sys
import threading
import time
from concurrent import futures

import grpc

import testing_contract as t


def echo_metadata(context):
    for key, value in context.invocation_metadata():
        if key == t.INITIAL_KEY:
            context.send_initial_metadata(((key, value),))
        elif key == t.TRAILING_KEY:
            context.set_trailing_metadata(((key, value),))


def fail(status, context):
    if status.code:
        code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
        context.abort(code, status.message)


def unary(request, context):
    if request.response_compressed.value:
        context.set_compression(grpc.Compression.Gzip)
    echo_metadata(context)
    fail(request.response_status, context)
    response = t.SimpleResponse()
    response.payload.body = b"\0" * request.response_size
    return response


def answers(request, context):
    for wanted in request.response_parameters:
        time.sleep(wanted.interval_us / 1e6)
        if wanted.HasField("compressed") and not wanted.compressed.value:
            context.disable_next_message_compression()
        response = t.StreamingOutputCallResponse()
        response.payload.body = b"\0" * wanted.size
        yield response


def streaming_output(request, context):
    if any(wanted.compressed.value for wanted in request.response_parameters):
        context.set_compression(grpc.Compression.Gzip)
    echo_metadata(context)
    yield from answers(request, context)
    fail(request.response_status, context)


def streaming_input(requests, context):
    return t.StreamingInputCallResponse(aggregated_payload_size=sum(len(request.payload.body) for request in requests))


def full_duplex(requests, context):
    echo_metadata(context)
    for request in requests:
        fail(request.response_status, context)
        yield from answers(request, context)


def half_duplex(requests, context):
    for request in list(requests):
        yield from answers(request, context)


def handler(kind, body, request, response):
    return kind(body, request.FromString, response.SerializeToString)


def main():
    # No test takes this long: a fault must not leave a process behind.
    timer = threading.Timer(280, os._exit, (1,))
    timer.daemon = True
    timer.start()
    output = (t.StreamingOutputCallRequest, t.StreamingOutputCallResponse)
    methods = {
        "EmptyCall": handler(grpc.unary_unary_rpc_method_handler, lambda *_: t.Empty(), t.Empty, t.Empty),
        "UnaryCall": handler(grpc.unary_unary_rpc_method_handler, unary, t.SimpleRequest, t.SimpleResponse),
        "StreamingOutputCall": handler(grpc.unary_stream_rpc_method_handler, streaming_output, *output),
        "StreamingInputCall": handler(
            grpc.stream_unary_rpc_method_handler, streaming_input, t.StreamingInputCallRequest, t.StreamingInputCallResponse),
        "FullDuplexCall": handler(grpc.stream_stream_rpc_method_handler, full_duplex, *output),
        "HalfDuplexCall": handler(grpc.stream_stream_rpc_method_handler, half_duplex, *output),
    }
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=16))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(t.TEST_SERVICE, methods),))
    if len(sys.argv) > 1:
        root, chain, key = ((pathlib.Path(sys.argv[1]) / f"{name}.pem").read_bytes() for name in ("root", "chain", "key"))
        port = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, chain)], root, True))
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


main()
