internal import SampanCrypto
package import SampanDomain
internal import SampanStorage

/// What a clinician gets who asked for a code: its number, not its digits.
package struct CodeTicket: Sendable, Hashable {
    package let id: ConsentID
    package let expiresAt: UnixTime
}

/// Codes that are sent to patients (RE-03).
///
/// In the file stands an HMAC of the digits under a key of the node, bound to the code's number, its reader and its terms. A slow hash
/// would not do: a million codes are tried in a second against SHA-256, and in a day or two against scrypt at a tenth of a second each;
/// without the key, which is wrapped by the master outside of the file, not one can be tried. The digits themselves are nowhere: a code
/// whose notice was lost is asked for again.
extension ConsentDesk {
    /// Codes for one patient within `patientWindow`.
    package static let mostPerPatient: Int64 = 5
    /// Ten minutes.
    package static let patientWindow: Int64 = 600 * 1_000_000_000
    /// Codes by one reader within `readerWindow`.
    package static let mostPerReader: Int64 = 60
    /// An hour.
    package static let readerWindow: Int64 = 3_600 * 1_000_000_000
    /// Wrong tries at codes of one patient within `lockWindow`: chances of 20 in a million a day, whoever tries.
    package static let mostWrong: Int64 = 20
    /// A day.
    package static let lockWindow: Int64 = 86_400 * 1_000_000_000

    /// Sends the patient a code that lets one clinician in on these terms. Another code for the same patient and clinician that still waits
    /// is void from now on.
    ///
    /// Throws `tooMany`, `code(.locked)`, `notSent`. A replay of the request gets the same ticket and sends nothing.
    package func requestCode(_ terms: ConsentTerms, request: RequestID, by sender: any NoticeSender) async throws(ConsentError)
        -> CodeTicket
    {
        let now = records.clock.now()
        guard let staff = terms.grantee.staff else {
            throw .records(.invalid(DomainError(field: "clinician", message: "a code is for one clinician")))
        }
        let longest = now.advanced(byNanoseconds: Self.longestByCode)
        guard terms.until > now, terms.until <= longest else {
            throw .records(.invalid(DomainError(field: "until", message: "must be within the next 31 days")))
        }
        let (id, digits) = try Self.records { () throws(RecordsError) in
            (try ConsentID.fresh(), try RecordsError.crypto { () throws(CryptoError) in try CodeDigits.draw(RandomBytes.make) })
        }
        var body = FieldWriter("sampan code request 1")
        terms.write(&body)
        let ticket = try await once(request, terms.grantee.institution, body) { [self] transaction in
            try issue(id, digits, terms, staff, transaction, at: now)
            return id
        } outcome: { [self] id, transaction in
            guard let stored = try code(id, transaction) else { throw ConsentError.unknown }
            return CodeTicket(id: id, expiresAt: stored.machine.expiresAt)
        }
        guard ticket.id == id else { return ticket }
        do {
            try await sender.send(
                .code(
                    patient: terms.patient, digits: digits, institution: terms.grantee.institution, purpose: terms.purpose,
                    expiresAt: ticket.expiresAt))
        } catch {
            try await void(id)
            throw .notSent
        }
        return ticket
    }

