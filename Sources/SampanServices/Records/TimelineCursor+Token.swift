internal import SampanDomain
internal import SampanRecords

/// As a page token: 48 hexadecimal digits, of the time (big endian) and the document. It tells its reader nothing new.
extension TimelineCursor {
    var token: String { Hexadecimal.lowercase(Self.bytes(occurredAt)) + document.text }

    /// Nil for an empty token. Throws for one that no answer had.
    init?(token: String) throws(DomainError) {
        guard !token.isEmpty else { return nil }
        let fault = DomainError(field: "page_token", message: "is none that this service has given")
        guard token.utf8.count == 48, let time = Hexadecimal.bytes(digits: Array(token.utf8.prefix(16))),
            let document = try? DocumentID(String(token.suffix(32)))
        else { throw fault }
        let number = time.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        self.init(occurredAt: UnixTime(nanoseconds: Int64(bitPattern: number)), document: document)
    }

    private static func bytes(_ time: UnixTime) -> [UInt8] {
        let number = UInt64(bitPattern: time.nanoseconds)
        return stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
    }
}
