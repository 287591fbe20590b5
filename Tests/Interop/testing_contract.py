"""The contracts of Protos/grpc for Python, compiled at start into a folder that goes with the process."""

import atexit
import pathlib
import shutil
import sys
import tempfile

from grpc_tools import protoc

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Protos"
FILES = [
    "grpc/testing/empty.proto", "grpc/testing/messages.proto", "grpc/testing/test.proto", "grpc/health/v1/health.proto",
    "grpc/reflection/v1/reflection.proto", "grpc/reflection/v1alpha/reflection.proto",
]


def compile_contracts():
    """Modules by the last part of their file's folder and name, for example `testing.messages`.

    Not as packages: they would lie below `grpc`, which is grpcio itself.
    """
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

    folder = tempfile.mkdtemp(prefix="sampan-interop-")
    atexit.register(shutil.rmtree, folder, True)
    out = f"{folder}/contracts.pb"
    if protoc.main(["protoc", f"-I{ROOT}", "--include_imports", f"--descriptor_set_out={out}", *FILES]) != 0:
        sys.exit("protoc failed")
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out).read_bytes()).file:
        pool.Add(file)
    return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


message = compile_contracts()
Empty = message("grpc.testing.Empty")
SimpleRequest = message("grpc.testing.SimpleRequest")
SimpleResponse = message("grpc.testing.SimpleResponse")
StreamingInputCallRequest = message("grpc.testing.StreamingInputCallRequest")
StreamingInputCallResponse = message("grpc.testing.StreamingInputCallResponse")
StreamingOutputCallRequest = message("grpc.testing.StreamingOutputCallRequest")
StreamingOutputCallResponse = message("grpc.testing.StreamingOutputCallResponse")

TEST_SERVICE = "grpc.testing.TestService"
INITIAL_KEY = "x-grpc-test-echo-initial"
TRAILING_KEY = "x-grpc-test-echo-trailing-bin"
SPECIAL_MESSAGE = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
