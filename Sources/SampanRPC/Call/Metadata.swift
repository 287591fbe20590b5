/// Key-value pairs that travel before the first message or after the last (gRPC PROTOCOL-HTTP2, Custom-Metadata).
///
/// Keys are lower case; keys that end in `-bin` carry bytes, all others printable ASCII. Order is kept, keys may repeat.
public struct Metadata: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case ascii(String)
        case binary([UInt8])
    }

    public struct Entry: Sendable, Hashable {
        public let key: String
        public let value: Value
    }

    @usableFromInline var entries: [Entry]

    public init() { entries = [] }

    @inlinable public var isEmpty: Bool { entries.isEmpty }

    /// Appends a text value, without the blanks around it (RFC 9113 §8.2.1 forbids them, gRPC lets them be dropped).
    /// Throws when the key or the value may not stand in an HTTP/2 header of gRPC.
    public mutating func append(_ value: String, for key: String) throws(MetadataError) {
        let key = try Metadata.validated(key: key)
        guard !key.hasSuffix("-bin") else { throw .textForBinaryKey(key) }
        guard Metadata.isPrintableASCII(value) else { throw .valueNotPrintableASCII(key) }
        entries.append(Entry(key: key, value: .ascii(Metadata.withoutBlanks(value))))
    }

    /// Appends bytes under a key that ends in `-bin`.
    public mutating func append(_ value: [UInt8], for key: String) throws(MetadataError) {
        let key = try Metadata.validated(key: key)
        guard key.hasSuffix("-bin") else { throw .bytesForTextKey(key) }
        entries.append(Entry(key: key, value: .binary(value)))
    }

    /// The first text value of a key.
    public subscript(ascii key: String) -> String? {
        for entry in entries where entry.key == key {
            if case .ascii(let text) = entry.value { return text }
        }
        return nil
    }

    /// The first binary value of a key.
    public subscript(binary key: String) -> [UInt8]? {
        for entry in entries where entry.key == key {
            if case .binary(let bytes) = entry.value { return bytes }
        }
        return nil
    }

    /// Adds an entry that came off the wire and was checked there.
    package mutating func appendReceived(key: String, value: Value) {
        entries.append(Entry(key: key, value: value))
    }

    /// gRPC PROTOCOL-HTTP2: `Header-Name → 1*( %x30-39 / %x61-7A / "_" / "-" / ".")`; `grpc-` is reserved.
    static func validated(key: String) throws(MetadataError) -> String {
        let lower = key.lowercased()
        let legal = lower.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard legal, !lower.isEmpty else { throw .illegalKey(key) }
        guard !lower.hasPrefix("grpc-"), !reserved.contains(lower) else { throw .reservedKey(lower) }
        return lower
    }

    /// Headers that the protocol itself owns, and those that make a head malformed (RFC 9113 §8.2.2).
    static let reserved: Set<String> = [
        "content-type", "te", "user-agent", "host", "content-length", "connection", "keep-alive", "proxy-connection",
        "transfer-encoding", "upgrade",
    ]

    private static func withoutBlanks(_ text: String) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }

    static func isPrintableASCII(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

extension Metadata: RandomAccessCollection {
    public var startIndex: Int { entries.startIndex }
    public var endIndex: Int { entries.endIndex }
    public subscript(position: Int) -> Entry { entries[position] }
}

/// Why a pair cannot be metadata.
public enum MetadataError: Error, Sendable, Hashable {
    case illegalKey(String)
    case reservedKey(String)
    case textForBinaryKey(String)
    case bytesForTextKey(String)
    case valueNotPrintableASCII(String)
}
