#!/usr/bin/env python3
"""Google's protobuf.json_format as the other side of the JSON tests.

json_oracle.py SET make SEED COUNT OUT   COUNT random messages of each type: type, wire
json_oracle.py SET print IN OUT          IN: type, wire, our JSON, our JSON with defaults. OUT: for each record "" or what differs
json_oracle.py SET parse IN OUT          IN: type, JSON, "ok" or "", our wire. OUT: for each record "same", "differs", "both-refuse",
                                         "python-refuses" or "we-refuse"

SET is a FileDescriptorSet. A record is its parts one behind the other, each behind its length (32-bit big-endian).
"""
import json
import random
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import FieldDescriptor as F

TYPES = ["sampan.test.json.JSONKinds", "sampan.test.v1.EveryKind", "sampan.test.v1.Tree", "sampan.test.v1.Keywords",
         "sampan.test.v1.Leaf", "sampan.test.v1.Record"]
I32 = [0, 1, -1, 127, 128, 2**31 - 1, -(2**31), 300]
I64 = I32 + [2**63 - 1, -(2**63), 2**53 + 1, 2**32, -(2**32)]
U32 = [0, 1, 127, 128, 16384, 2**32 - 1]
U64 = U32 + [2**64 - 1, 2**63, 2**53 + 1]
FLOATS = [0.0, -0.0, 1.0, 1.5, 0.1, -1e30, float("inf"), float("-inf"), float("nan"), 1e-40, 16777216.0, 1e21, 1e-7]
TEXTS = ["", "a", "中文", "a\0b", "🏥👩‍⚕️", "é", "e\u0301", "x" * 200, "\"\\/\b\f\n\r\t\x7f\x80\u2028\u202e\ufeff\uffff", "</script>"]


def pool_from(path):
    files = descriptor_pb2.FileDescriptorSet()
    with open(path, "rb") as file:
        files.ParseFromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for proto in files.file:
        pool.Add(proto)
    return pool


class Filler:
    def __init__(self, pool, seed):
        self.pool, self.rng = pool, random.Random(seed)

    def new(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))()

    def scalar(self, field):
        rng, t = self.rng, field.type
        if t in (F.TYPE_INT32, F.TYPE_SINT32, F.TYPE_SFIXED32):
            return rng.choice(I32 + [rng.randrange(-(2**31), 2**31)])
        if t in (F.TYPE_INT64, F.TYPE_SINT64, F.TYPE_SFIXED64):
            return rng.choice(I64 + [rng.randrange(-(2**63), 2**63)])
        if t in (F.TYPE_UINT32, F.TYPE_FIXED32):
            return rng.choice(U32 + [rng.randrange(2**32)])
        if t in (F.TYPE_UINT64, F.TYPE_FIXED64):
            return rng.choice(U64 + [rng.randrange(2**64)])
        if t == F.TYPE_FLOAT:
            # Of a number below the normal ones, Python does not print the fewest digits.
            return struct.unpack("f", struct.pack("f", rng.choice([f for f in FLOATS if f != 1e-40] + [rng.uniform(-1e6, 1e6)])))[0]
        if t == F.TYPE_DOUBLE:
            return rng.choice(FLOATS + [1e300, 5e-324, rng.uniform(-1e6, 1e6)])
        if t == F.TYPE_BOOL:
            return rng.random() < 0.5
        if t == F.TYPE_STRING:
            return rng.choice(TEXTS)
        if t == F.TYPE_BYTES:
            return rng.randbytes(rng.choice([0, 1, 2, 3, 5, 130]))
        if t == F.TYPE_ENUM:
            return rng.choice([v.number for v in field.enum_type.values] + ([] if "Null" in field.enum_type.name else [99, -7]))
        raise AssertionError(t)

    def fill(self, message, depth):
        rng, name = self.rng, message.DESCRIPTOR.full_name
        if name == "google.protobuf.Timestamp":
            message.seconds = rng.choice([-62135596800, 253402300799, 0, -1, 951782400, 4107542400, rng.randrange(-62135596800, 253402300800)])
            message.nanos = rng.choice([0, 1, 999999999, 1000, 5000000, 120000000, rng.randrange(10**9)])
        elif name == "google.protobuf.Duration":
            sign = rng.choice([1, -1])
            message.seconds = sign * rng.choice([0, 1, 315575999999, rng.randrange(315576000000)])
            message.nanos = sign * rng.choice([0, 1, 999999999, 1000, 5000000, rng.randrange(10**9)])
        elif name == "google.protobuf.FieldMask":
            message.paths.extend(rng.choice(["a", "a_b", "foo.bar_baz", "x.y.z_w", "a1"]) for _ in range(rng.randrange(4)))
        elif name == "google.protobuf.Any":
            self.any(message, depth)
        elif name == "google.protobuf.Value":
            kind = rng.choice(["null_value", "number_value", "string_value", "bool_value", "struct_value", "list_value"][:6 if depth < 5 else 4])
            if kind == "null_value":
                message.null_value = 0
            elif kind == "number_value":
                message.number_value = rng.choice([0.0, 1.0, -0.5, 1e300, rng.uniform(-1e6, 1e6)])
            elif kind == "string_value":
                message.string_value = rng.choice(TEXTS)
            elif kind == "bool_value":
                message.bool_value = rng.random() < 0.5
            else:
                getattr(message, kind).SetInParent()
                self.fill(getattr(message, kind), depth + 1)
        else:
            self.fields(message, depth)

    def any(self, message, depth):
        if self.rng.random() < 0.2:
            return
        inner = self.new(self.rng.choice(["sampan.test.v1.Leaf", "google.protobuf.Timestamp", "google.protobuf.Int64Value",
                                          "google.protobuf.Struct", "google.protobuf.Any", "sampan.test.v1.EveryKind"]))
        if depth < 4:
            self.fill(inner, depth + 2)
        message.type_url = "type.googleapis.com/" + inner.DESCRIPTOR.full_name
        message.value = inner.SerializeToString(deterministic=True)

    def fields(self, message, depth):
        rng = self.rng
        for field in message.DESCRIPTOR.fields:
            if rng.random() < (0.5 if depth == 0 else 0.75):
                continue
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                key, value = field.message_type.fields_by_name["key"], field.message_type.fields_by_name["value"]
                for _ in range(rng.randrange(4)):
                    if value.message_type is None:
                        getattr(message, field.name)[self.scalar(key)] = self.scalar(value)
                    elif depth < 4:
                        self.fill(getattr(message, field.name)[self.scalar(key)], depth + 1)
            elif field.is_repeated:
                for _ in range(rng.choice([1, 1, 2, 3])):
                    if field.message_type is None:
                        getattr(message, field.name).append(self.scalar(field))
                    elif depth < 4:
                        self.fill(getattr(message, field.name).add(), depth + 1)
            elif field.message_type is None:
                setattr(message, field.name, self.scalar(field))
            elif depth < 4:
                getattr(message, field.name).SetInParent()
                self.fill(getattr(message, field.name), depth + 1)


