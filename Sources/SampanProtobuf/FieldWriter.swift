internal import CProtobufC

/// For generated code: puts values into a protobuf-c struct that is about to be packed, field by field.
///
/// Fields are named by their index in the order of their numbers. Lent for the time of one `writeFields(into:)`.
@safe public struct FieldWriter: ~Copyable {
    let message: UnsafeMutablePointer<ProtobufCMessage>
    private let base: UnsafeMutableRawPointer
    private let fields: UnsafePointer<ProtobufCFieldDescriptor>?
    private let arena: UnsafeMutablePointer<Arena>
    private let depth: Int

    init(_ descriptor: MessageDescriptor, _ arena: UnsafeMutablePointer<Arena>, depth: Int) throws(ProtobufError) {
        guard depth <= MessageEncoder.maximumDepth else { throw .nestingTooDeep(limit: MessageEncoder.maximumDepth) }
        let size = unsafe Int(descriptor.raw.pointee.sizeof_message)
        guard let memory = unsafe arena.pointee.take(size) else { throw .outOfMemory }
        // All fields absent; the C side is generated as proto2 without defaults, for which that is all zeros.
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        unsafe message = memory.assumingMemoryBound(to: ProtobufCMessage.self)
        unsafe message.pointee.descriptor = descriptor.raw
        unsafe base = memory
        unsafe fields = descriptor.raw.pointee.fields
        unsafe self.arena = unsafe arena
        self.depth = depth
    }

    // MARK: Access to the struct

    @inline(__always)
    private func descriptor(_ field: Int) -> UnsafePointer<ProtobufCFieldDescriptor> {
        unsafe fields.unsafelyUnwrapped + field
    }

    @inline(__always)
    func store<Value>(_ field: Int, _ value: Value) {
        unsafe base.storeBytes(of: value, toByteOffset: Int(descriptor(field).pointee.offset), as: Value.self)
    }

    /// Stores a value and says that it is there: the `has` of a singular field, the case of a oneof.
    @inline(__always)
    func storePresent<Value>(_ field: Int, _ value: Value) {
        let layout = unsafe descriptor(field)
        let quantifier = unsafe layout.pointee.isInOneof ? layout.pointee.id : 1
        unsafe base.storeBytes(of: quantifier, toByteOffset: Int(layout.pointee.quantifier_offset), as: UInt32.self)
        unsafe base.storeBytes(of: value, toByteOffset: Int(layout.pointee.offset), as: Value.self)
    }

    /// Room for the elements of a repeated field; nil when there are none.
    func elements<Element>(_ field: Int, _ count: Int, as type: Element.Type) throws(ProtobufError) -> UnsafeMutablePointer<Element>? {
        guard count > 0 else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflow, let memory = unsafe arena.pointee.take(bytes) else { throw .outOfMemory }
        unsafe base.storeBytes(of: count, toByteOffset: Int(descriptor(field).pointee.quantifier_offset), as: Int.self)
        unsafe base.storeBytes(of: memory, toByteOffset: Int(descriptor(field).pointee.offset), as: UnsafeMutableRawPointer.self)
        return unsafe memory.bindMemory(to: Element.self, capacity: count)
    }

