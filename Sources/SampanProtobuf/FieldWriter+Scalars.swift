internal import CProtobufC

extension FieldWriter {
    // MARK: Implicit presence: the default value is not sent. -0.0 is not the default value of a float.

    public func bool(_ field: Int, _ value: Bool) { if value { storePresent(field, Int32(1)) } }
    public func int32(_ field: Int, _ value: Int32) { if value != 0 { storePresent(field, value) } }
    public func uint32(_ field: Int, _ value: UInt32) { if value != 0 { storePresent(field, value) } }
    public func int64(_ field: Int, _ value: Int64) { if value != 0 { storePresent(field, value) } }
    public func uint64(_ field: Int, _ value: UInt64) { if value != 0 { storePresent(field, value) } }
    public func float(_ field: Int, _ value: Float) { if value.bitPattern != 0 { storePresent(field, value) } }
    public func double(_ field: Int, _ value: Double) { if value.bitPattern != 0 { storePresent(field, value) } }
    public func bytes(_ field: Int, _ value: [UInt8]) throws(ProtobufError) {
        if !value.isEmpty { try presentBytes(field, value) }
    }
    public func string(_ field: Int, _ value: String) throws(ProtobufError) {
        if !value.isEmpty { try presentString(field, value) }
    }

    // MARK: `optional`, members of oneofs, map entries: sent when there is a value, whatever it is

    public func presentBool(_ field: Int, _ value: Bool?) { if let value { storePresent(field, Int32(value ? 1 : 0)) } }
    public func presentInt32(_ field: Int, _ value: Int32?) { if let value { storePresent(field, value) } }
    public func presentUInt32(_ field: Int, _ value: UInt32?) { if let value { storePresent(field, value) } }
    public func presentInt64(_ field: Int, _ value: Int64?) { if let value { storePresent(field, value) } }
    public func presentUInt64(_ field: Int, _ value: UInt64?) { if let value { storePresent(field, value) } }
    public func presentFloat(_ field: Int, _ value: Float?) { if let value { storePresent(field, value) } }
    public func presentDouble(_ field: Int, _ value: Double?) { if let value { storePresent(field, value) } }
    public func presentBytes(_ field: Int, _ value: [UInt8]?) throws(ProtobufError) {
        guard let value else { return }
        unsafe storePresent(field, try data(value))
    }
    public func presentString(_ field: Int, _ value: String?) throws(ProtobufError) {
        guard let value else { return }
        unsafe storePresent(field, try data(value))
    }

    // MARK: `repeated`

    public func bools(_ field: Int, _ values: [Bool]) throws(ProtobufError) {
        guard let room = try unsafe elements(field, values.count, as: Int32.self) else { return }
        for index in values.indices { unsafe room[index] = values[index] ? 1 : 0 }
    }
    public func int32s(_ field: Int, _ values: [Int32]) throws(ProtobufError) { try scalars(field, values) }
    public func uint32s(_ field: Int, _ values: [UInt32]) throws(ProtobufError) { try scalars(field, values) }
    public func int64s(_ field: Int, _ values: [Int64]) throws(ProtobufError) { try scalars(field, values) }
    public func uint64s(_ field: Int, _ values: [UInt64]) throws(ProtobufError) { try scalars(field, values) }
    public func floats(_ field: Int, _ values: [Float]) throws(ProtobufError) { try scalars(field, values) }
    public func doubles(_ field: Int, _ values: [Double]) throws(ProtobufError) { try scalars(field, values) }

    public func bytesList(_ field: Int, _ values: [[UInt8]]) throws(ProtobufError) {
        guard let room = try unsafe elements(field, values.count, as: ProtobufCBinaryData.self) else { return }
        for index in values.indices { unsafe room[index] = try unsafe data(values[index]) }
    }

    public func strings(_ field: Int, _ values: [String]) throws(ProtobufError) {
        guard let room = try unsafe elements(field, values.count, as: ProtobufCBinaryData.self) else { return }
        for index in values.indices { unsafe room[index] = try unsafe data(values[index]) }
    }

    private func scalars<Value: BitwiseCopyable>(_ field: Int, _ values: [Value]) throws(ProtobufError) {
        guard let room = try unsafe elements(field, values.count, as: Value.self) else { return }
        unsafe values.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe room.update(from: start, count: source.count)
        }
    }

    private func data(_ value: [UInt8]) throws(ProtobufError) -> ProtobufCBinaryData {
        try unsafe value.withUnsafeBufferPointer { buffer throws(ProtobufError) in try unsafe copy(buffer) }
    }

    private func data(_ value: String) throws(ProtobufError) -> ProtobufCBinaryData {
        try unsafe value.utf8Span.span.withUnsafeBufferPointer { buffer throws(ProtobufError) in try unsafe copy(buffer) }
    }
}
