internal import SampanCrypto
package import SampanDomain
internal import SampanStorage

/// What an app gets that asked for a code: its number, not its digits. It is the same whether there is such a person or not.
package struct SignInTicket: Sendable, Hashable {
    package let id: ConsentID
    package let expiresAt: UnixTime
}

/// A code that was made for a sign-in.
package struct IssuedSignIn: Sendable {
    /// For the app.
    package let ticket: SignInTicket
    /// Whom the paper names; nil for nobody. Never told to the app.
    package let person: EnterpriseID?
    /// What is to be sent, beside the answer, so that its time does not tell whether there was anything to send; nil for nobody, and for
    /// a person who has had too many codes by other papers.
    package let notice: Notice?
}

/// What came of presenting a code.
package enum SignInOutcome: Sendable {
    /// - session: the app's secret.
    case opened(session: String, ResidentSession)
    /// - person: whom the code was for; nil where there was none, or it was for nobody.
    case refused(CodeRefusal, person: EnterpriseID?)
}

/// Residents who sign in to an app with a code that is sent to their phone. Codes live and are kept as those of consent are
/// (`ConsentCode`, `ConsentDesk`): single use, five tries, five minutes, an HMAC of the digits.
///
/// A paper that nobody has gets a code as well, which is sent to nobody and is never right: the same rows are written for it, it is
/// counted, and it ends in the same refusals. What is refused for the number of codes or of wrong tries is counted by the paper, so that
/// this, too, tells nothing of persons.
package struct SignInDesk: Sendable {
    /// Codes by one app within `appWindow`, for all residents: ten a second.
    package static let mostPerApp: Int64 = 600
    /// A minute.
    package static let appWindow: Int64 = 60 * 1_000_000_000
    /// Sessions of one resident; the oldest ends when there is one more.
    package static let mostSessions: Int64 = 8
    /// Nanoseconds after which an ended code or session is of no use for any count, and is deleted.
    private static let keeping: Int64 = 2 * 86_400 * 1_000_000_000

    let records: RecordsDatabase
    let rows: ConsentRows
    private let papers: any PaperRegister

    package init(_ records: RecordsDatabase, papers: any PaperRegister) {
        self.records = records
        self.papers = papers
        rows = ConsentRows(records)
    }

    /// Makes a code for whom the paper names. An older one for the same paper and app is void from now on.
    /// - Parameter app: name of the app's certificate.
    package func requestCode(_ paper: IdentityPaper, app: String) async throws(SignInError) -> IssuedSignIn {
        let named: EnterpriseID?
        do { named = try await papers.person(of: paper) } catch { throw .indexUnavailable }
        let draft = try SignInError.records { () throws(RecordsError) in
            let digits = try RecordsError.crypto { () throws(CryptoError) in try CodeDigits.draw(RandomBytes.make) }
            let name: [UInt8]
            if let named {
                name = try records.names.patient(named)
            } else {
                name = try RecordsError.crypto { () throws(CryptoError) in try RandomBytes.make(OpaqueNames.byteCount) }
            }
            return SignInDraft(
                id: try ConsentID.fresh(), digits: digits, paper: try records.names.paper(paper), app: try records.names.app(app),
                name: name)
        }
        let (issued, target) = try await records.database.write(SignInError.self) { [self] transaction in
            let now = records.clock.now()
            try records.clock.keep(transaction)
            let isQuiet = try checkRates(draft, transaction, at: now)
            let target = isQuiet ? nil : named
            try SignInError.unwrapped { try insert(draft, of: target, transaction, at: now) }
            return (ConsentCode(issuedAt: now), target)
        }
        let ticket = SignInTicket(id: draft.id, expiresAt: issued.expiresAt)
        return IssuedSignIn(
            ticket: ticket, person: named,
            notice: target.map { .signIn(patient: $0, digits: draft.digits, expiresAt: ticket.expiresAt) })
    }

    /// A code that could not be sent is none.
    package func void(_ ticket: SignInTicket) async throws(SignInError) {
        try await records.database.write(SignInError.self) { transaction in
            try transaction.execute(
                "UPDATE sign_in_codes SET state = 'replaced' WHERE name = ? AND state = 'waiting'", .blob(ticket.id.bytes))
        }
    }

    /// Takes the digits. When they are right, a session begins in the same transaction that uses the code up; a wrong try is durable
    /// before it is told.
    package func signIn(_ id: ConsentID, digits: String, app: String) async throws(SignInError) -> SignInOutcome {
        let (name, token) = try SignInError.records { () throws(RecordsError) in
            (try records.names.app(app), try SessionToken.fresh(records.names))
        }
        return try await records.database.write(SignInError.self) { [self] transaction in
            let now = records.clock.now()
            try records.clock.keep(transaction)
            return try SignInError.unwrapped { try present(id, digits, name, token, transaction, at: now) }
        }
    }
}

