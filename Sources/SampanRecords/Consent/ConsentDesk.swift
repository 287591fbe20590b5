internal import SampanCrypto
package import SampanDomain
internal import SampanStorage

/// Consent given, asked for and taken back. Every change is one transaction, durable when its call returns; time is `SteadyClock`'s.
package struct ConsentDesk: Sendable {
    /// Grants that one patient may have at once: the gate looks at all of them.
    package static let mostGrants: Int64 = 128
    /// Nanoseconds that a grant by code lasts at the most: a month of treatment. A resident's own grant may last longer.
    package static let longestByCode: Int64 = 31 * 86_400 * 1_000_000_000

    let records: RecordsDatabase
    let rows: ConsentRows

    package init(_ records: RecordsDatabase) {
        self.records = records
        rows = ConsentRows(records)
    }

    /// A grant that the patient, or who stands for the patient, gives in person.
    /// - Parameter actor: whose request it is, for replays: the institution of the app.
    package func grant(_ terms: ConsentTerms, request: RequestID, by actor: InstitutionCode) async throws(ConsentError) -> ConsentGrant {
        let now = records.clock.now()
        guard terms.until > now else {
            throw .records(.invalid(DomainError(field: "until", message: "is over already")))
        }
        let grant = try ConsentGrant(
            id: Self.records { () throws(RecordsError) in try ConsentID.fresh() }, terms: terms, means: .resident, grantedAt: now,
            state: .active,
            endedAt: nil)
        var body = FieldWriter("sampan consent grant request 1")
        terms.write(&body)
        return try await once(request, actor, body) { [self] transaction in
            try add(grant, transaction, at: now)
            return grant.id
        } outcome: { [self] id, transaction in
            guard let grant = try rows.grant(id, of: terms.patient, transaction) else { throw ConsentError.unknown }
            return grant
        }
    }

    /// Takes a grant back; from when this returns, no byte is read on it. Twice is once.
    package func revoke(_ id: ConsentID, of patient: EnterpriseID) async throws(ConsentError) -> ConsentGrant {
        try await records.database.write(ConsentError.self) { [self] transaction in
            let now = records.clock.now()
            try records.clock.keep(transaction)
            guard var grant = try rows.grant(id, of: patient, transaction) else { throw ConsentError.unknown }
            if grant.revoke(at: now) { try rows.update(grant, transaction, at: now) }
            return grant
        }
    }

    /// A patient's grants, newest first, below `before` (the place of the last one of the page before).
    package func grants(
        of patient: EnterpriseID, before: Int64 = .max, limit: Int = 50
    ) async throws(ConsentError) -> [(place: Int64, grant: ConsentGrant)] {
        let count = max(1, min(100, limit))
        let now = records.clock.now()
        let found = try await records.database.read(ConsentError.self) { [self] transaction in
            try rows.grants(of: patient, before: before, limit: count, transaction).map { Placed(place: $0.row, value: $0.grant) }
        }
        return found.map { placed in
            var grant = placed.value
            _ = grant.expire(at: now)
            return (placed.place, grant)
        }
    }

    // MARK: Emergencies

    /// Opens a patient's records to one treating clinician for two hours, without asking. The notice to the patient is committed with it.
    package func openEmergency(
        patient: EnterpriseID, institution: InstitutionCode, staff: StaffID, role: ReaderRole, cause: EmergencyAccess.Cause,
        statement: String,
        request: RequestID
    ) async throws(ConsentError) -> EmergencyAccess {
        guard role == .clinician else { throw .roleNotAllowed }
        let now = records.clock.now()
        let access = try Self.records { () throws(RecordsError) in
            let id = try ConsentID.fresh()
            return try RecordsError.domain { () throws(DomainError) in
                try EmergencyAccess(
                    id: id, patient: patient, institution: institution, staff: staff, cause: cause, statement: statement, openedAt: now)
            }
        }
        var body = FieldWriter("sampan emergency request 1")
        body.add(patient.number)
        body.add(staff.text)
        body.add(cause.rawValue)
        body.add(statement)
        return try await once(request, institution, body) { [self] transaction in
            try expireEmergencies(of: patient, transaction, at: now)
            try rows.insert(access, transaction, at: now)
            try NoticeOutbox(records).add(emergency: access, transaction, at: now)
            return access.id
        } outcome: { [self] id, transaction in
            guard let access = try rows.emergency(id, of: institution, transaction) else { throw ConsentError.unknown }
            return access
        }
    }

    /// Emergency accesses of an institution that nobody has looked at yet, newest first.
    package func reviews(
        of institution: InstitutionCode, before: Int64 = .max, limit: Int = 50
    ) async throws(ConsentError) -> [(place: Int64, access: EmergencyAccess)] {
        let count = max(1, min(100, limit))
        let found = try await records.database.read(ConsentError.self) { [self] transaction in
            try rows.reviews(of: institution, before: before, limit: count, transaction).map { Placed(place: $0.row, value: $0.access) }
        }
        return found.map { ($0.place, $0.value) }
    }

    /// Says whether an emergency access was right. One that was not ends at once. By a quality officer of the same institution.
    package func review(
        _ id: ConsentID, as verdict: EmergencyAccess.Review, by reviewer: StaffID, of institution: InstitutionCode, role: ReaderRole
    ) async throws(ConsentError) -> EmergencyAccess {
        guard role == .qualityOfficer else { throw .roleNotAllowed }
        return try await records.database.write(ConsentError.self) { [self] transaction in
            let now = records.clock.now()
            try records.clock.keep(transaction)
            guard var access = try rows.emergency(id, of: institution, transaction) else { throw ConsentError.unknown }
            if let refusal = access.review(as: verdict, by: reviewer, of: institution, at: now) { throw refusal }
            try rows.update(access, transaction, at: now)
            return access
        }
    }
}