def records(path, parts):
    with open(path, "rb") as file:
        data = file.read()
    at, out = 0, []
    while at < len(data):
        record = []
        for _ in range(parts):
            length = struct.unpack(">I", data[at:at + 4])[0]
            record.append(data[at + 4:at + 4 + length])
            at += 4 + length
        out.append(record)
    return out


def write(out, *parts):
    for part in parts:
        out.write(struct.pack(">I", len(part)) + part)


def differs(ours, theirs, path="$"):
    """Where two values of JSON differ; "" for equal ones. Numbers by what they are (1 and 1.0), no text for a number."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys():
        return next(filter(None, (differs(ours[key], theirs[key], f"{path}.{key}") for key in ours)), "")
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return next(filter(None, (differs(*both, f"{path}[{index}]") for index, both in enumerate(zip(ours, theirs)))), "")
    if isinstance(ours, bool) == isinstance(theirs, bool) and ours == theirs:
        return ""
    return f"{path}: {ours!r}, and Python has {theirs!r}"[:1000]


def difference(filler, pool, name, wire, plain, full):
    message = filler.new(name)
    message.ParseFromString(wire)
    for ours, emits in ((plain, False), (full, True)):
        theirs = json_format.MessageToDict(message, always_print_fields_with_no_presence=emits, descriptor_pool=pool)
        if found := differs(json.loads(ours), json.loads(json.dumps(theirs))):
            return found
    return ""


def verdict(filler, pool, name, text, accepted, wire):
    try:
        theirs = json_format.Parse(text, filler.new(name), descriptor_pool=pool)
    except (json_format.ParseError, UnicodeDecodeError, ValueError, TypeError, OverflowError, RecursionError):
        return "python-refuses" if accepted else "both-refuse"
    if not accepted:
        return "we-refuse"
    ours = filler.new(name)
    ours.ParseFromString(wire)
    if ours.SerializeToString(deterministic=True) == theirs.SerializeToString(deterministic=True):
        return "same"
    # The bytes in an Any may have a map in another order.
    ours, theirs = (json.dumps(json_format.MessageToDict(message, descriptor_pool=pool), sort_keys=True) for message in (ours, theirs))
    return "same" if "@type" in ours and ours == theirs else "differs"


def main():
    pool = pool_from(sys.argv[1])
    if sys.argv[2] == "make":
        filler = Filler(pool, int(sys.argv[3]))
        with open(sys.argv[5], "wb") as out:
            for _ in range(int(sys.argv[4])):
                for name in TYPES:
                    message = filler.new(name)
                    filler.fill(message, 0)
                    write(out, name.encode(), message.SerializeToString(deterministic=True))
        return
    filler = Filler(pool, 0)
    with open(sys.argv[4], "wb") as out:
        for name, *rest in records(sys.argv[3], 4):
            if sys.argv[2] == "print":
                write(out, difference(filler, pool, name.decode(), *rest).encode())
            else:
                write(out, verdict(filler, pool, name.decode(), rest[0], rest[1] == b"ok", rest[2]).encode())


main()
