internal import CProtobufC

/// For generated code: takes values out of a struct that protobuf-c has filled, field by field.
///
/// Fields are named by their index in the order of their numbers. A reader is lent for the time of one
/// `init(readingFields:)` and must not be kept: its memory goes back when the outermost message is made.
@safe public struct FieldReader: ~Copyable {
    private let base: UnsafeRawPointer
    let fields: UnsafePointer<ProtobufCFieldDescriptor>?
    private let arena: UnsafeMutablePointer<Arena>
    private let limit: Int

    init(_ message: UnsafePointer<ProtobufCMessage>, _ arena: UnsafeMutablePointer<Arena>, _ limit: Int) {
        unsafe base = UnsafeRawPointer(message)
        unsafe fields = message.pointee.descriptor.pointee.fields
        unsafe self.arena = unsafe arena
        self.limit = limit
    }

    // MARK: Access to the struct

    @inline(__always)
    func descriptor(_ field: Int) -> UnsafePointer<ProtobufCFieldDescriptor> {
        // A message with a field has descriptors for its fields.
        unsafe fields.unsafelyUnwrapped + field
    }

    @inline(__always)
    func load<Value>(_ field: Int, as type: Value.Type) -> Value {
        unsafe base.loadUnaligned(fromByteOffset: Int(descriptor(field).pointee.offset), as: Value.self)
    }

    /// Whether an `optional` field was on the wire.
    @inline(__always)
    func has(_ field: Int) -> Bool {
        unsafe base.load(fromByteOffset: Int(descriptor(field).pointee.quantifier_offset), as: Int32.self) != 0
    }

    /// Number of the member that is set in the oneof of this field; 0 for none.
    public func oneofCase(_ field: Int) -> UInt32 {
        unsafe base.load(fromByteOffset: Int(descriptor(field).pointee.quantifier_offset), as: UInt32.self)
    }

    /// Elements of a repeated field.
    public func count(_ field: Int) -> Int {
        unsafe base.load(fromByteOffset: Int(descriptor(field).pointee.quantifier_offset), as: Int.self)
    }

    /// Counts the memory of Swift values before they are made.
    public func charge(_ count: Int, bytesEach: Int) throws(ProtobufError) {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: bytesEach)
        guard !overflow, unsafe arena.pointee.charge(bytes) else { throw .memoryLimitExceeded(limit: limit) }
    }

    /// The elements of a repeated field where protobuf-c has put them.
    @inline(__always)
    func elements<Element>(_ field: Int, as type: Element.Type) throws(ProtobufError) -> UnsafeBufferPointer<Element> {
        let count = count(field)
        guard count > 0, let start = unsafe load(field, as: UnsafeRawPointer?.self) else {
            return unsafe UnsafeBufferPointer(start: nil, count: 0)
        }
        try charge(count, bytesEach: MemoryLayout<Element>.stride)
        return unsafe UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: count)
    }

    var messageName: String {
        let message = unsafe base.assumingMemoryBound(to: ProtobufCMessage.self)
        return unsafe String(cString: message.pointee.descriptor.pointee.name)
    }

    // MARK: Messages

    /// Whether a singular message is set.
    public func hasMessage(_ field: Int) -> Bool { unsafe load(field, as: UnsafeRawPointer?.self) != nil }

    /// A reader of a singular message; one of its own message's fields when it is not set, so ask `hasMessage` first.
    public func submessage(_ field: Int) -> FieldReader {
        let message = unsafe load(field, as: UnsafePointer<ProtobufCMessage>.self)
        return unsafe FieldReader(message, arena, limit)
    }

    /// A reader of one element of a repeated message. `index` is below `count`.
    public func element(_ field: Int, _ index: Int) -> FieldReader {
        let messages = unsafe load(field, as: UnsafePointer<UnsafePointer<ProtobufCMessage>>.self)
        return unsafe FieldReader(messages[index], arena, limit)
    }

    /// A singular message; nil when it is not set.
    @inlinable
    public func message<Value: Message>(_ field: Int, as type: Value.Type = Value.self) throws(ProtobufError) -> Value? {
        guard hasMessage(field) else { return nil }
        try charge(1, bytesEach: MemoryLayout<Value>.size)
        return try Value(readingFields: submessage(field))
    }

    @inlinable
    public func messages<Value: Message>(_ field: Int, as type: Value.Type = Value.self) throws(ProtobufError) -> [Value] {
        let count = count(field)
        var values: [Value] = []
        guard count > 0 else { return values }
        try charge(count, bytesEach: MemoryLayout<Value>.stride)
        values.reserveCapacity(count)
        for index in 0..<count {
            values.append(try Value(readingFields: element(field, index)))
        }
        return values
    }

    /// A map; of entries with the same key the last one counts.
    @inlinable
    public func map<Key: Hashable, Value>(
        _ field: Int, _ read: (borrowing FieldReader) throws(ProtobufError) -> (Key, Value)
    ) throws(ProtobufError) -> [Key: Value] {
        let count = count(field)
        var values: [Key: Value] = [:]
        guard count > 0 else { return values }
        // A dictionary is at most 3/4 full and doubles; two and a half times its entries covers it.
        try charge(count, bytesEach: (MemoryLayout<Key>.stride + MemoryLayout<Value>.stride) * 5 / 2)
        values.reserveCapacity(count)
        for index in 0..<count {
            let (key, value) = try read(element(field, index))
            values[key] = value
        }
        return values
    }

    // MARK: Unknown fields

    public func unknownFields() -> UnknownFields {
        let message = unsafe base.assumingMemoryBound(to: ProtobufCMessage.self)
        guard unsafe message.pointee.n_unknown_fields > 0, let first = unsafe message.pointee.unknown_fields else {
            return UnknownFields()
        }
        var bytes: [UInt8] = []
        for index in unsafe 0..<Int(message.pointee.n_unknown_fields) {
            let field = unsafe first[index]
            guard let start = unsafe field.data else { continue }
            let value = unsafe UnsafeBufferPointer(start: start, count: field.len)
            if unsafe field.tag == UnknownFields.carrierNumber {
                // Only the normaliser makes these: a length, then what is carried.
                let prefix = unsafe value.prefix { $0 >= 0x80 }.count + 1
                unsafe bytes.append(contentsOf: value.dropFirst(prefix))
            } else {
                unsafe bytes.appendVarint(UInt64(field.tag) << 3 | UInt64(field.wire_type.rawValue))
                unsafe bytes.append(contentsOf: value)
            }
        }
        return UnknownFields(wellFormed: bytes)
    }
}
