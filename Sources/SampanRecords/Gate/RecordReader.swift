internal import SampanDomain
internal import SampanStorage

/// Leave to read what its warrants cover of one patient's documents. **Only this file can make one**, in a transaction in which the grants
/// behind the warrants were just found to hold: so no method of any service can pass the gate by.
struct ReadPass: Sendable {
    let warrants: [Warrant]
    let patient: EnterpriseID
    /// The patient's opaque name.
    let name: [UInt8]

    fileprivate init(warrants: [Warrant], patient: EnterpriseID, name: [UInt8]) {
        (self.warrants, self.patient, self.name) = (warrants, patient, name)
    }

    /// The times that any warrant reaches over; nil without one.
    var times: (from: UnixTime, until: UnixTime)? {
        guard let from = warrants.map(\.scope.from).min(), let until = warrants.map(\.scope.until).max() else { return nil }
        return (from, until)
    }
}

/// The only door to what is in records: nothing comes out without a decision that names its basis, and no decision, yes or no, is told
/// before its leaf is durable in the audit log.
///
/// Each call decides, appends the leaf, and reads in a transaction that looks at the grants again: what was withdrawn between the two is
/// not given.
package final class RecordReader: Sendable {
    /// Entries of one page, at the most.
    package static let mostEntries = 100

    private let records: RecordsDatabase
    private let audit: any AccessAudit
    private let guardians: any GuardianRegister

    package init(_ records: RecordsDatabase, audit: any AccessAudit, guardians: any GuardianRegister = NoGuardians()) {
        (self.records, self.audit, self.guardians) = (records, audit, guardians)
    }

    /// The newest versions of a patient's documents that may be read, newest first.
    /// - Parameter limit: entries wanted; 1 to `mostEntries`, others are taken for the nearest.
    package func timeline(
        _ request: AccessRequest, after cursor: TimelineCursor? = nil, limit: Int = 50
    ) async throws(AccessRefusal) -> TimelinePage {
        let bases = try await admit(request, .timeline).bases
        let (keys, count) = (records.keys, max(1, min(Self.mostEntries, limit)))
        return try await read(request, bases) { pass, transaction in
            let (rows, hasMore) = try DocumentShelf.page(pass, after: cursor, limit: count, transaction)
            let entries = try rows.map { row in try row.entry(try row.contentKey(keys, transaction), patient: pass.patient) }
            let next = hasMore ? rows.last.map { TimelineCursor(occurredAt: $0.occurredAt, document: $0.document) } : nil
            return TimelinePage(entries: entries, next: next, bases: bases)
        }
    }

    /// One version's entry; the newest for nil.
    package func entry(
        _ request: AccessRequest, document: DocumentID, version: Int64? = nil
    ) async throws(AccessRefusal) -> DocumentEntry {
        let admitted = try await admit(request, .entry, document, version)
        let keys = records.keys
        return try await read(request, admitted.bases) { pass, transaction in
            guard let row = try DocumentShelf.row(pass, document, version: admitted.version, transaction) else {
                throw Refused(.consentEnded)
            }
            return try row.entry(try row.contentKey(keys, transaction), patient: pass.patient)
        }
    }

    /// The versions of a document, newest first, below `before`.
    package func versions(
        _ request: AccessRequest, document: DocumentID, before: Int64 = .max, limit: Int = 50
    ) async throws(AccessRefusal) -> [DocumentEntry] {
        let bases = try await admit(request, .versions, document).bases
        let (keys, count) = (records.keys, max(1, min(Self.mostEntries, limit)))
        return try await read(request, bases) { pass, transaction in
            let rows = try DocumentShelf.versions(pass, document, before: before, limit: count, transaction)
            return try rows.map { row in try row.entry(try row.contentKey(keys, transaction), patient: pass.patient) }
        }
    }

    /// Opens a version's content; the newest for nil.
    package func open(
        _ request: AccessRequest, document: DocumentID, version: Int64? = nil
    ) async throws(AccessRefusal) -> ContentStream {
        let admitted = try await admit(request, .content, document, version)
        let keys = records.keys
        let entry = try await read(request, admitted.bases) { pass, transaction in
            guard let row = try DocumentShelf.row(pass, document, version: admitted.version, transaction) else {
                throw Refused(.consentEnded)
            }
            return try row.entry(try row.contentKey(keys, transaction), patient: pass.patient)
        }
        do throws(RecordsError) {
            return try ContentStream(self, request, bases: admitted.bases, entry: entry)
        } catch {
            throw .records(error)
        }
    }

    /// The next chunk of a stream, when what let its reader in still holds. A refusal is written down as a cut.
    func chunk(
        _ number: Int64, of entry: DocumentEntry, _ request: AccessRequest, _ bases: [AccessBasis]
    ) async throws(AccessRefusal) -> (bytes: [UInt8], isLast: Bool) {
        let keys = records.keys
        do throws(AccessRefusal) {
            let (box, key, isLast) = try await read(request, bases) { pass, transaction in
                guard let row = try DocumentShelf.row(pass, entry.document, version: entry.version, transaction) else {
                    throw Refused(.consentEnded)
                }
                guard number < row.chunks else { throw RecordsError.damaged("a document's content") }
                let box = try DocumentShelf.chunk(pass, row, number: number, transaction)
                return (box, try row.contentKey(keys, transaction), number == row.chunks - 1)
            }
            do throws(RecordsError) {
                return (try key.open(chunk: box, number: number, isLast: isLast), isLast)
            } catch {
                throw AccessRefusal.records(error)
            }
        } catch {
            guard case .denied(let reason) = error else { throw error }
            try await record(
                AccessEvent(
                    at: records.clock.now(), request: request, entry: .content, document: entry.document, version: entry.version,
                    kind: entry.kind, outcome: .cut(reason)))
            throw error
        }
    }
}

