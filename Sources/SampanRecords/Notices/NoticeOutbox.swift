internal import SampanDomain
internal import SampanStorage

/// Notices that must not get lost: written with what they tell of, sent at least once, taken out when sent.
package struct NoticeOutbox: Sendable {
    /// Notices of one round.
    private static let batch: Int64 = 64
    /// Nanoseconds until a notice that could not be sent is tried again.
    private static let pause: Int64 = 30 * 1_000_000_000

    private let records: RecordsDatabase

    package init(_ records: RecordsDatabase) { self.records = records }

    func add(emergency access: EmergencyAccess, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        var fields = FieldWriter("sampan notice 1")
        fields.add(access.patient.number)
        fields.add(access.institution.text)
        fields.add(access.openedAt.nanoseconds)
        let (key, box) = try records.keys.seal(fields.bytes, transaction, .node, .notices, context: [], at: now)
        try transaction.execute(
            "INSERT INTO notice_outbox (due_at, wrapped_by, sealed) VALUES (?, ?, ?)", .integer(now.nanoseconds), .integer(key), .blob(box))
    }

    /// Sends what is due. Returns how many were sent, and how many wait.
    package func send(by sender: any NoticeSender) async throws(RecordsError) -> (sent: Int, waiting: Int) {
        let (keys, now) = (records.keys, records.clock.now())
        let due = try await records.database.read(RecordsError.self) { transaction in
            let rows = try transaction.rows(
                "SELECT id, wrapped_by, sealed FROM notice_outbox WHERE due_at <= ? ORDER BY id LIMIT ?", .integer(now.nanoseconds),
                .integer(Self.batch)
            ) { row in (try row.int64(0), try row.int64(1), try row.blob(2)) }
            return try rows.map { id, key, box in
                (id, try Self.notice(try keys.open(box, transaction, key: key, .node, .notices, context: [], part: "a notice")))
            }
        }
        var sent = 0
        for (id, notice) in due {
            let isSent: Bool
            do {
                try await sender.send(notice)
                isSent = true
            } catch {
                isSent = false
            }
            sent += isSent ? 1 : 0
            try await records.database.write(RecordsError.self) { transaction in
                if isSent {
                    try transaction.execute("DELETE FROM notice_outbox WHERE id = ?", .integer(id))
                } else {
                    try transaction.execute(
                        "UPDATE notice_outbox SET due_at = ? WHERE id = ?", .integer(now.advanced(byNanoseconds: Self.pause).nanoseconds),
                        .integer(id))
                }
            }
        }
        return (sent, due.count - sent)
    }

    private static func notice(_ bytes: [UInt8]) throws(RecordsError) -> Notice {
        let part = "a notice"
        var fields = try FieldReader(bytes, form: "sampan notice 1", part: part)
        let (patient, institution, at) = (try fields.number(), try fields.text(), try fields.number())
        try fields.end()
        return try RecordsError.stored(part) { () throws(DomainError) in
            .emergency(
                patient: try EnterpriseID(patient), institution: try InstitutionCode(institution, scheme: .local),
                at: UnixTime(nanoseconds: at))
        }
    }
}
