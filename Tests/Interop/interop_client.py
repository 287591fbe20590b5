"""gRPC's interoperability cases from grpcio, and health and reflection.

usage: interop_client.py PORT [DIR]   DIR holds root.pem, chain.pem and key.pem: mutual TLS.
Prints `ok CASE` or `failed CASE: WHY` for each, then `done`.
"""

import os
import pathlib
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2

import testing_contract as t

SERVICE = f"/{t.TEST_SERVICE}/"
GZIP = grpc.Compression.Gzip
CASES = {}


def case(body):
    CASES[body.__name__] = body
    return body


class Service:
    """The methods of the test service on one channel."""

    def __init__(self, channel):
        def method(make, name, request, response, service=SERVICE):
            return make(service + name, request.SerializeToString, response.FromString)

        output = (t.StreamingOutputCallRequest, t.StreamingOutputCallResponse)
        self.channel = channel
        self.empty = method(channel.unary_unary, "EmptyCall", t.Empty, t.Empty)
        self.unary = method(channel.unary_unary, "UnaryCall", t.SimpleRequest, t.SimpleResponse)
        self.output = method(channel.unary_stream, "StreamingOutputCall", *output)
        self.input = method(channel.stream_unary, "StreamingInputCall", t.StreamingInputCallRequest, t.StreamingInputCallResponse)
        self.duplex = method(channel.stream_stream, "FullDuplexCall", *output)
        self.unimplemented = method(channel.unary_unary, "UnimplementedCall", t.Empty, t.Empty)
        self.foreign = method(channel.unary_unary, "UnimplementedCall", t.Empty, t.Empty, "/grpc.testing.UnimplementedService/")


def simple(**fields):
    request = t.SimpleRequest(response_size=314159)
    request.payload.body = b"\0" * 271828
    for name, value in fields.items():
        getattr(request, name).value = value
    return request


def check(payload, size):
    assert payload.body == b"\0" * size, f"a payload of {len(payload.body)} bytes, not {size} zeros"


def fails(code, call, details=None):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()}, not {code}: {error.details()}"
        assert details is None or error.details() == details, repr(error.details())
        return
    raise AssertionError(f"OK, not {code}")


def outputs(*wanted, payload=0):
    request = t.StreamingOutputCallRequest()
    request.payload.body = b"\0" * payload
    for size, compressed in wanted:
        parameters = request.response_parameters.add(size=size)
        if compressed is not None:
            parameters.compressed.value = compressed
    return request


def inputs(body, compressed=None):
    request = t.StreamingInputCallRequest()
    request.payload.body = body
    if compressed is not None:
        request.expect_compressed.value = compressed
    return request


@case
def empty_unary(s):
    assert s.empty(t.Empty()) == t.Empty()


@case
def large_unary(s):
    check(s.unary(simple()).payload, 314159)


@case
def client_compressed_unary(s):
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: s.unary(simple(expect_compressed=True)))
    check(s.unary(simple(expect_compressed=True), compression=GZIP).payload, 314159)
    check(s.unary(simple(expect_compressed=False)).payload, 314159)


@case
def server_compressed_unary(s):
    for compressed in (True, False):
        check(s.unary(simple(response_compressed=compressed)).payload, 314159)


@case
def client_compressed_streaming(s):
    fails(grpc.StatusCode.INVALID_ARGUMENT, lambda: s.input(iter([inputs(b"\0" * 27182, True)])))
    # grpcio has no switch per message, but sends what gzip makes no smaller as it is.
    sizes = s.input(iter([inputs(b"\0" * 27182, True), inputs(os.urandom(45904), False)]), compression=GZIP)
    assert sizes.aggregated_payload_size == 73086


@case
def server_compressed_streaming(s):
    wanted = [(31415, True), (92653, False)]
    for response, (size, _) in zip(s.output(outputs(*wanted)), wanted, strict=True):
        check(response.payload, size)


@case
def client_streaming(s):
    sizes = (27182, 8, 1828, 45904)
    assert s.input(inputs(b"\0" * size) for size in sizes).aggregated_payload_size == 74922


@case
def server_streaming(s):
    sizes = (31415, 9, 2653, 58979)
    for response, size in zip(s.output(outputs(*((size, None) for size in sizes))), sizes, strict=True):
        check(response.payload, size)


@case
def ping_pong(s):
    pairs = ((31415, 27182), (9, 8), (2653, 1828), (58979, 45904))
    turn = threading.Semaphore(0)

    def requests():
        for response_size, request_size in pairs:
            yield outputs((response_size, None), payload=request_size)
            turn.acquire()

    for response, (size, _) in zip(s.duplex(requests()), pairs, strict=True):
        check(response.payload, size)
        turn.release()


@case
def empty_stream(s):
    assert list(s.duplex(iter(()))) == []


@case
def custom_metadata(s):
    metadata = ((t.INITIAL_KEY, "test_initial_metadata_value"), (t.TRAILING_KEY, b"\xab\xab\xab"))
    _, call = s.unary.with_call(simple(), metadata=metadata)
    stream = s.duplex(iter([outputs((314159, None), payload=271828)]), metadata=metadata)
    assert len(list(stream)) == 1
    for ended in (call, stream):
        assert metadata[0] in ended.initial_metadata(), ended.initial_metadata()
        assert metadata[1] in ended.trailing_metadata(), ended.trailing_metadata()


