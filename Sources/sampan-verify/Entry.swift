import Foundation

/// One line of the log: sampan.audit.v1.AuditEntry. Its own hash is right once it is made.
struct Entry {
    let number: UInt64
    let before: [UInt8]
    let hash: [UInt8]
    private let record: ProtoFields
    private let access: ProtoFields?
    /// Pseudonym of the person; nil for an entry about nobody.
    let person: [UInt8]?

    init(_ fields: ProtoFields) throws(VerifyError) {
        (number, before, hash) = (fields.number(1), try fields.hash(2), try fields.hash(4))
        let bytes = fields.bytes(3)
        let computed = try Hashes.entry(number, before, bytes)
        try require(number > 0 && computed == hash, "entry \(number) was changed: it has not the hash that it says")
        record = try ProtoFields(bytes[...])
        access = try record.message(12)
        person = access.map { $0.bytes(1) }.flatMap { $0.count == 32 ? $0 : nil }
    }

    /// Who did what to what, why, and with what outcome.
    var line: String {
        let time = (try? record.time(1)).map(Self.utc) ?? "?"
        guard let access else { return "  \(number)  \(time)  \(record.text(2))  \(record.text(3))  \(record.text(5))" }
        let version = access.number(6) > 0 ? "version \(access.number(6))" : ""
        let words =
            [12, 8, 7, 5].map(access.text) + [version, "by"] + [2, 3, 4].map(access.text) + ["for"] + [9, 10, 11].map(access.text)
        return "  \(number)  \(time)  " + (words + [record.text(6)]).filter { !$0.isEmpty }.joined(separator: " ")
    }

    static func utc(_ nanoseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000)).formatted(.iso8601)
    }
}