extension RecordReader {
    /// Decides, makes the time durable that it decided by, and appends the leaf. Throws when there is no basis. Of one document, the
    /// version that the leaf names is the one that is to be read.
    private func admit(
        _ request: AccessRequest, _ entry: AccessEvent.Entry, _ document: DocumentID? = nil, _ version: Int64? = nil
    ) async throws(AccessRefusal) -> Admission {
        let now = records.clock.now()
        let isGuardian = await isGuardian(request)
        let (decision, sawExpired) = try await look { [records] transaction in
            let found = try Self.warrants(records, request, isGuardian: isGuardian, at: now, transaction)
            return (try Self.decision(records, request, found, document, version, transaction), found.sawExpired)
        }
        let admitted = try? decision.get()
        do throws(RecordsError) { try await records.clock.keep(in: records.database, atOnce: sawExpired) } catch { throw .records(error) }
        let outcome: AccessEvent.Outcome
        switch decision {
        case .success(let admission): outcome = .allowed(admission.bases)
        case .failure(let refused): outcome = .denied(refused.reason)
        }
        try await record(
            AccessEvent(
                at: now, request: request, entry: entry, document: document,
                version: entry == .versions ? nil : admitted?.version ?? version, kind: admitted?.kind,
                emergencyCause: admitted?.emergencyCause, outcome: outcome))
        do { return try decision.get() } catch { throw .denied(error.reason) }
    }

    /// Whether anything is covered; of one document, that document.
    private static func decision(
        _ records: RecordsDatabase, _ request: AccessRequest, _ found: WarrantSearch.Found, _ document: DocumentID?, _ version: Int64?,
        _ transaction: borrowing Transaction
    ) throws -> Result<Admission, Refused> {
        guard !found.warrants.isEmpty else { return .failure(Refused(found.reason)) }
        var admission = Admission(bases: found.warrants.map(\.basis), emergencyCause: found.emergencyCause)
        guard let document else { return .success(admission) }
        let pass = ReadPass(warrants: found.warrants, patient: request.patient, name: try records.names.patient(request.patient))
        guard let row = try DocumentShelf.row(pass, document, version: version, transaction) else { return .failure(Refused(.notCovered)) }
        admission.bases = found.warrants.filter { $0.covers(row) }.map(\.basis)
        (admission.version, admission.kind) = (row.version, row.kind)
        return .success(admission)
    }

    /// Reads with a pass of those of `bases` that still hold. `Refused` of `body` is a denial.
    private func read<T: Sendable>(
        _ request: AccessRequest, _ bases: [AccessBasis], _ body: @escaping @Sendable (ReadPass, borrowing Transaction) throws -> T
    ) async throws(AccessRefusal) -> T {
        let isGuardian = bases.contains(.guardian) ? await isGuardian(request) : false
        let now = records.clock.now()
        let outcome: Result<T, Refused> = try await look { [records] transaction in
            let found = try Self.warrants(records, request, isGuardian: isGuardian, at: now, transaction)
            let warrants = found.warrants.filter { bases.contains($0.basis) }
            guard !warrants.isEmpty else { return .failure(Refused(.consentEnded)) }
            let pass = ReadPass(warrants: warrants, patient: request.patient, name: try records.names.patient(request.patient))
            do {
                return .success(try body(pass, transaction))
            } catch let refused as Refused {
                return .failure(refused)
            }
        }
        do { return try outcome.get() } catch { throw .denied(error.reason) }
    }

    private static func warrants(
        _ records: RecordsDatabase, _ request: AccessRequest, isGuardian: Bool, at now: UnixTime, _ transaction: borrowing Transaction
    ) throws -> WarrantSearch.Found {
        let rows = ConsentRows(records)
        guard case .staff = request.reader else {
            return WarrantSearch.search(request, grants: [], emergencies: [], isGuardian: isGuardian, at: now)
        }
        return WarrantSearch.search(
            request, grants: try rows.activeGrants(of: request.patient, transaction),
            emergencies: request.purpose == .emergency ? try rows.openEmergencies(of: request.patient, transaction) : [],
            isGuardian: isGuardian, at: now)
    }

    private func isGuardian(_ request: AccessRequest) async -> Bool {
        guard case .resident(let person) = request.reader, person != request.patient else { return false }
        return (try? await guardians.stands(person, for: request.patient)) ?? false
    }

    private func record(_ event: AccessEvent) async throws(AccessRefusal) {
        do { try await audit.append(event) } catch { throw .auditUnavailable }
    }

    private func look<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(AccessRefusal) -> T {
        do throws(RecordsError) {
            return try await records.database.read(RecordsError.self, body)
        } catch {
            throw .records(error)
        }
    }
}

/// What the gate let somebody in on.
private struct Admission: Sendable {
    var bases: [AccessBasis]
    var emergencyCause: EmergencyAccess.Cause?
    /// Of one document.
    var version: Int64?
    var kind: DocumentKind?
}

/// A denial on its way out of a transaction.
private struct Refused: Error, Sendable {
    let reason: DenialReason
    init(_ reason: DenialReason) { self.reason = reason }
}