    /// Takes the digits that the patient told. When they are right, the grant begins in the same transaction that uses the code up.
    ///
    /// A wrong try is durable before it is told. A replay of the request that was right gets the same grant.
    package func verifyCode(
        _ id: ConsentID, digits: String, institution: InstitutionCode, staff: StaffID, request: RequestID
    ) async throws(ConsentError) -> ConsentGrant {
        var body = FieldWriter("sampan code verification 1")
        body.add(id.bytes)
        body.add(digits)
        body.add(staff.text)
        let (name, digest, grantID) = try Self.records { () throws(RecordsError) in
            (try records.names.request(institution, request), try records.names.digest(body.bytes), try ConsentID.fresh())
        }
        let outcome: Result<ConsentGrant, ConsentError> = try await records.database.write(ConsentError.self) { [self] transaction in
            let now = records.clock.now()
            try records.clock.keep(transaction)
            let before = try transaction.first("SELECT digest, outcome FROM consent_requests WHERE name = ?", .blob(name)) { row in
                (try row.blob(0), try row.blob(1))
            }
            if let (known, outcome) = before {
                guard ConstantTime.equal(known, digest), let stored = try code(id, transaction),
                    let grant = try rows.grant(ConsentID(stored: outcome), of: stored.terms.patient, transaction)
                else { return .failure(.requestReused) }
                return .success(grant)
            }
            let grant = try present(id, digits, institution, staff, grantID, transaction, at: now)
            if case .success = grant {
                try transaction.execute(
                    "INSERT INTO consent_requests (name, digest, outcome, at) VALUES (?, ?, ?, ?)", .blob(name), .blob(digest),
                    .blob(grantID.bytes), .integer(now.nanoseconds))
            }
            return grant
        }
        return try outcome.get()
    }
}

extension ConsentDesk {
    /// A code's row, opened.
    struct StoredCode {
        let row: Int64
        let patient: [UInt8]
        let reader: [UInt8]
        let code: [UInt8]
        var machine: ConsentCode
        let terms: ConsentTerms
    }

    func code(_ id: ConsentID, _ transaction: borrowing Transaction) throws -> StoredCode? {
        let found = try transaction.first(
            "SELECT id, patient, reader, issued_at, state, tries, code, wrapped_by, sealed FROM consent_codes WHERE name = ?",
            .blob(id.bytes)
        ) { row in
            let state = try row.text(4)
            guard let state = ConsentCode.State(rawValue: state) else { throw RecordsError.damaged("a code") }
            let machine = ConsentCode(state: state, tries: try row.int64(5), issuedAt: UnixTime(nanoseconds: try row.int64(3)))
            return (try row.int64(0), try row.blob(1), try row.blob(2), machine, try row.blob(6), try row.int64(7), try row.blob(8))
        }
        guard let (row, patient, reader, machine, code, key, box) = found else { return nil }
        return try ConsentError.unwrapped {
            let bytes = try rows.open(box, key, .consent_codes, id.bytes, patient, transaction)
            var fields = try FieldReader(bytes, form: "sampan code 1", part: "a code")
            let terms = try ConsentTerms(&fields, part: "a code")
            let issued = try fields.number()
            try fields.end()
            guard issued == machine.issuedAt.nanoseconds else { throw RecordsError.damaged("a code") }
            return StoredCode(row: row, patient: patient, reader: reader, code: code, machine: machine, terms: terms)
        }
    }

    private func issue(
        _ id: ConsentID, _ digits: String, _ terms: ConsentTerms, _ staff: StaffID, _ transaction: borrowing Transaction, at now: UnixTime
    ) throws {
        try records.clock.keep(transaction)
        let patient = try records.names.patient(terms.patient)
        let reader = try records.names.staff(terms.grantee.institution, staff)
        try checkRates(patient: patient, reader: reader, transaction, at: now)
        // One code at a time for a patient and a clinician: an older one that somebody saw on the screen is none.
        try transaction.execute(
            "UPDATE consent_codes SET state = 'replaced' WHERE patient = ? AND reader = ? AND state = 'waiting'", .blob(patient),
            .blob(reader))
        var fields = FieldWriter("sampan code 1")
        terms.write(&fields)
        fields.add(now.nanoseconds)
        let (key, box) = try rows.seal(fields.bytes, .consent_codes, id.bytes, patient, transaction, at: now)
        try transaction.execute(
            """
            INSERT INTO consent_codes (name, patient, reader, issued_at, state, tries, code, wrapped_by, sealed)
                VALUES (?, ?, ?, ?, 'waiting', 0, ?, ?, ?)
            """, .blob(id.bytes), .blob(patient), .blob(reader), .integer(now.nanoseconds), .blob(try mark(of: digits, id, reader, terms)),
            .integer(key), .blob(box))
    }

