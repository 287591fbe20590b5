internal import CProtobufC

/// What a C field descriptor says about the wire.
extension ProtobufCFieldDescriptor {
    /// Wire type of one unpacked value.
    @inline(__always)
    var wireType: UInt8 {
        switch unsafe type {
        case PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FLOAT: 5
        case PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_DOUBLE: 1
        case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_MESSAGE: 2
        default: 0
        }
    }

    var isRepeated: Bool { unsafe label == PROTOBUF_C_LABEL_REPEATED }
    var isMessage: Bool { unsafe type == PROTOBUF_C_TYPE_MESSAGE }
    var isInOneof: Bool { unsafe flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0 }

    /// Bytes of one value in the struct.
    var elementBytes: Int {
        switch unsafe type {
        case PROTOBUF_C_TYPE_BYTES: 16
        case PROTOBUF_C_TYPE_INT64, PROTOBUF_C_TYPE_SINT64, PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_UINT64,
            PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_DOUBLE, PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_MESSAGE: 8
        default: 4
        }
    }
}

/// Finds fields by number; fields of a message usually come in the order of their numbers, so it looks there first.
@unsafe struct FieldFinder {
    let fields: UnsafePointer<ProtobufCFieldDescriptor>?
    let count: Int
    private var expected = 0

    init(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) {
        unsafe fields = descriptor.pointee.fields
        unsafe count = Int(descriptor.pointee.n_fields)
    }

    /// Index of the field with this number; nil when the contract has none.
    @inline(__always)
    mutating func index(of number: UInt32) -> Int? {
        guard let fields = unsafe fields else { return nil }
        if unsafe expected < count, unsafe fields[expected].id == number {
            unsafe expected += 1
            return unsafe expected - 1
        }
        if unsafe expected > 0, unsafe fields[expected - 1].id == number {
            return unsafe expected - 1
        }
        guard let found = unsafe search(fields, number) else { return nil }
        unsafe expected = found + 1
        return found
    }

    private func search(_ fields: UnsafePointer<ProtobufCFieldDescriptor>, _ number: UInt32) -> Int? {
        var low = 0
        var high = unsafe count
        while low < high {
            let middle = (low + high) / 2
            let id = unsafe fields[middle].id
            if id == number { return middle }
            if id < number { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