extension SignInDesk {
    /// Throws for a paper or an app that has had too many; by numbers that do not depend on whom the paper names. True when the person
    /// has had too many by other papers: then nobody is told, and nothing is sent.
    private func checkRates(_ draft: SignInDraft, _ transaction: borrowing Transaction, at now: UnixTime) throws -> Bool {
        func number(_ sql: String, _ name: [UInt8], window: Int64) throws -> Int64 {
            try transaction.first(sql, .blob(name), .integer(now.advanced(byNanoseconds: -window).nanoseconds)) { row in try row.int64(0) }
                ?? 0
        }
        let byApp = try number("SELECT COUNT(*) FROM sign_in_codes WHERE app = ? AND issued_at > ?", draft.app, window: Self.appWindow)
        guard byApp < Self.mostPerApp else { throw SignInError.tooMany(perPaper: false) }
        let byPaper = try number(
            "SELECT COUNT(*) FROM sign_in_codes WHERE paper = ? AND issued_at > ?", draft.paper, window: ConsentDesk.patientWindow)
        guard byPaper < ConsentDesk.mostPerPatient else { throw SignInError.tooMany(perPaper: true) }
        guard try !isLocked(Self.wrongByPaper, draft.paper, transaction, at: now) else { throw SignInError.locked }
        let byPerson = try number(
            "SELECT COUNT(*) FROM sign_in_codes WHERE person = ? AND issued_at > ?", draft.name, window: ConsentDesk.patientWindow)
        return try byPerson >= ConsentDesk.mostPerPatient || isLocked(Self.wrongByPerson, draft.name, transaction, at: now)
    }

    private static let wrongByPaper = "SELECT COALESCE(SUM(tries), 0) FROM sign_in_codes WHERE paper = ? AND issued_at > ?"
    private static let wrongByPerson = "SELECT COALESCE(SUM(tries), 0) FROM sign_in_codes WHERE person = ? AND issued_at > ?"

    private func isLocked(_ sql: String, _ name: [UInt8], _ transaction: borrowing Transaction, at now: UnixTime) throws -> Bool {
        let since = now.advanced(byNanoseconds: -ConsentDesk.lockWindow)
        let wrong = try transaction.first(sql, .blob(name), .integer(since.nanoseconds)) { row in try row.int64(0) }
        return (wrong ?? 0) >= ConsentDesk.mostWrong
    }

    private func insert(
        _ draft: SignInDraft, of person: EnterpriseID?, _ transaction: borrowing Transaction, at now: UnixTime
    ) throws {
        try transaction.execute(
            "DELETE FROM sign_in_codes WHERE id IN (SELECT id FROM sign_in_codes WHERE issued_at < ? ORDER BY issued_at LIMIT 16)",
            .integer(now.advanced(byNanoseconds: -Self.keeping).nanoseconds))
        try transaction.execute(
            "UPDATE sign_in_codes SET state = 'replaced' WHERE paper = ? AND app = ? AND state = 'waiting'", .blob(draft.paper),
            .blob(draft.app))
        var fields = FieldWriter(SignInDraft.form)
        fields.add(person?.number ?? 0)
        fields.add(now.nanoseconds)
        let (key, box) = try rows.seal(fields.bytes, .sign_in_codes, draft.id.bytes, draft.name, transaction, at: now)
        try transaction.execute(
            """
            INSERT INTO sign_in_codes (name, paper, person, app, issued_at, state, tries, code, wrapped_by, sealed)
                VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?, ?, ?)
            """, .blob(draft.id.bytes), .blob(draft.paper), .blob(draft.name), .blob(draft.app), .integer(now.nanoseconds),
            .blob(try mark(of: draft.digits, draft.id, draft.paper, draft.app)), .integer(key), .blob(box))
    }

