#!/usr/bin/env python3
"""Google's protobuf as the other side of the codec tests.

protobuf_peer.py SET make SEED COUNT OUT   COUNT random messages of each type
protobuf_peer.py SET echo IN OUT           parses each record and writes it again, deterministically; a refused one under the name "!"

SET is a FileDescriptorSet. A record is: length of the name, name, length of the bytes, bytes (lengths 32-bit big-endian).
"""
import os
import random
import struct
import sys

# Messages are made by the pure Python implementation, which writes maps in ascending order of their keys as we do; the
# default one (upb) is deterministic in an order of its own, and is who parses what Swift wrote.
if sys.argv[2] == "make":
    os.environ["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor as F
from google.protobuf.message import DecodeError

TYPES = ["EveryKind", "Tree", "Keywords", "Leaf", "Record", "Small", "Empty", "Forest"]
I32 = [0, 1, -1, 127, 128, 2**31 - 1, -(2**31), 300]
I64 = I32 + [2**63 - 1, -(2**63), 2**32, -(2**32)]
U32 = [0, 1, 127, 128, 16384, 2**32 - 1]
U64 = U32 + [2**64 - 1, 2**63, 2**56]
FLOATS = [0.0, -0.0, 1.5, -1e30, float("inf"), float("-inf"), 1e-40]
TEXTS = ["", "a", "中文", "a\0b", "🏥👩‍⚕️", "é", "e\u0301", "x" * 200, "exactly fifteen", "exactly sixteen!", "\u0000"]


def pool_from(path):
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as file:
        files.ParseFromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for proto in files.file:
        pool.Add(proto)
    return pool


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def map_key(rng, field):
    # Swift's dictionaries take "e\u0301" and "\u00e9" for the same key.
    while (key := scalar(rng, field)) == "e\u0301":
        pass
    return key


def scalar(rng, field):
    t = field.type
    if t in (F.TYPE_INT32, F.TYPE_SINT32, F.TYPE_SFIXED32):
        return rng.choice(I32 + [rng.randrange(-(2**31), 2**31)])
    if t in (F.TYPE_INT64, F.TYPE_SINT64, F.TYPE_SFIXED64):
        return rng.choice(I64 + [rng.randrange(-(2**63), 2**63)])
    if t in (F.TYPE_UINT32, F.TYPE_FIXED32):
        return rng.choice(U32 + [rng.randrange(2**32)])
    if t in (F.TYPE_UINT64, F.TYPE_FIXED64):
        return rng.choice(U64 + [rng.randrange(2**64)])
    if t == F.TYPE_FLOAT:
        return rng.choice(FLOATS + [struct.unpack("f", struct.pack("f", rng.uniform(-1e6, 1e6)))[0]])
    if t == F.TYPE_DOUBLE:
        return rng.choice(FLOATS + [1e300, rng.uniform(-1e6, 1e6)])
    if t == F.TYPE_BOOL:
        return rng.random() < 0.5
    if t == F.TYPE_STRING:
        return rng.choice(TEXTS)
    if t == F.TYPE_BYTES:
        return rng.randbytes(rng.choice([0, 1, 5, 130]))
    if t == F.TYPE_ENUM:
        return rng.choice([v.number for v in field.enum_type.values] + [99, -7, 2**31 - 1, -(2**31)])
    raise AssertionError(t)


def fill(rng, message, depth):
    for field in message.DESCRIPTOR.fields:
        if rng.random() < (0.5 if depth == 0 else 0.7):
            continue
        if is_map(field):
            key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
            for _ in range(rng.randrange(4)):
                if value.message_type is not None:
                    if depth < 5:
                        fill(rng, getattr(message, field.name)[map_key(rng, key)], depth + 1)
                else:
                    getattr(message, field.name)[map_key(rng, key)] = scalar(rng, value)
        elif field.is_repeated:
            for _ in range(rng.choice([1, 1, 2, 3, 20])):
                if field.message_type is not None:
                    if depth < 5:
                        fill(rng, getattr(message, field.name).add(), depth + 1)
                else:
                    getattr(message, field.name).append(scalar(rng, field))
        elif field.message_type is not None:
            if depth < 5:
                child = getattr(message, field.name)
                child.SetInParent()
                fill(rng, child, depth + 1)
        else:
            setattr(message, field.name, scalar(rng, field))


def write(out, name, data):
    encoded = name.encode()
    out.write(struct.pack(">I", len(encoded)) + encoded + struct.pack(">I", len(data)) + data)


def read(file):
    while head := file.read(4):
        name = file.read(struct.unpack(">I", head)[0]).decode()
        yield name, file.read(struct.unpack(">I", file.read(4))[0])


def main():
    pool = pool_from(sys.argv[1])
    new = lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name))()
    if sys.argv[2] == "make":
        rng = random.Random(int(sys.argv[3]))
        with open(sys.argv[5], "wb") as out:
            for _ in range(int(sys.argv[4])):
                for short in TYPES:
                    message = new("sampan.test.v1." + short)
                    fill(rng, message, 0)
                    write(out, message.DESCRIPTOR.full_name, message.SerializeToString(deterministic=True))
    else:
        with open(sys.argv[3], "rb") as file, open(sys.argv[4], "wb") as out:
            for name, data in read(file):
                message = new(name)
                try:
                    message.ParseFromString(data)
                    write(out, name, message.SerializeToString(deterministic=True))
                except DecodeError as error:
                    write(out, "!", str(error).encode())


main()
