/// The fields of one protobuf message, just enough of the wire format (protobuf.dev, Encoding) to read an audit log: varints and bytes; the
/// last of several wins. Written apart from the product's own codec on purpose.
struct ProtoFields {
    private var numbers: [UInt64: UInt64] = [:]
    private var blobs: [UInt64: [ArraySlice<UInt8>]] = [:]

    init(_ message: ArraySlice<UInt8>) throws(VerifyError) {
        var rest = message
        while !rest.isEmpty {
            let tag = try Self.varint(&rest)
            guard tag >> 3 > 0 else { throw .unreadable("a field without a number") }
            switch tag & 7 {
            case 0: numbers[tag >> 3] = try Self.varint(&rest)
            case 1: try Self.skip(8, &rest)
            case 5: try Self.skip(4, &rest)
            case 2:
                let count = try Self.varint(&rest)
                guard count <= UInt64(rest.count) else { throw .unreadable("a field is longer than its message") }
                blobs[tag >> 3, default: []].append(rest.prefix(Int(count)))
                rest = rest.dropFirst(Int(count))
            default: throw .unreadable("a field of a kind that is not used here")
            }
        }
    }

    func number(_ field: UInt64) -> UInt64 { numbers[field] ?? 0 }
    func bytes(_ field: UInt64) -> [UInt8] { blobs[field]?.last.map(Array.init) ?? [] }
    func text(_ field: UInt64) -> String { Self.printable(String(decoding: bytes(field), as: UTF8.self)) }
    func all(_ field: UInt64) -> [ArraySlice<UInt8>] { blobs[field] ?? [] }

    func message(_ field: UInt64) throws(VerifyError) -> ProtoFields? {
        guard let bytes = blobs[field]?.last else { return nil }
        return try ProtoFields(bytes)
    }

    /// A hash; `nothing` for one that is left out.
    func hash(_ field: UInt64) throws(VerifyError) -> [UInt8] {
        let bytes = bytes(field)
        guard bytes.count == 32 else { throw .unreadable("field \(field) is a hash of \(bytes.count) bytes instead of 32") }
        return bytes
    }

    /// A google.protobuf.Timestamp, in nanoseconds since 1970.
    func time(_ field: UInt64) throws(VerifyError) -> Int64 {
        guard let time = try message(field) else { throw .unreadable("a time is missing") }
        let (scaled, first) = Int64(bitPattern: time.number(1)).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, second) = scaled.addingReportingOverflow(Int64(bitPattern: time.number(2)))
        guard !first, !second, time.number(2) < 1_000_000_000 else { throw .unreadable("a time beyond the years 1677 to 2262") }
        return sum
    }

    /// Without control characters, which could speak to a terminal.
    private static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.filter { $0.properties.generalCategory != .control && $0.properties.generalCategory != .format }))
    }

    private static func skip(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(VerifyError) {
        guard rest.count >= count else { throw .unreadable("a message ends early") }
        rest = rest.dropFirst(count)
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws(VerifyError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard let byte = rest.popFirst() else { throw .unreadable("a message ends early") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .unreadable("a number of more than ten bytes")
    }
}