@case
def status_code_and_message(s):
    request, streamed = t.SimpleRequest(), t.StreamingOutputCallRequest()
    for each in (request, streamed):
        each.response_status.code, each.response_status.message = 2, "test status message"
    fails(grpc.StatusCode.UNKNOWN, lambda: s.unary(request), "test status message")
    fails(grpc.StatusCode.UNKNOWN, lambda: list(s.duplex(iter([streamed]))), "test status message")


@case
def special_status_message(s):
    request = t.SimpleRequest()
    request.response_status.code, request.response_status.message = 2, t.SPECIAL_MESSAGE
    fails(grpc.StatusCode.UNKNOWN, lambda: s.unary(request), t.SPECIAL_MESSAGE)


@case
def unimplemented_method(s):
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: s.unimplemented(t.Empty()))


@case
def unimplemented_service(s):
    fails(grpc.StatusCode.UNIMPLEMENTED, lambda: s.foreign(t.Empty()))


@case
def cancel_after_begin(s):
    never = threading.Event()
    call = s.input.future(inputs(b"") for _ in iter(never.wait, True))
    call.cancel()
    never.set()
    assert call.cancelled()


@case
def cancel_after_first_response(s):
    never = threading.Event()

    def requests():
        yield outputs((31415, None), payload=27182)
        never.wait()

    call = s.duplex(requests())
    check(next(call).payload, 31415)
    call.cancel()
    fails(grpc.StatusCode.CANCELLED, lambda: next(call))
    never.set()


@case
def timeout_on_sleeping_server(s):
    never = threading.Event()

    def requests():
        yield outputs(payload=27182)
        never.wait()

    fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(s.duplex(requests(), timeout=0.001)))
    never.set()


@case
def rpc_soak(s):
    for _ in range(10):
        large_unary(s)


@case
def channel_soak(_):
    for _ in range(10):
        with connect() as channel:
            large_unary(Service(channel))


@case
def health(s):
    request, response = t.message("grpc.health.v1.HealthCheckRequest"), t.message("grpc.health.v1.HealthCheckResponse")
    check_, watch = (
        make(f"/grpc.health.v1.Health/{name}", request.SerializeToString, response.FromString)
        for make, name in ((s.channel.unary_unary, "Check"), (s.channel.unary_stream, "Watch")))
    for service in ("", t.TEST_SERVICE):
        assert check_(request(service=service)).status == 1
        call = watch(request(service=service))
        assert next(call).status == 1
        call.cancel()
    fails(grpc.StatusCode.NOT_FOUND, lambda: check_(request(service="nobody")))
    call = watch(request(service="nobody"))
    assert next(call).status == 3
    call.cancel()


def reflect(s, version):
    request, response = (t.message(f"grpc.reflection.{version}.ServerReflection{name}") for name in ("Request", "Response"))
    call = s.channel.stream_stream(
        f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", request.SerializeToString, response.FromString)
    questions = [
        request(list_services=""), request(file_by_filename="grpc/testing/messages.proto"),
        request(file_containing_symbol=t.TEST_SERVICE), request(file_containing_symbol="no.such.Thing"),
    ]
    services, messages, service, nothing = call(iter(questions))
    names = {each.name for each in services.list_services_response.service}
    assert names == {t.TEST_SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}, names

    def files(answer):
        return [descriptor_pb2.FileDescriptorProto.FromString(file) for file in answer.file_descriptor_response.file_descriptor_proto]

    assert [file.name for file in files(messages)] == ["grpc/testing/messages.proto"]
    test = files(service)
    assert [file.name for file in test] == ["grpc/testing/test.proto", "grpc/testing/empty.proto", "grpc/testing/messages.proto"]
    expected = descriptor_pb2.FileDescriptorProto()
    t.message("grpc.testing.SimpleRequest").DESCRIPTOR.file.CopyToProto(expected)
    assert [m.name for m in test[2].message_type] == [m.name for m in expected.message_type]
    assert test[2].message_type[3].field[0].number == 2
    assert nothing.error_response.error_code == 5


@case
def reflection_v1(s):
    reflect(s, "v1")


@case
def reflection_v1alpha(s):
    reflect(s, "v1alpha")


def connect():
    address = f"localhost:{sys.argv[1]}"
    if len(sys.argv) < 3:
        return grpc.insecure_channel(address)
    root, chain, key = ((pathlib.Path(sys.argv[2]) / f"{name}.pem").read_bytes() for name in ("root", "chain", "key"))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(root, key, chain))


def main():
    # No test takes this long: a fault must not leave a process behind.
    timer = threading.Timer(280, os._exit, (1,))
    timer.daemon = True
    timer.start()
    with connect() as channel:
        service = Service(channel)
        for name, body in CASES.items():
            try:
                body(service)
                print(f"ok {name}", flush=True)
            except Exception as error:  # Whatever it is, the other cases go on.
                print(f"failed {name}: {type(error).__name__} {error}", flush=True)
    print("done", flush=True)


main()