    /// A copy in the arena: the storage of a Swift value may not be pointed to beyond a closure.
    @inline(__always)
    func copy(_ bytes: UnsafeBufferPointer<UInt8>) throws(ProtobufError) -> ProtobufCBinaryData {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return unsafe ProtobufCBinaryData(len: 0, data: nil) }
        guard let memory = unsafe arena.pointee.take(bytes.count) else { throw .outOfMemory }
        unsafe memory.copyMemory(from: source, byteCount: bytes.count)
        return unsafe ProtobufCBinaryData(len: bytes.count, data: memory.assumingMemoryBound(to: UInt8.self))
    }

    // MARK: Messages

    /// Makes the struct of a singular message, or of the member of a oneof, and says that it is set.
    public func submessage(_ field: Int, _ descriptor: MessageDescriptor) throws(ProtobufError) -> FieldWriter {
        let child = try unsafe FieldWriter(descriptor, arena, depth: depth + 1)
        let layout = unsafe self.descriptor(field)
        if unsafe layout.pointee.isInOneof {
            unsafe storePresent(field, child.message)
        } else {
            unsafe store(field, child.message)
        }
        return child
    }

    /// Makes room for `count` messages; `element` must then be called for each.
    public func reserve(_ field: Int, _ count: Int) throws(ProtobufError) {
        _ = try unsafe elements(field, count, as: UnsafeMutablePointer<ProtobufCMessage>.self)
    }

    /// Makes the struct of one element of a repeated message.
    public func element(_ field: Int, _ index: Int, _ descriptor: MessageDescriptor) throws(ProtobufError) -> FieldWriter {
        let child = try unsafe FieldWriter(descriptor, arena, depth: depth + 1)
        let slots = unsafe base.load(
            fromByteOffset: Int(self.descriptor(field).pointee.offset),
            as: UnsafeMutablePointer<UnsafeMutablePointer<ProtobufCMessage>>.self)
        unsafe slots[index] = child.message
        return child
    }

    /// Makes the struct of one entry of a map.
    public func entry(_ field: Int, _ index: Int) throws(ProtobufError) -> FieldWriter {
        guard let type = unsafe descriptor(field).pointee.descriptor else { throw .refused }
        return try unsafe element(field, index, MessageDescriptor(entry: type))
    }

    @inlinable
    public func message<Value: Message>(_ field: Int, _ value: Value?) throws(ProtobufError) {
        guard let value else { return }
        try value.writeFields(into: submessage(field, Value.descriptor))
    }

    @inlinable
    public func messages<Value: Message>(_ field: Int, _ values: [Value]) throws(ProtobufError) {
        guard !values.isEmpty else { return }
        try reserve(field, values.count)
        let descriptor = Value.descriptor
        for index in values.indices {
            try values[index].writeFields(into: element(field, index, descriptor))
        }
    }

    /// A map, in the order of `keys`.
    @inlinable
    public func map<Key: MapKey, Value>(
        _ field: Int, _ values: [Key: Value], _ write: (borrowing FieldWriter, Key, Value) throws(ProtobufError) -> Void
    ) throws(ProtobufError) {
        guard !values.isEmpty else { return }
        try reserve(field, values.count)
        var index = 0
        for (key, value) in values.sorted(by: { Key.precedes($0.key, $1.key) }) {
            try write(entry(field, index), key, value)
            index += 1
        }
    }

    // MARK: Unknown fields

    /// protobuf-c writes a tag and then the value as it is given: so the first tag, and all the rest as its value.
    public func unknownFields(_ fields: UnknownFields) throws(ProtobufError) {
        guard !fields.isEmpty else { return }
        let data = try unsafe fields.bytes.withUnsafeBufferPointer { buffer throws(ProtobufError) -> ProtobufCBinaryData in
            try unsafe copy(buffer)
        }
        guard let start = unsafe data.data else { return }
        var cursor = unsafe WireCursor(start, start + data.len)
        let (number, wireType) = try unsafe cursor.tag()
        guard let memory = unsafe arena.pointee.take(MemoryLayout<ProtobufCMessageUnknownField>.stride) else { throw .outOfMemory }
        let field = unsafe memory.bindMemory(to: ProtobufCMessageUnknownField.self, capacity: 1)
        unsafe field.initialize(
            to: ProtobufCMessageUnknownField(
                tag: number, wire_type: ProtobufCWireType(rawValue: UInt32(wireType)), len: cursor.left,
                data: UnsafeMutablePointer(mutating: cursor.position)))
        unsafe message.pointee.n_unknown_fields = 1
        unsafe message.pointee.unknown_fields = field
    }
}

extension MessageDescriptor {
    /// The type of a map's entries, which has no Swift type of its own.
    fileprivate init(entry address: UnsafeRawPointer) {
        unsafe raw = address.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    }
}
