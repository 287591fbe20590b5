internal import SampanCrypto
package import SampanDomain
internal import SampanStorage
internal import Synchronization

/// Takes documents in. What it gives back tells nothing that the caller has not sent.
package struct DocumentWriter: Sendable {
    /// Chunks of one transaction while an upload runs: 1 MiB, which is also what an upload holds in memory.
    static let batch = 16
    /// Contents that were never finished are removed in transactions of this many chunks.
    private static let sweepStep: Int64 = 256

    private let records: RecordsDatabase
    /// Longest content, in bytes.
    private let sizeLimit: Int64

    /// - Parameter sizeLimit: longest content, in bytes; at most 1 TiB.
    package init(_ records: RecordsDatabase, sizeLimit: Int64 = 4 << 30) {
        self.records = records
        self.sizeLimit = min(sizeLimit, ContentKey.mostChunks * Int64(ContentKey.chunkSize))
    }

    /// Begins a new document of `owner`. Throws `unlabelled`.
    package func store(_ document: NewDocument, owner: InstitutionCode, request: RequestID) async throws(RecordsError) -> DocumentUpload {
        guard let label = document.label else { throw .unlabelled }
        let plan = DocumentUpload.Plan(
            document: try DocumentID.fresh(), version: 1, base: nil, patient: document.patient, kind: document.kind,
            occurredAt: document.occurredAt, owner: owner, custodian: document.custodian, label: label, details: document.details)
        return try await begin(plan, request)
    }

    /// Begins the next version of a document. Throws `unlabelled`, `unknownDocument`, and `notOwner` for anybody but its owner (RE-16).
    /// - Parameter base: the version that the caller has amended; any other newest one is `amendedMeanwhile`.
    package func amend(
        _ document: DocumentID, base: Int64, patient: EnterpriseID, custodian: InstitutionCode, label: SecurityLabel?,
        details: DocumentDetails,
        owner: InstitutionCode, request: RequestID
    ) async throws(RecordsError) -> DocumentUpload {
        guard let label else { throw .unlabelled }
        let found = try await records.database.read(RecordsError.self) { transaction in
            try transaction.first(
                "SELECT patient, kind, occurred_at, owner FROM record_documents WHERE name = ?", .blob(document.bytes)
            ) { row in (try row.blob(0), try row.text(1), try row.int64(2), try row.text(3)) }
        }
        guard let (holder, kindName, occurredAt, ownerText) = found, holder == (try records.names.patient(patient)) else {
            throw .unknownDocument
        }
        guard ownerText == owner.text else { throw .notOwner }
        guard base >= 1, base < .max else { throw .amendedMeanwhile(current: 1) }
        let kind = try RecordsError.stored("a document's kind") { () throws(DomainError) in try DocumentKind(name: kindName) }
        let plan = DocumentUpload.Plan(
            document: document, version: base + 1, base: base, patient: patient, kind: kind, occurredAt: UnixTime(nanoseconds: occurredAt),
            owner: owner, custodian: custodian, label: label, details: details)
        return try await begin(plan, request)
    }

    /// Removes what uploads left behind that never finished: of processes that were killed, and of calls that were cut. Returns how many.
    package func sweep() async throws(RecordsError) -> Int {
        var swept = 0
        var after: Int64 = 0
        while true {
            let last = after
            let next = try await records.database.read(RecordsError.self) { transaction in
                try transaction.first("SELECT id FROM record_contents WHERE is_whole = 0 AND id > ? ORDER BY id LIMIT 1", .integer(last)) {
                    row in
                    try row.int64(0)
                }
            }
            guard let content = next else { return swept }
            after = content
            if records.uploads.withLock({ $0.contains(content) }) { continue }
            try await remove(content)
            swept += 1
        }
    }

    func remove(_ content: Int64) async throws(RecordsError) {
        var isGone = false
        while !isGone {
            isGone = try await records.database.write(RecordsError.self) { transaction in
                let (first, end) = (content << 24, (content + 1) << 24)
                let isOpen = try transaction.first("SELECT 1 FROM record_contents WHERE id = ? AND is_whole = 0", .integer(content)) { _ in
                    true
                }
                guard isOpen == true else { return true }
                let removed = try transaction.execute(
                    "DELETE FROM record_chunks WHERE id IN (SELECT id FROM record_chunks WHERE id >= ? AND id < ? ORDER BY id LIMIT ?)",
                    .integer(first), .integer(end), .integer(Self.sweepStep))
                guard removed < Self.sweepStep else { return false }
                try transaction.execute("DELETE FROM record_contents WHERE id = ? AND is_whole = 0", .integer(content))
                return true
            }
        }
    }

    private func begin(_ plan: DocumentUpload.Plan, _ request: RequestID) async throws(RecordsError) -> DocumentUpload {
        let secret = try RecordsError.crypto { () throws(CryptoError) in try RandomBytes.make(AESGCM.keyCount) }
        let key = try ContentKey(secret: secret, document: plan.document, version: plan.version)
        let name = try records.names.request(plan.owner, request)
        let (keys, now) = (records.keys, records.clock.now())
        let content = try await records.database.write(RecordsError.self) { [records] transaction in
            // Never given again, also after what an upload left was removed: a late write of it meets nobody else's content.
            try transaction.execute(
                "INSERT INTO record_counters (name, value) VALUES ('content', 1) ON CONFLICT (name) DO UPDATE SET value = record_counters.value + 1"
            )
            let next = try transaction.first("SELECT value FROM record_counters WHERE name = 'content'") { row in try row.int64(0) }
            guard let content = next else { throw StorageError(kind: .misuse, message: "no number for a content") }
            let context = ContentKey.context(content: content, owner: plan.owner.text)
            let (wrappedBy, wrapped) = try keys.seal(secret, transaction, .institution(plan.owner), .contents, context: context, at: now)
            try transaction.execute(
                "INSERT INTO record_contents (id, owner, wrapped_by, wrapped, begun_at, is_whole) VALUES (?, ?, ?, ?, ?, 0)",
                .integer(content), .text(plan.owner.text), .integer(wrappedBy), .blob(wrapped), .integer(now.nanoseconds))
            // Before the commit, so that no sweep ever sees a content of this process that nobody is known to write.
            records.uploads.withLock { _ = $0.insert(content) }
            return content
        }
        return try DocumentUpload(records, plan, content: content, key: key, request: name, sizeLimit: sizeLimit)
    }
}