    private func checkRates(patient: [UInt8], reader: [UInt8], _ transaction: borrowing Transaction, at now: UnixTime) throws {
        func count(_ sql: String, _ name: [UInt8], window: Int64) throws -> Int64 {
            try transaction.first(sql, .blob(name), .integer(now.advanced(byNanoseconds: -window).nanoseconds)) { row in try row.int64(0) }
                ?? 0
        }
        guard
            try count("SELECT COUNT(*) FROM consent_codes WHERE patient = ? AND issued_at > ?", patient, window: Self.patientWindow)
                < Self.mostPerPatient
        else { throw ConsentError.tooMany(perPatient: true) }
        guard
            try count("SELECT COUNT(*) FROM consent_codes WHERE reader = ? AND issued_at > ?", reader, window: Self.readerWindow)
                < Self.mostPerReader
        else { throw ConsentError.tooMany(perPatient: false) }
        guard try !isLocked(patient, transaction, at: now) else { throw ConsentError.code(.locked) }
    }

    private func isLocked(_ patient: [UInt8], _ transaction: borrowing Transaction, at now: UnixTime) throws -> Bool {
        let wrong = try transaction.first(
            "SELECT COALESCE(SUM(tries), 0) FROM consent_codes WHERE patient = ? AND issued_at > ?", .blob(patient),
            .integer(now.advanced(byNanoseconds: -Self.lockWindow).nanoseconds)
        ) { row in try row.int64(0) }
        return (wrong ?? 0) >= Self.mostWrong
    }

    private func present(
        _ id: ConsentID, _ digits: String, _ institution: InstitutionCode, _ staff: StaffID, _ grantID: ConsentID,
        _ transaction: borrowing Transaction, at now: UnixTime
    ) throws -> Result<ConsentGrant, ConsentError> {
        // Another clinician's code is told from none by nothing.
        guard var stored = try code(id, transaction), stored.terms.grantee.institution == institution, stored.terms.grantee.staff == staff
        else {
            return .failure(.code(.unknown))
        }
        guard try !isLocked(stored.patient, transaction, at: now) else { return .failure(.code(.locked)) }
        let mark = try mark(of: digits, id, stored.reader, stored.terms)
        let isRight = ConstantTime.equal(mark, stored.code) && CodeDigits.isPlausible(digits)
        let action = stored.machine.handle(.presented(isRight: isRight), at: now)
        try transaction.execute(
            "UPDATE consent_codes SET state = ?, tries = ? WHERE id = ?", .text(stored.machine.state.rawValue),
            .integer(stored.machine.tries),
            .integer(stored.row))
        switch action {
        case .refuse(let refusal): return .failure(.code(refusal))
        case .nothing: return .failure(.code(.unknown))
        case .grant:
            let grant = ConsentGrant(id: grantID, terms: stored.terms, means: .code, grantedAt: now, state: .active, endedAt: nil)
            try ConsentError.unwrapped { try add(grant, transaction, at: now) }
            return .success(grant)
        }
    }

    /// A code that was not sent is none.
    private func void(_ id: ConsentID) async throws(ConsentError) {
        try await records.database.write(ConsentError.self) { transaction in
            try transaction.execute("UPDATE consent_codes SET state = 'replaced' WHERE name = ? AND state = 'waiting'", .blob(id.bytes))
        }
    }

    private func mark(of digits: String, _ id: ConsentID, _ reader: [UInt8], _ terms: ConsentTerms) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan code mark 1")
        fields.add(id.bytes)
        fields.add(reader)
        terms.write(&fields)
        fields.add(digits)
        let bytes = fields.bytes
        return try RecordsError.crypto { () throws(CryptoError) in try HMACSHA256.authenticate(bytes, key: records.codes.secret) }
    }
}
