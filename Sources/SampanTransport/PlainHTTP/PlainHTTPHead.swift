/// Reads an HTTP/1.1 request (RFC 9112), as strictly as it is written there: its head, and the body that its length announces. Sans-IO.
struct PlainHTTPHead {
    enum Reading: Sendable, Hashable {
        /// More has to come.
        case incomplete
        case request(PlainHTTPRequest)
        /// Not one that is answered otherwise than by this status.
        case refused(Int)
    }

    /// Alipay's has its signature in it, and is some 900 bytes long.
    private static let longestTarget = 2_048
    private static let mostFields = 64

    /// Of the head; afterwards of the body.
    private var bytes: [UInt8] = []
    private let limit: Int
    private let bodyLimit: Int
    private var waiting: (request: PlainHTTPRequest, length: Int)?

    /// - Parameters:
    ///   - limit: bytes of a head.
    ///   - bodyLimit: bytes of a body; zero takes GET only.
    init(limit: Int, bodyLimit: Int = 0) {
        self.limit = limit
        self.bodyLimit = bodyLimit
    }

    /// Takes what has come. What follows the request is left alone: every connection has one.
    mutating func take(_ more: [UInt8]) -> Reading {
        if let waiting { return takeBody(more[...], waiting.request, waiting.length) }
        let start = max(0, bytes.count - 3)
        // One byte above the limit is enough to see that it is passed.
        let before = bytes.count
        bytes += more.prefix(limit + 1 - bytes.count)
        var index = start
        while index + 4 <= bytes.count {
            if bytes[index..<index + 4].elementsEqual(Self.end) {
                guard index + 4 <= limit else { return .refused(431) }
                return finishHead(bytes[..<index], more.dropFirst(index + 4 - before))
            }
            index += 1
        }
        return bytes.count > limit ? .refused(431) : .incomplete
    }

    private mutating func finishHead(_ head: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>) -> Reading {
        let reading = read(head)
        guard case .request(let request) = reading, request.method == .post else { return reading }
        let lengths = request.fields.filter { $0.name == "content-length" }
        guard let length = lengths.first?.value else { return .refused(411) }
        // Digits alone: two readers must not see two lengths.
        guard lengths.count == 1, (1...9).contains(length.utf8.count), length.utf8.allSatisfy({ (48...57).contains($0) }),
            let count = Int(length)
        else { return .refused(400) }
        guard count <= bodyLimit else { return .refused(413) }
        bytes = []
        waiting = (request, count)
        return takeBody(rest, request, count)
    }

    private mutating func takeBody(_ more: ArraySlice<UInt8>, _ request: PlainHTTPRequest, _ length: Int) -> Reading {
        bytes += more.prefix(length - bytes.count)
        guard bytes.count == length else { return .incomplete }
        return .request(PlainHTTPRequest(method: .post, target: request.target, fields: request.fields, body: bytes))
    }

    private static let end = Array("\r\n\r\n".utf8)

    private func read(_ head: ArraySlice<UInt8>) -> Reading {
        var lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Every line but the last ends with CR LF, and no CR stands anywhere else.
        for index in lines.indices.dropLast() {
            guard lines[index].last == UInt8(ascii: "\r") else { return .refused(400) }
            lines[index].removeLast()
        }
        guard !lines.contains(where: { $0.contains(UInt8(ascii: "\r")) }) else { return .refused(400) }
        let parts = lines[0].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, Self.isToken(parts[0]) else { return .refused(400) }
        let version = String(decoding: parts[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else { return .refused(version.hasPrefix("HTTP/") ? 505 : 400) }
        guard parts[1].count <= Self.longestTarget else { return .refused(414) }
        guard parts[1].first == UInt8(ascii: "/"), parts[1].allSatisfy({ (0x21...0x7E).contains($0) }) else { return .refused(400) }
        let method = PlainHTTPRequest.Method(rawValue: String(decoding: parts[0], as: UTF8.self))
        let takesBody = method == .post && bodyLimit > 0
        guard let fields = Self.fields(lines[1...]), !fields.contains(where: { $0.name == "transfer-encoding" }),
            takesBody || Self.hasNoBody(fields), fields.count(where: { $0.name == "host" }) == 1 || version == "HTTP/1.0"
        else { return .refused(400) }
        guard let method, method == .get || takesBody else { return .refused(405) }
        return .request(PlainHTTPRequest(method: method, target: String(decoding: parts[1], as: UTF8.self), fields: fields, body: []))
    }

    /// Nil where a line is no field, or there are too many.
    private static func fields(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [PlainHTTPField]? {
        guard lines.count <= mostFields else { return nil }
        var fields: [PlainHTTPField] = []
        for line in lines {
            // A name that is no token: also a blank before the colon, and a line that goes on with the one before.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), isToken(line[..<colon]) else { return nil }
            let value = line[(colon + 1)...]
            guard value.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) || $0 >= 0x80 }) else { return nil }
            let isBlank: (UInt8) -> Bool = { $0 == 0x09 || $0 == 0x20 }
            let trimmed = value.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            fields.append(
                PlainHTTPField(
                    String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(decoding: Array(trimmed), as: UTF8.self)))
        }
        return fields
    }

    private static func hasNoBody(_ fields: [PlainHTTPField]) -> Bool {
        fields.allSatisfy { $0.name != "content-length" || $0.value == "0" }
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