    private func present(
        _ id: ConsentID, _ digits: String, _ app: [UInt8], _ token: SessionToken, _ transaction: borrowing Transaction, at now: UnixTime
    ) throws -> SignInOutcome {
        // Another app's code is told from none by nothing.
        guard var stored = try code(id, transaction), stored.app == app else { return .refused(.unknown, person: nil) }
        guard try !isLocked(Self.wrongByPaper, stored.paper, transaction, at: now) else { return .refused(.locked, person: stored.person) }
        let mark = try mark(of: digits, id, stored.paper, app)
        let isQuiet = try isLocked(Self.wrongByPerson, stored.name, transaction, at: now)
        let isRight = ConstantTime.equal(mark, stored.code) && CodeDigits.isPlausible(digits) && stored.person != nil && !isQuiet
        let action = stored.machine.handle(.presented(isRight: isRight), at: now)
        try transaction.execute(
            "UPDATE sign_in_codes SET state = ?, tries = ? WHERE id = ?", .text(stored.machine.state.rawValue),
            .integer(stored.machine.tries), .integer(stored.row))
        switch (action, stored.person) {
        case (.grant, let person?):
            let session = ResidentSession(person: person, level: .code, openedAt: now, usedAt: now)
            try open(session, token, stored.name, app, transaction, at: now)
            return .opened(session: token.text, session)
        case (.refuse(let refusal), let person): return .refused(refusal, person: person)
        case (_, let person): return .refused(.unknown, person: person)
        }
    }

    /// A code's row, opened.
    private struct Stored {
        let row: Int64
        let paper: [UInt8]
        let name: [UInt8]
        let app: [UInt8]
        let code: [UInt8]
        var machine: ConsentCode
        let person: EnterpriseID?
    }

    private func code(_ id: ConsentID, _ transaction: borrowing Transaction) throws -> Stored? {
        let part = "a sign-in code"
        return try transaction.first(
            "SELECT id, paper, person, app, code, state, tries, issued_at, wrapped_by, sealed FROM sign_in_codes WHERE name = ?",
            .blob(id.bytes)
        ) { row in
            guard let state = ConsentCode.State(rawValue: try row.text(5)) else { throw RecordsError.damaged(part) }
            let (name, issued) = (try row.blob(2), try row.int64(7))
            let bytes = try rows.open(try row.blob(9), try row.int64(8), .sign_in_codes, id.bytes, name, transaction)
            var fields = try FieldReader(bytes, form: SignInDraft.form, part: part)
            let (number, sealedTime) = (try fields.number(), try fields.number())
            try fields.end()
            guard sealedTime == issued else { throw RecordsError.damaged(part) }
            let person: EnterpriseID? =
                number == 0 ? nil : try RecordsError.stored(part) { () throws(DomainError) in try EnterpriseID(number) }
            return Stored(
                row: try row.int64(0), paper: try row.blob(1), name: name, app: try row.blob(3), code: try row.blob(4),
                machine: ConsentCode(state: state, tries: try row.int64(6), issuedAt: UnixTime(nanoseconds: issued)), person: person)
        }
    }

    private func mark(of digits: String, _ id: ConsentID, _ paper: [UInt8], _ app: [UInt8]) throws(RecordsError) -> [UInt8] {
        var fields = FieldWriter("sampan sign-in mark 1")
        fields.add(id.bytes)
        fields.add(paper)
        fields.add(app)
        fields.add(digits)
        let bytes = fields.bytes
        return try RecordsError.crypto { () throws(CryptoError) in try HMACSHA256.authenticate(bytes, key: records.codes.secret) }
    }
}

/// A code that is about to be kept.
private struct SignInDraft: Sendable {
    static let form = "sampan sign-in code 1"

    let id: ConsentID
    let digits: String
    let paper: [UInt8]
    let app: [UInt8]
    /// The person's opaque name; a random one for nobody.
    let name: [UInt8]
}
