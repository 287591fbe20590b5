/// Reads the head of an HTTP/1.1 request (RFC 9112), as strictly as it is written there. Sans-IO.
struct HTTPGetHead {
    enum Reading: Sendable, Hashable {
        /// More has to come.
        case incomplete
        case request(HTTPGetRequest)
        /// Not one that is answered otherwise than by this status.
        case refused(Int)
    }

    private static let longestTarget = 1_024
    private static let mostFields = 64

    private var bytes: [UInt8] = []
    private let limit: Int

    /// - Parameter limit: bytes of a head.
    init(limit: Int) { self.limit = limit }

    /// Takes what has come. What follows the head is left alone: every connection has one request.
    mutating func take(_ more: [UInt8]) -> Reading {
        let start = max(0, bytes.count - 3)
        // One byte above the limit is enough to see that it is passed.
        bytes += more.prefix(limit + 1 - bytes.count)
        var index = start
        while index + 4 <= bytes.count {
            if bytes[index..<index + 4].elementsEqual(Self.end) {
                return index + 4 <= limit ? Self.read(bytes[..<index]) : .refused(431)
            }
            index += 1
        }
        return bytes.count > limit ? .refused(431) : .incomplete
    }

    private static let end = Array("\r\n\r\n".utf8)

    private static func read(_ head: ArraySlice<UInt8>) -> Reading {
        var lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Every line but the last ends with CR LF, and no CR stands anywhere else.
        for index in lines.indices.dropLast() {
            guard lines[index].last == UInt8(ascii: "\r") else { return .refused(400) }
            lines[index].removeLast()
        }
        guard !lines.contains(where: { $0.contains(UInt8(ascii: "\r")) }) else { return .refused(400) }
        let parts = lines[0].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, isToken(parts[0]) else { return .refused(400) }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { return .refused(version.hasPrefix("HTTP/") ? 505 : 400) }
        guard parts[1].count <= longestTarget else { return .refused(414) }
        guard parts[1].first == UInt8(ascii: "/"), parts[1].allSatisfy({ (0x21...0x7E).contains($0) }) else { return .refused(400) }
        guard let fields = fields(lines[1...]), hasNoBody(fields), fields.count(where: { $0.name == "host" }) == 1 || version == "HTTP/1.0"
        else { return .refused(400) }
        guard String(decoding: parts[0], as: UTF8.self) == "GET" else { return .refused(405) }
        let path = parts[1].prefix { $0 != UInt8(ascii: "?") }
        let accept = fields.filter { $0.name == "accept" }.map(\.value)
        return .request(
            HTTPGetRequest(path: String(decoding: path, as: UTF8.self), accept: accept.isEmpty ? nil : accept.joined(separator: ",")))
    }

    /// Nil where a line is no field, or there are too many.
    private static func fields(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [(name: String, value: String)]? {
        guard lines.count <= mostFields else { return nil }
        var fields: [(name: String, value: String)] = []
        for line in lines {
            // A name that is no token: also a blank before the colon, and a line that goes on with the one before.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else { return nil }
            let value = line[(colon + 1)...]
            guard value.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) || $0 >= 0x80 }) else { return nil }
            let isBlank: (UInt8) -> Bool = { $0 == 0x09 || $0 == 0x20 }
            let trimmed = value.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            fields.append((String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: Array(trimmed), as: UTF8.self)))
        }
        return fields
    }

    private static func hasNoBody(_ fields: [(name: String, value: String)]) -> Bool {
        fields.allSatisfy { $0.name != "transfer-encoding" && ($0.name != "content-length" || $0.value == "0") }
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
