internal import SampanCrypto
internal import SampanDomain
internal import SampanStorage
internal import Synchronization

/// A content on its way in. It holds at most a mebibyte of it. Until `finish` has returned there is no version, whatever happens; what was
/// written of it till then is removed by `abandon`, or by a later `DocumentWriter.sweep`.
package actor DocumentUpload {
    struct Plan: Sendable {
        let document: DocumentID
        let version: Int64
        /// The version that is amended; nil for a new document.
        let base: Int64?
        let patient: EnterpriseID
        let kind: DocumentKind
        let occurredAt: UnixTime
        let owner: InstitutionCode
        let custodian: InstitutionCode
        let label: SecurityLabel
        let details: DocumentDetails
    }

    private let records: RecordsDatabase
    private let plan: Plan
    private let content: Int64
    private let key: ContentKey
    private let request: [UInt8]
    private let sizeLimit: Int64
    private let hash: SHA256Stream
    /// Plain bytes that are no chunk yet: the last chunk is known as such only at the end.
    private var rest: [UInt8] = []
    private var sealed: [[UInt8]] = []
    /// The number of the first of `sealed`.
    private var first: Int64 = 0
    private var size: Int64 = 0
    private var hasEnded = false
    /// Calls come one after the other; one that does not is refused, since chunks would change places.
    private var isBusy = false

    init(_ records: RecordsDatabase, _ plan: Plan, content: Int64, key: ContentKey, request: [UInt8], sizeLimit: Int64) throws(RecordsError)
    {
        (self.records, self.plan, self.content, self.key, self.request) = (records, plan, content, key, request)
        self.sizeLimit = sizeLimit
        hash = try RecordsError.crypto { () throws(CryptoError) in try SHA256Stream() }
    }

    deinit {
        records.uploads.withLock { _ = $0.remove(content) }
    }

    /// The document's number, known before it is there.
    package nonisolated var document: DocumentID { plan.document }

    /// Takes the next bytes, any number of them. When this throws, the upload has ended.
    package func append(_ bytes: [UInt8]) async throws(RecordsError) {
        guard !hasEnded, !isBusy else { throw .uploadEnded }
        isBusy = true
        defer { isBusy = false }
        do throws(RecordsError) {
            let (sum, overflow) = size.addingReportingOverflow(Int64(bytes.count))
            guard !overflow, sum <= sizeLimit else { throw .tooLarge(limit: sizeLimit) }
            size = sum
            try RecordsError.crypto { () throws(CryptoError) in try hash.update(bytes) }
            rest += bytes
            // Always something stays, so that the last chunk is the last.
            var start = 0
            while rest.count - start > ContentKey.chunkSize {
                let chunk = Array(rest[start..<start + ContentKey.chunkSize])
                sealed.append(try key.seal(chunk: chunk, number: first + Int64(sealed.count), isLast: false))
                start += ContentKey.chunkSize
                if sealed.count >= DocumentWriter.batch { try await flush() }
            }
            if start > 0 { rest.removeSubrange(..<start) }
        } catch {
            await abandon()
            throw error
        }
    }

    /// Commits the version: durable when this returns.
    /// Throws `amendedMeanwhile` and `requestReused`; a request that was carried out before gets what came of it.
    package func finish() async throws(RecordsError) -> StoredVersion {
        guard !hasEnded, !isBusy else { throw .uploadEnded }
        do throws(RecordsError) {
            let digest = try sealLast()
            return try await settle(try await commit(digest))
        } catch {
            await giveUp()
            throw error
        }
    }

    /// As `finish()`, but tells before what it is about to do, so that this is written down first: no version without. A replay is told
    /// what came of it then. When another call is quicker between the two, more was told than was done, and this throws as `finish()` does.
    /// - Parameter announce: called once, or twice where the other call was this very request. When it throws, `auditUnavailable` is
    ///   thrown, and nothing is kept.
    package func finish(
        announcing announce: @Sendable (StoredVersion) async throws -> Void
    ) async throws(AccessRefusal) -> StoredVersion {
        guard !hasEnded, !isBusy else { throw .records(.uploadEnded) }
        do {
            let digest = try sealLast()
            let foreseen = try await foresee(digest)
            do { try await announce(foreseen) } catch { throw AccessRefusal.auditUnavailable }
            let outcome = try await settle(foreseen.isNew ? try await commit(digest) : foreseen)
            if outcome.document != foreseen.document {
                do { try await announce(outcome) } catch { throw AccessRefusal.auditUnavailable }
            }
            return outcome
        } catch {
            await giveUp()
            switch error {
            case let error as AccessRefusal: throw error
            case let error as RecordsError: throw .records(error)
            default: throw .records(.uploadEnded)
            }
        }
    }

    /// Gives the upload up and removes what was written of it.
    package func abandon() async {
        guard !hasEnded else { return }
        hasEnded = true
        (rest, sealed) = ([], [])
        // What cannot be removed now is left to the sweep.
        try? await removeContent()
    }

    /// Seals what is left, and returns the address of the whole. Nothing more is taken after it.
    private func sealLast() throws(RecordsError) -> [UInt8] {
        sealed.append(try key.seal(chunk: rest, number: first + Int64(sealed.count), isLast: true))
        let digest = try RecordsError.crypto { () throws(CryptoError) in try hash.finish() }
        hasEnded = true
        return digest
    }

    private func settle(_ outcome: StoredVersion) async throws(RecordsError) -> StoredVersion {
        if outcome.isNew { records.uploads.withLock { _ = $0.remove(content) } } else { try await removeContent() }
        return outcome
    }

    private func giveUp() async {
        hasEnded = false
        await abandon()
    }

    /// What `commit` would come to now.
    private func foresee(_ digest: [UInt8]) async throws(RecordsError) -> StoredVersion {
        let (plan, request, size) = (plan, request, size)
        let body = try Self.digest(of: plan, patient: try records.names.patient(plan.patient), content: digest, records.names)
        return try await records.database.read(RecordsError.self) { transaction in
            if let known = try Self.known(request, body, digest, transaction) { return known }
            if let base = plan.base {
                let newest = try Self.row(of: plan, transaction).newest
                guard newest == base else { throw RecordsError.amendedMeanwhile(current: newest) }
            }
            return StoredVersion(document: plan.document, version: plan.version, size: size, digest: digest, isNew: true)
        }
    }

    private func removeContent() async throws(RecordsError) {
        records.uploads.withLock { _ = $0.remove(content) }
        _ = try await DocumentWriter(records).remove(content)
    }

    private func flush() async throws(RecordsError) {
        let (content, from, boxes) = (content, first, sealed)
        try await records.database.write(RecordsError.self) { transaction in try Self.insert(boxes, from: from, of: content, transaction) }
        first += Int64(boxes.count)
        sealed.removeAll(keepingCapacity: true)
    }

    private static func insert(_ boxes: [[UInt8]], from first: Int64, of content: Int64, _ transaction: borrowing Transaction) throws {
        let isOpen = try transaction.first("SELECT 1 FROM record_contents WHERE id = ? AND is_whole = 0", .integer(content)) { _ in true }
        guard isOpen == true else { throw RecordsError.uploadEnded }
        for (offset, box) in boxes.enumerated() {
            try transaction.execute(
                "INSERT INTO record_chunks (id, box) VALUES (?, ?)", .integer(content << 24 | (first + Int64(offset))), .blob(box))
        }
    }

    private func commit(_ digest: [UInt8]) async throws(RecordsError) -> StoredVersion {
        let (plan, content, request, size) = (plan, content, request, size)
        let (from, boxes, chunks) = (first, sealed, first + Int64(sealed.count))
        let (patient, now, clock) = (try records.names.patient(plan.patient), records.clock.now(), records.clock)
        let body = try Self.digest(of: plan, patient: patient, content: digest, records.names)
        let sealedDetails = try key.seal(
            details: plan.details, digest: digest, patient: plan.patient,
            binding: Self.binding(plan, patient: patient, storedAt: now, size: size, chunks: chunks))
        return try await records.database.write(RecordsError.self) { transaction in
            if let known = try Self.known(request, body, digest, transaction) { return known }
            try Self.insert(boxes, from: from, of: content, transaction)
            let row = try Self.placeDocument(plan, patient: patient, transaction)
            let marked = try transaction.execute(
                "UPDATE record_contents SET is_whole = 1 WHERE id = ? AND is_whole = 0", .integer(content))
            guard marked == 1 else { throw RecordsError.uploadEnded }
            try transaction.execute(
                """
                INSERT INTO record_versions (document, number, content, custodian, data_class, grade, stored_at, size, chunks, sealed)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, .integer(row), .integer(plan.version), .integer(content), .text(plan.custodian.text),
                .text(plan.label.dataClass.rawValue),
                .integer(Int64(plan.label.grade)), .integer(now.nanoseconds), .integer(size), .integer(chunks), .blob(sealedDetails))
            try transaction.execute(
                "INSERT INTO record_requests (name, digest, document, version, size, stored_at) VALUES (?, ?, ?, ?, ?, ?)", .blob(request),
                .blob(body),
                .blob(plan.document.bytes), .integer(plan.version), .integer(size), .integer(now.nanoseconds))
            try clock.keep(transaction)
            return StoredVersion(document: plan.document, version: plan.version, size: size, digest: digest, isNew: true)
        }
    }

    /// What the request came to before; nil when it is new. Throws when it was another one.
    private static func known(
        _ request: [UInt8], _ body: [UInt8], _ digest: [UInt8], _ transaction: borrowing Transaction
    ) throws -> StoredVersion? {
        let found = try transaction.first("SELECT digest, document, version, size FROM record_requests WHERE name = ?", .blob(request)) {
            row in
            (try row.blob(0), try row.blob(1), try row.int64(2), try row.int64(3))
        }
        guard let (before, document, version, size) = found else { return nil }
        guard ConstantTime.equal(before, body) else { throw RecordsError.requestReused }
        return StoredVersion(document: DocumentID(stored: document), version: version, size: size, digest: digest, isNew: false)
    }

    /// Makes or moves on the document's row, and returns its number.
    private static func placeDocument(_ plan: Plan, patient: [UInt8], _ transaction: borrowing Transaction) throws -> Int64 {
        guard let base = plan.base else {
            try transaction.execute(
                "INSERT INTO record_documents (name, patient, kind, occurred_at, owner, newest, top_grade) VALUES (?, ?, ?, ?, ?, 1, ?)",
                .blob(plan.document.bytes), .blob(patient), .text(plan.kind.rawValue), .integer(plan.occurredAt.nanoseconds),
                .text(plan.owner.text),
                .integer(Int64(plan.label.grade)))
            return try row(of: plan, transaction).id
        }
        let (id, newest) = try row(of: plan, transaction)
        guard newest == base else { throw RecordsError.amendedMeanwhile(current: newest) }
        try transaction.execute(
            "UPDATE record_documents SET newest = ?, top_grade = CASE WHEN top_grade < ? THEN ? ELSE top_grade END WHERE id = ?",
            .integer(plan.version), .integer(Int64(plan.label.grade)), .integer(Int64(plan.label.grade)), .integer(id))
        return id
    }

    private static func row(of plan: Plan, _ transaction: borrowing Transaction) throws -> (id: Int64, newest: Int64) {
        let found = try transaction.first(
            "SELECT id, newest FROM record_documents WHERE name = ? AND owner = ?", .blob(plan.document.bytes), .text(plan.owner.text)
        ) { row in (try row.int64(0), try row.int64(1)) }
        guard let (id, newest) = found else { throw RecordsError.unknownDocument }
        return (id, newest)
    }

    /// As `DocumentRow.binding` of the row that this becomes.
    private static func binding(_ plan: Plan, patient: [UInt8], storedAt: UnixTime, size: Int64, chunks: Int64) -> [UInt8] {
        DocumentRow.binding(
            document: plan.document, version: plan.version, patient: patient, kind: plan.kind, occurredAt: plan.occurredAt,
            owner: plan.owner,
            custodian: plan.custodian, label: plan.label, storedAt: storedAt, size: size, chunks: chunks)
    }

    /// Tells a replay from another request under the same id: everything but the document's random number, which the replay cannot know.
    /// It is keyed like the names, so that a document cannot be confirmed by guessing it.
    private static func digest(of plan: Plan, patient: [UInt8], content: [UInt8], _ names: OpaqueNames) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan records request body 1")
        if plan.base != nil { fields.add(plan.document.bytes) }
        fields.add(plan.version)
        fields.add(patient)
        fields.add(plan.kind.rawValue)
        fields.add(plan.occurredAt.nanoseconds)
        fields.add(plan.custodian.text)
        fields.add(plan.label.dataClass.rawValue)
        fields.add(Int64(plan.label.grade))
        fields.add(plan.details.title)
        fields.add(plan.details.author.text)
        fields.add(plan.details.mediaType)
        fields.add(plan.details.qualityCertificate)
        fields.add(plan.details.standard)
        fields.add(plan.details.itemCode)
        fields.add(content)
        let bytes = fields.bytes
        return try names.digest(bytes)
    }
}
