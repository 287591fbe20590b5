internal import CProtobufC

/// Rewrites legal wire bytes into an equivalent form that protobuf-c 1.4.1 parses rightly. Rare: only for bytes in which
/// `WireScan` noticed one of these.
///
/// - A group, or a known field with another wire type: carried verbatim in an unknown field of number
///   `UnknownFields.carrierNumber`, as are unknown fields that have this very number. `FieldReader` unwraps them.
/// - A singular message more than once: one message of the joined bytes, which is what merging means
///   (protobuf Encoding, "Last One Wins"); within a oneof only those after the last change of the member.
/// - A packed bool that is not one byte of 0 or 1: made so.
struct Normaliser {
    private let limits: DecodingLimits

    /// Refuses when the notes taken while rewriting would exceed the memory limit.
    init(_ limits: DecodingLimits, _ scan: WireScan) throws(ProtobufError) {
        guard scan.elements <= limits.maximumMemoryBytes / MemoryLayout<Part>.stride else {
            throw .memoryLimitExceeded(limit: limits.maximumMemoryBytes)
        }
        self.limits = limits
    }

    /// One field of the result.
    private enum Part {
        case dropped
        /// Bytes of the input, tag and all: from, to.
        case verbatim(Int, Int)
        /// Bytes of the input that travel in the carrier.
        case carried(Int, Int)
        /// A field with a length: number and new content.
        case rewritten(UInt32, [UInt8])
        /// A message: number, content so far, index of its field.
        case message(UInt32, [UInt8], Int)
    }

    /// Takes bytes that `WireScan` has passed; their depth and number of elements are within the limits.
    func normalise(
        _ bytes: UnsafeBufferPointer<UInt8>, _ descriptor: UnsafePointer<ProtobufCMessageDescriptor>
    ) throws(ProtobufError) -> [UInt8] {
        guard let base = bytes.baseAddress else { return [] }
        var result = Parts()
        var cursor = unsafe WireCursor(base, base + bytes.count)
        var finder = unsafe FieldFinder(descriptor)
        while unsafe !cursor.isAtEnd {
            let start = unsafe cursor.position - base
            let (number, wireType) = try unsafe cursor.tag()
            var value = unsafe WireCursor(cursor.position, cursor.end)
            try unsafe cursor.skipValue(number: number, wireType: wireType, depth: limits.maximumDepth, limit: limits.maximumDepth)
            let stop = unsafe cursor.position - base
            guard let index = unsafe finder.index(of: number), let field = unsafe finder.fields.map({ unsafe $0 + index }) else {
                let carry = wireType == 3 || number == UnknownFields.carrierNumber
                result.parts.append(carry ? .carried(start, stop) : .verbatim(start, stop))
                continue
            }
            let isPacked = unsafe wireType == 2 && field.pointee.isRepeated && field.pointee.wireType != 2
            guard unsafe wireType == field.pointee.wireType || isPacked else {
                result.parts.append(.carried(start, stop))
                continue
            }
            if unsafe field.pointee.isInOneof { unsafe result.setMember(of: field.pointee.quantifier_offset, number, index) }
            if unsafe field.pointee.isMessage {
                let length = try unsafe value.length()
                let content = unsafe UnsafeBufferPointer(start: value.position, count: length)
                unsafe result.addMessage(number, content, index, isRepeated: field.pointee.isRepeated)
            } else if unsafe isPacked && field.pointee.type == PROTOBUF_C_TYPE_BOOL {
                let length = try unsafe value.length()
                let packed = unsafe WireCursor(value.position, value.position + length)
                result.parts.append(.rewritten(number, try unsafe packedBools(packed)))
            } else {
                result.parts.append(.verbatim(start, stop))
            }
        }
        return try unsafe join(result.parts, bytes, finder.fields)
    }

    /// The fields of one message as they will be, with what is needed to merge and to replace.
    private struct Parts {
        var parts: [Part] = []
        /// Where the singular message of a field stands, by the field's index.
        private var messages: [Int: Int] = [:]
        /// Which member a oneof has, by the place of its case in the struct.
        private var members: [UInt32: (part: Int, number: UInt32, index: Int)] = [:]

        /// Drops the member that was set before, unless it is the same one.
        mutating func setMember(of oneof: UInt32, _ number: UInt32, _ index: Int) {
            if let old = members[oneof], old.number != number {
                parts[old.part] = .dropped
                messages[old.index] = nil
            }
            members[oneof] = (messages[index] ?? parts.count, number, index)
        }

        /// Adds a message, or joins it to the one that its field has already.
        mutating func addMessage(_ number: UInt32, _ content: UnsafeBufferPointer<UInt8>, _ index: Int, isRepeated: Bool) {
            if !isRepeated, let earlier = messages[index], case .message(_, var joined, _) = parts[earlier] {
                // Out of its place first, so that appending does not copy what is there.
                parts[earlier] = .dropped
                unsafe joined.append(contentsOf: content)
                parts[earlier] = .message(number, joined, index)
                return
            }
            if !isRepeated { messages[index] = parts.count }
            parts.append(unsafe .message(number, [UInt8](content), index))
        }
    }

    private func join(
        _ parts: [Part], _ bytes: UnsafeBufferPointer<UInt8>, _ fields: UnsafePointer<ProtobufCFieldDescriptor>?
    ) throws(ProtobufError) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 16)
        for part in parts {
            switch part {
            case .dropped:
                break
            case .verbatim(let start, let stop):
                unsafe out.append(contentsOf: bytes[start..<stop])
            case .carried(let start, let stop):
                out.appendVarint(UInt64(UnknownFields.carrierNumber) << 3 | 2)
                out.appendVarint(UInt64(stop - start))
                unsafe out.append(contentsOf: bytes[start..<stop])
            case .rewritten(let number, let content):
                out.appendField(number, content)
            case .message(let number, let content, let index):
                guard let child = unsafe fields?[index].descriptor else { throw .refused }
                let inner = try unsafe content.withUnsafeBufferPointer { buffer throws(ProtobufError) in
                    try unsafe normalise(buffer, child.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
                }
                out.appendField(number, inner)
            }
        }
        return out
    }

    private func packedBools(_ value: WireCursor) throws(ProtobufError) -> [UInt8] {
        var value = unsafe value
        var bools: [UInt8] = []
        while unsafe !value.isAtEnd {
            let start = unsafe value.position
            try unsafe value.skipVarint()
            let bits = unsafe UnsafeBufferPointer(start: start, count: value.position - start)
            bools.append(unsafe bits.contains { $0 & 0x7F != 0 } ? 1 : 0)
        }
        return bools
    }
}

extension [UInt8] {
    mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func appendField(_ number: UInt32, _ content: [UInt8]) {
        appendVarint(UInt64(number) << 3 | 2)
        appendVarint(UInt64(content.count))
        append(contentsOf: content)
    }
}
