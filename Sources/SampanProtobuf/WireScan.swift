internal import CProtobufC

/// Looks through wire bytes before protobuf-c does: refuses what is malformed or too costly, foresees the memory that
/// parsing will take, and notices what protobuf-c 1.4.1 cannot parse or parses wrongly although it is legal.
struct WireScan {
    let limits: DecodingLimits
    /// Fields and packed elements so far.
    private(set) var elements = 0
    /// What `protobuf_c_message_unpack` will take from its allocator, within a few bytes per field.
    private(set) var memoryBytes = 0
    /// True when the bytes hold something that `Normaliser` has to rewrite first.
    private(set) var needsNormalising = false

    /// protobuf-c notes each field in 32 bytes while it parses: 16 of them on the stack, then slabs of doubling size.
    private static let memberBytes = 32
    private static let membersOnStack = 16

    /// False for bytes that come from a peer: there the carrier's number has to be carried itself.
    private let isNormalised: Bool

    init(_ limits: DecodingLimits, isNormalised: Bool = false) {
        self.limits = limits
        self.isNormalised = isNormalised
    }

    mutating func scan(
        _ bytes: UnsafeBufferPointer<UInt8>, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    ) throws(ProtobufError) {
        guard let base = bytes.baseAddress else {
            unsafe memoryBytes = Int(descriptor.pointee.sizeof_message)
            return
        }
        try unsafe scan(WireCursor(base, base + bytes.count), descriptor, depth: 1)
    }

    private mutating func scan(
        _ start: WireCursor, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>, depth: Int
    ) throws(ProtobufError) {
        guard depth <= limits.maximumDepth else { throw .nestingTooDeep(limit: limits.maximumDepth) }
        var cursor = unsafe start
        var finder = unsafe FieldFinder(descriptor)
        // Singular messages met, by field index modulo 64; a false alarm beyond 64 fields only costs time.
        var met: UInt64 = 0
        let elementsBefore = elements
        unsafe memoryBytes += Int(descriptor.pointee.sizeof_message)
        while unsafe !cursor.isAtEnd {
            let (number, wireType) = try unsafe cursor.tag()
            elements += 1
            guard let index = unsafe finder.index(of: number), let field = unsafe finder.fields.map({ unsafe $0 + index }) else {
                try unsafe scanUnknown(&cursor, number, wireType, depth)
                continue
            }
            if wireType == 2 {
                try unsafe scanLengthPrefixed(&cursor, field, index, &met, depth)
            } else {
                try unsafe scanPlain(&cursor, field, wireType, depth)
            }
            try check()
        }
        let members = elements - elementsBefore
        if members > Self.membersOnStack { memoryBytes += 2 * Self.memberBytes * members }
        try check()
    }

    /// A known field with a length: a message, bytes, packed values, or a number that should not have a length.
    @inline(__always)
    private mutating func scanLengthPrefixed(
        _ cursor: inout WireCursor, _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ index: Int, _ met: inout UInt64, _ depth: Int
    ) throws(ProtobufError) {
        let length = try unsafe cursor.length()
        let value = unsafe WireCursor(cursor.position, cursor.position + length)
        try unsafe cursor.skip(length)
        switch unsafe field.pointee.type {
        case PROTOBUF_C_TYPE_MESSAGE:
            if unsafe field.pointee.isRepeated {
                memoryBytes += 8
            } else {
                let bit: UInt64 = 1 << UInt64(index & 63)
                if met & bit != 0 { needsNormalising = true }
                met |= bit
            }
            guard let child = unsafe field.pointee.descriptor else { throw .refused }
            try unsafe scan(value, child.assumingMemoryBound(to: ProtobufCMessageDescriptor.self), depth: depth + 1)
        case PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_STRING:
            memoryBytes += length + (unsafe field.pointee.isRepeated ? 24 : 8)
        default:
            if unsafe field.pointee.isRepeated {
                try unsafe scanPacked(value, field)
            } else {
                needsNormalising = true
            }
        }
    }

    /// A known field without a length: one number, or a value of a wire type that the field should not have.
    @inline(__always)
    private mutating func scanPlain(
        _ cursor: inout WireCursor, _ field: UnsafePointer<ProtobufCFieldDescriptor>, _ wireType: UInt8, _ depth: Int
    ) throws(ProtobufError) {
        if unsafe wireType == field.pointee.wireType {
            if unsafe field.pointee.isRepeated { memoryBytes += 8 }
        } else {
            needsNormalising = true
        }
        try unsafe cursor.skipValue(
            number: field.pointee.id, wireType: wireType, depth: limits.maximumDepth - depth, limit: limits.maximumDepth)
    }

    @inline(__always)
    private func check() throws(ProtobufError) {
        if elements > limits.maximumElements { throw .tooManyElements(limit: limits.maximumElements) }
        if memoryBytes > limits.maximumMemoryBytes { throw .memoryLimitExceeded(limit: limits.maximumMemoryBytes) }
    }

    /// A field that the contract does not have: protobuf-c keeps it in 32 bytes and a copy of its value.
    private mutating func scanUnknown(_ cursor: inout WireCursor, _ number: UInt32, _ wireType: UInt8, _ depth: Int) throws(ProtobufError) {
        let before = unsafe cursor.left
        if wireType == 3 || (number == UnknownFields.carrierNumber && !isNormalised) { needsNormalising = true }
        try unsafe cursor.skipValue(
            number: number, wireType: wireType, depth: limits.maximumDepth - depth, limit: limits.maximumDepth)
        memoryBytes += 32 + 8 + (unsafe before - cursor.left)
        try check()
    }

    private mutating func scanPacked(_ values: WireCursor, _ field: UnsafePointer<ProtobufCFieldDescriptor>) throws(ProtobufError) {
        var values = unsafe values
        let width = unsafe field.pointee.wireType == 5 ? 4 : field.pointee.wireType == 1 ? 8 : 0
        var count = 0
        if width > 0 {
            guard unsafe values.left % width == 0 else { throw .truncated }
            count = unsafe values.left / width
        } else {
            let isBool = unsafe field.pointee.type == PROTOBUF_C_TYPE_BOOL
            while unsafe !values.isAtEnd {
                // protobuf-c takes one byte for one bool and knows only 0 and 1.
                if isBool, unsafe values.position.pointee > 1 { needsNormalising = true }
                try unsafe values.skipVarint()
                count += 1
            }
        }
        elements += count
        memoryBytes += unsafe count * field.pointee.elementBytes + 8
    }
}
