internal import SampanCrypto
package import SampanDomain
internal import SampanStorage

/// Moves what keys wrap to other keys, in small steps, while documents are stored and read. What is left to do is what the file says: a
/// rotation that was killed goes on where it was, by `run` again.
package struct KeyRotation: Sendable {
    /// Rows of one transaction: some milliseconds of the writer.
    package static let step = 256

    /// What is left.
    package struct Stand: Sendable, Equatable {
        /// Keys that another master than the current one wraps.
        package var keysOfFormerMasters: Int64
        /// Content keys that a retiring key of an institution wraps.
        package var contentsOfRetiringKeys: Int64
        /// Retiring keys that are not destroyed yet.
        package var retiringKeys: Int64

        package var isDone: Bool { keysOfFormerMasters == 0 && contentsOfRetiringKeys == 0 && retiringKeys == 0 }
    }

    private let records: RecordsDatabase

    package init(_ records: RecordsDatabase) { self.records = records }

    /// Gives an institution a fresh data key; what the one before wraps is moved by `run`.
    package func replaceKey(of institution: InstitutionCode) async throws(RecordsError) {
        let (keys, now) = (records.keys, records.clock.now())
        try await records.database.write(RecordsError.self) { transaction in
            _ = try keys.replace(transaction, .institution(institution), .contents, at: now)
        }
    }

    /// Moves all there is to move. `progress` is told after each step.
    package func run(progress: @Sendable (Stand) -> Void = { _ in }) async throws(RecordsError) {
        while true {
            let stand = try await advance()
            progress(stand)
            if stand.isDone { return }
        }
    }

    /// One step: up to `step` rows, in one transaction. Returns what is left after it.
    package func advance() async throws(RecordsError) -> Stand {
        let (keys, now) = (records.keys, records.clock.now())
        return try await records.database.write(RecordsError.self) { transaction in
            let former = try transaction.rows(
                "SELECT id FROM record_keys WHERE master <> ? AND state <> 'destroyed' ORDER BY id LIMIT ?", .text(keys.masterName),
                .integer(Int64(Self.step))
            ) { row in try row.int64(0) }
            for id in former { _ = try keys.rewrap(id, transaction) }
            if former.isEmpty { try Self.moveContents(keys, transaction, at: now) }
            return try Self.stand(keys, transaction)
        }
    }

    /// What is left now.
    package func stand() async throws(RecordsError) -> Stand {
        let keys = records.keys
        return try await records.database.read(RecordsError.self) { transaction in try Self.stand(keys, transaction) }
    }

    private static func moveContents(_ keys: KeyRing, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        let retiring = try transaction.first(
            "SELECT id FROM record_keys WHERE state = 'retiring' AND purpose = 'contents' ORDER BY id LIMIT 1"
        ) { row in try row.int64(0) }
        guard let retiring else { return }
        let contents = try transaction.rows(
            "SELECT id, owner, wrapped FROM record_contents WHERE wrapped_by = ? ORDER BY id LIMIT ?", .integer(retiring),
            .integer(Int64(step))
        ) { row in (try row.int64(0), try row.text(1), try row.blob(2)) }
        for (content, owner, wrapped) in contents {
            let institution = try RecordsError.stored("the content \(content)") { () throws(DomainError) in
                try InstitutionCode(owner, scheme: .local)
            }
            let context = ContentKey.context(content: content, owner: owner)
            let secret = try keys.open(
                wrapped, transaction, key: retiring, .institution(institution), .contents, context: context, part: "the content \(content)")
            let (key, box) = try keys.seal(secret, transaction, .institution(institution), .contents, context: context, at: now)
            try transaction.execute(
                "UPDATE record_contents SET wrapped_by = ?, wrapped = ? WHERE id = ?", .integer(key), .blob(box), .integer(content))
        }
        if contents.count < step { try keys.destroy(retiring, transaction) }
    }

    private static func stand(_ keys: KeyRing, _ transaction: borrowing Transaction) throws -> Stand {
        let stand = try transaction.first(
            """
            SELECT (SELECT COUNT(*) FROM record_keys WHERE master <> ? AND state <> 'destroyed'),
                (SELECT COUNT(*) FROM record_contents WHERE wrapped_by IN
                    (SELECT id FROM record_keys WHERE state = 'retiring' AND purpose = 'contents')),
                (SELECT COUNT(*) FROM record_keys WHERE state = 'retiring' AND purpose = 'contents')
            """, .text(keys.masterName)
        ) { row in
            Stand(
                keysOfFormerMasters: try row.int64(0), contentsOfRetiringKeys: try row.int64(1), retiringKeys: try row.int64(2))
        }
        return stand ?? Stand(keysOfFormerMasters: 0, contentsOfRetiringKeys: 0, retiringKeys: 0)
    }
}
