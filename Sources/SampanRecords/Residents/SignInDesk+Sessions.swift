internal import SampanCrypto
package import SampanDomain
internal import SampanStorage

/// What shows a session: 32 random bytes as 64 hexadecimal digits, and the HMAC of that text, which alone is kept.
struct SessionToken: Sendable {
    static let textCount = 64

    let text: String
    let digest: [UInt8]

    static func fresh(_ names: OpaqueNames) throws(RecordsError) -> SessionToken {
        let bytes = try RecordsError.crypto { () throws(CryptoError) in try RandomBytes.make(textCount / 2) }
        let text = Hexadecimal.lowercase(bytes)
        return SessionToken(text: text, digest: try names.session(text))
    }
}

/// Sessions: rows of the file, so that a node that was started anew knows them, and one that was signed out stays so.
extension SignInDesk {
    /// Nanoseconds between two notes that a session is in use: a minute. A session may so be over a minute early, never late.
    private static let stride: Int64 = 60 * 1_000_000_000

    /// Whose session it is. Ask again before everything that is given out: one that was signed out ends at once.
    ///
    /// Throws `noSession` for one that is not open, and for one of another app.
    /// - Parameter app: name of the app's certificate.
    package func session(_ text: String, app: String) async throws(SignInError) -> ResidentSession {
        guard text.utf8.count == SessionToken.textCount else { throw .noSession }
        let now = records.clock.now()
        let (digest, name) = try names(text, app)
        let found = try await records.database.read(SignInError.self) { [self] transaction in
            try SignInError.unwrapped { try open(digest, name, transaction) }
        }
        guard var session = found else { throw .noSession }
        guard session.holds(at: now) else {
            // Durable with the time that it was found over by: a clock that is set back does not revive it.
            try await change(digest, "UPDATE resident_sessions SET state = 'over' WHERE token = ? AND state = 'open'")
            throw .noSession
        }
        guard now >= session.usedAt.advanced(byNanoseconds: Self.stride) else { return session }
        let noted = try await records.database.write(SignInError.self) { [records] transaction in
            try records.clock.keep(transaction)
            return try transaction.execute(
                "UPDATE resident_sessions SET used_at = MAX(used_at, ?) WHERE token = ? AND state = 'open'", .integer(now.nanoseconds),
                .blob(digest))
        }
        guard noted == 1 else { throw .noSession }
        session.usedAt = now
        return session
    }

    /// Ends a session at once. Of one that is not open, or another app's, nothing is done, and nothing is said.
    /// - Returns: whose it was; nil where nothing was done.
    @discardableResult
    package func signOut(_ text: String, app: String) async throws(SignInError) -> EnterpriseID? {
        guard text.utf8.count == SessionToken.textCount else { return nil }
        let (digest, name) = try names(text, app)
        return try await records.database.write(SignInError.self) { [self] transaction in
            guard let session = try SignInError.unwrapped({ try open(digest, name, transaction) }) else { return nil }
            try records.clock.keep(transaction)
            try transaction.execute(
                "UPDATE resident_sessions SET state = 'signed-out' WHERE token = ? AND state = 'open'", .blob(digest))
            return session.person
        }
    }

    /// Begins a session; of one person's, the oldest beyond `mostSessions` end.
    func open(
        _ session: ResidentSession, _ token: SessionToken, _ name: [UInt8], _ app: [UInt8], _ transaction: borrowing Transaction,
        at now: UnixTime
    ) throws {
        try transaction.execute(
            "DELETE FROM resident_sessions WHERE id IN (SELECT id FROM resident_sessions WHERE opened_at < ? ORDER BY opened_at LIMIT 16)",
            .integer(now.advanced(byNanoseconds: -2 * ResidentSession.longestLife).nanoseconds))
        try transaction.execute(
            """
            UPDATE resident_sessions SET state = 'replaced' WHERE person = ?1 AND state = 'open' AND id NOT IN (
                SELECT id FROM resident_sessions WHERE person = ?1 AND state = 'open' ORDER BY id DESC LIMIT ?2)
            """, .blob(name), .integer(Self.mostSessions - 1))
        var fields = FieldWriter(Self.form)
        fields.add(session.person.number)
        fields.add(session.level.rawValue)
        fields.add(session.openedAt.nanoseconds)
        let (key, box) = try rows.seal(fields.bytes, .resident_sessions, token.digest, name, transaction, at: now)
        try transaction.execute(
            """
            INSERT INTO resident_sessions (token, person, app, level, opened_at, used_at, state, wrapped_by, sealed)
                VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?)
            """, .blob(token.digest), .blob(name), .blob(app), .text(session.level.rawValue), .integer(now.nanoseconds),
            .integer(now.nanoseconds), .integer(key), .blob(box))
    }

    private static let form = "sampan resident session 1"

    /// An open session of this app.
    private func open(_ digest: [UInt8], _ app: [UInt8], _ transaction: borrowing Transaction) throws -> ResidentSession? {
        let part = "a session"
        return try transaction.first(
            """
            SELECT person, level, opened_at, used_at, wrapped_by, sealed FROM resident_sessions
            WHERE token = ? AND app = ? AND state = 'open'
            """, .blob(digest), .blob(app)
        ) { row in
            let (name, level, opened) = (try row.blob(0), try row.text(1), try row.int64(2))
            let bytes = try rows.open(try row.blob(5), try row.int64(4), .resident_sessions, digest, name, transaction)
            var fields = try FieldReader(bytes, form: Self.form, part: part)
            let (number, sealedLevel, sealedTime) = (try fields.number(), try fields.text(), try fields.number())
            try fields.end()
            guard sealedLevel == level, sealedTime == opened, let known = AuthenticationLevel(rawValue: level) else {
                throw RecordsError.damaged(part)
            }
            return ResidentSession(
                person: try RecordsError.stored(part) { () throws(DomainError) in try EnterpriseID(number) }, level: known,
                openedAt: UnixTime(nanoseconds: opened), usedAt: UnixTime(nanoseconds: try row.int64(3)))
        }
    }

    private func change(_ digest: [UInt8], _ sql: String) async throws(SignInError) {
        try await records.database.write(SignInError.self) { [records] transaction in
            try records.clock.keep(transaction)
            try transaction.execute(sql, .blob(digest))
        }
    }

    private func names(_ text: String, _ app: String) throws(SignInError) -> (digest: [UInt8], app: [UInt8]) {
        try SignInError.records { () throws(RecordsError) in (try records.names.session(text), try records.names.app(app)) }
    }
}