extension ConsentDesk {
    /// Marks those whose time is over, and adds one while there is room.
    func add(_ grant: ConsentGrant, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        try records.clock.keep(transaction)
        var active: Int64 = 0
        for var former in try rows.activeGrants(of: grant.terms.patient, transaction) {
            if former.expire(at: now) { try rows.update(former, transaction, at: now) } else { active += 1 }
        }
        guard active < Self.mostGrants else { throw ConsentError.tooManyGrants }
        try rows.insert(grant, transaction, at: now)
    }

    private func expireEmergencies(of patient: EnterpriseID, _ transaction: borrowing Transaction, at now: UnixTime) throws {
        try records.clock.keep(transaction)
        for var former in try rows.openEmergencies(of: patient, transaction) where former.expire(at: now) {
            try rows.update(former, transaction, at: now)
        }
    }

    /// Carries a request out once: a replay gets what came of it, another body under the same id is refused.
    func once<T: Sendable>(
        _ request: RequestID, _ actor: InstitutionCode, _ body: FieldWriter,
        _ act: @escaping @Sendable (borrowing Transaction) throws -> ConsentID,
        outcome: @escaping @Sendable (ConsentID, borrowing Transaction) throws -> T
    ) async throws(ConsentError) -> T {
        let (name, digest) = try Self.records { () throws(RecordsError) in
            (try records.names.request(actor, request), try records.names.digest(body.bytes))
        }
        return try await records.database.write(ConsentError.self) { [self] transaction in
            let before = try transaction.first("SELECT digest, outcome FROM consent_requests WHERE name = ?", .blob(name)) { row in
                (try row.blob(0), try row.blob(1))
            }
            if let (known, id) = before {
                guard ConstantTime.equal(known, digest) else { throw ConsentError.requestReused }
                return try outcome(ConsentID(stored: id), transaction)
            }
            let id = try ConsentError.unwrapped { try act(transaction) }
            try transaction.execute(
                "INSERT INTO consent_requests (name, digest, outcome, at) VALUES (?, ?, ?, ?)", .blob(name), .blob(digest), .blob(id.bytes),
                .integer(records.clock.now().nanoseconds))
            return try outcome(id, transaction)
        }
    }

    static func records<T>(_ body: () throws(RecordsError) -> T) throws(ConsentError) -> T {
        do throws(RecordsError) { return try body() } catch { throw .records(error) }
    }
}

/// A value and its place in a list.
private struct Placed<Value: Sendable>: Sendable {
    let place: Int64
    let value: Value
}

extension ConsentError {
    /// What the records' own parts throw within a transaction, in the words of consent.
    static func unwrapped<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as RecordsError { throw ConsentError.records(error) }
    }
}
