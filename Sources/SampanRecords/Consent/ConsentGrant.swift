package import SampanDomain

/// A consent that was given.
///
///     active ──withdrawn──► revoked          active ──time──► expired
///
/// Both ends are ends, kept in the file; nothing leads out of them.
package struct ConsentGrant: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case active, revoked, expired
    }

    /// How the patient agreed.
    package enum Means: String, Sendable, Hashable {
        /// By a code that was sent to the phone.
        case code
        /// By the patient's own app.
        case resident
    }

    package let id: ConsentID
    package let terms: ConsentTerms
    package let means: Means
    package let grantedAt: UnixTime
    package internal(set) var state: State
    /// When it was withdrawn; nil otherwise.
    package internal(set) var endedAt: UnixTime?

    /// Ends a grant whose time is over. Returns whether anything changed.
    mutating func expire(at now: UnixTime) -> Bool {
        guard state == .active, now >= terms.until else { return false }
        (state, endedAt) = (.expired, terms.until)
        return true
    }

    /// Returns whether anything changed: withdrawing twice is withdrawing once.
    mutating func revoke(at now: UnixTime) -> Bool {
        if expire(at: now) { return true }
        guard state == .active else { return false }
        (state, endedAt) = (.revoked, now)
        return true
    }

    func holds(at now: UnixTime) -> Bool { state == .active && now < terms.until }

    static let form = "sampan consent grant 1"

    var bytes: [UInt8] {
        var fields = FieldWriter(Self.form)
        fields.add(id.bytes)
        terms.write(&fields)
        fields.add(means.rawValue)
        fields.add(grantedAt.nanoseconds)
        fields.add(state.rawValue)
        fields.add(endedAt?.nanoseconds ?? .min)
        return fields.bytes
    }
}

extension ConsentGrant {
    init(_ bytes: [UInt8]) throws(RecordsError) {
        let part = "a grant"
        var fields = try FieldReader(bytes, form: Self.form, part: part)
        id = ConsentID(stored: try fields.field())
        terms = try ConsentTerms(&fields, part: part)
        guard let means = Means(rawValue: try fields.text()) else { throw .damaged(part) }
        self.means = means
        grantedAt = UnixTime(nanoseconds: try fields.number())
        guard let state = State(rawValue: try fields.text()) else { throw .damaged(part) }
        self.state = state
        let ended = try fields.number()
        endedAt = ended == .min ? nil : UnixTime(nanoseconds: ended)
        try fields.end()
    }
}
