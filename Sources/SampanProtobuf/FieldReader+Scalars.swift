internal import CProtobufC

extension FieldReader {
    // MARK: Implicit presence, members of oneofs, and map entries

    public func bool(_ field: Int) -> Bool { load(field, as: Int32.self) != 0 }
    public func int32(_ field: Int) -> Int32 { load(field, as: Int32.self) }
    public func uint32(_ field: Int) -> UInt32 { load(field, as: UInt32.self) }
    public func int64(_ field: Int) -> Int64 { load(field, as: Int64.self) }
    public func uint64(_ field: Int) -> UInt64 { load(field, as: UInt64.self) }
    public func float(_ field: Int) -> Float { load(field, as: Float.self) }
    public func double(_ field: Int) -> Double { load(field, as: Double.self) }

    public func bytes(_ field: Int) -> [UInt8] {
        let value = unsafe load(field, as: ProtobufCBinaryData.self)
        return unsafe [UInt8](UnsafeBufferPointer(start: value.data, count: value.len))
    }

    public func string(_ field: Int) throws(ProtobufError) -> String {
        let value = unsafe load(field, as: ProtobufCBinaryData.self)
        return try unsafe string(value, field)
    }

    // MARK: `optional`

    public func optionalBool(_ field: Int) -> Bool? { has(field) ? bool(field) : nil }
    public func optionalInt32(_ field: Int) -> Int32? { has(field) ? int32(field) : nil }
    public func optionalUInt32(_ field: Int) -> UInt32? { has(field) ? uint32(field) : nil }
    public func optionalInt64(_ field: Int) -> Int64? { has(field) ? int64(field) : nil }
    public func optionalUInt64(_ field: Int) -> UInt64? { has(field) ? uint64(field) : nil }
    public func optionalFloat(_ field: Int) -> Float? { has(field) ? float(field) : nil }
    public func optionalDouble(_ field: Int) -> Double? { has(field) ? double(field) : nil }
    public func optionalBytes(_ field: Int) -> [UInt8]? { has(field) ? bytes(field) : nil }
    public func optionalString(_ field: Int) throws(ProtobufError) -> String? { has(field) ? try string(field) : nil }

    // MARK: `repeated`

    public func bools(_ field: Int) throws(ProtobufError) -> [Bool] {
        try unsafe elements(field, as: Int32.self).map { $0 != 0 }
    }
    public func int32s(_ field: Int) throws(ProtobufError) -> [Int32] { try unsafe [Int32](elements(field, as: Int32.self)) }
    public func uint32s(_ field: Int) throws(ProtobufError) -> [UInt32] { try unsafe [UInt32](elements(field, as: UInt32.self)) }
    public func int64s(_ field: Int) throws(ProtobufError) -> [Int64] { try unsafe [Int64](elements(field, as: Int64.self)) }
    public func uint64s(_ field: Int) throws(ProtobufError) -> [UInt64] { try unsafe [UInt64](elements(field, as: UInt64.self)) }
    public func floats(_ field: Int) throws(ProtobufError) -> [Float] { try unsafe [Float](elements(field, as: Float.self)) }
    public func doubles(_ field: Int) throws(ProtobufError) -> [Double] { try unsafe [Double](elements(field, as: Double.self)) }

    public func bytesList(_ field: Int) throws(ProtobufError) -> [[UInt8]] {
        // Each array of bytes has a header of 32.
        try charge(count(field), bytesEach: 32)
        return try unsafe elements(field, as: ProtobufCBinaryData.self).map { value in
            unsafe [UInt8](UnsafeBufferPointer(start: value.data, count: value.len))
        }
    }

    public func strings(_ field: Int) throws(ProtobufError) -> [String] {
        // A string of more than 15 bytes has a header of 32.
        try charge(count(field), bytesEach: 32)
        let values = try unsafe elements(field, as: ProtobufCBinaryData.self)
        var strings: [String] = []
        strings.reserveCapacity(values.count)
        for unsafe value in unsafe values {
            strings.append(try unsafe string(value, field))
        }
        return strings
    }

    /// The fastest checked way (measured): validate as a `UTF8Span`, then copy.
    @inline(__always)
    private func string(_ value: ProtobufCBinaryData, _ field: Int) throws(ProtobufError) -> String {
        guard unsafe value.len > 0, let start = unsafe value.data else { return "" }
        let span = unsafe Span(_unsafeStart: start, count: value.len)
        guard let text = try? UTF8Span(validating: span) else { throw invalidUTF8(field) }
        return String(copying: text)
    }

    @inline(never)
    private func invalidUTF8(_ field: Int) -> ProtobufError {
        .invalidUTF8(message: messageName, field: unsafe MessageDescriptor.name(of: descriptor(field)))
    }
}
