package import SampanDomain

/// A treating clinician who could not ask first (break-glass): loud, short, and looked at afterwards.
///
///     open ──time──► over          open ──reviewed as unjustified──► ended
///     review: due ──► justified | unjustified, once, by somebody else
package struct EmergencyAccess: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case open, over, ended
    }

    package enum Review: String, Sendable, Hashable, CaseIterable {
        case due, justified, unjustified
    }

    /// Why it could not wait. The raw value is the word of the contract.
    package enum Cause: String, Sendable, Hashable, CaseIterable {
        /// 昏迷: cannot answer.
        case unconscious
        /// 危及生命: there is no time to ask.
        case lifeThreatening = "life-threatening"
        /// 无法联系: neither patient nor family can be reached, and treatment cannot wait.
        case unreachable
        /// 无民事行为能力: cannot decide, and nobody is there who may.
        case incapable
    }

    /// Nanoseconds that it lasts: two hours, after which it is asked for again.
    package static let life: Int64 = 2 * 3_600 * 1_000_000_000
    /// Longest statement, in bytes.
    package static let statementLimit = 2_000

    package let id: ConsentID
    package let patient: EnterpriseID
    package let institution: InstitutionCode
    package let staff: StaffID
    package let cause: Cause
    /// In the clinician's words, with the visit that it is about.
    package let statement: String
    package let openedAt: UnixTime
    package internal(set) var state: State
    package internal(set) var review: Review
    package internal(set) var reviewer: StaffID?
    package internal(set) var reviewedAt: UnixTime?

    package var until: UnixTime { openedAt.advanced(byNanoseconds: Self.life) }

    init(
        id: ConsentID, patient: EnterpriseID, institution: InstitutionCode, staff: StaffID, cause: Cause, statement: String,
        openedAt: UnixTime
    ) throws(DomainError) {
        guard (10...Self.statementLimit).contains(statement.utf8.count) else {
            throw DomainError(field: "statement", message: "say why in 10 to \(Self.statementLimit) bytes")
        }
        (self.id, self.patient, self.institution, self.staff) = (id, patient, institution, staff)
        (self.cause, self.statement, self.openedAt) = (cause, statement, openedAt)
        (state, review) = (.open, .due)
    }

    func holds(at now: UnixTime) -> Bool { state == .open && now < until }

    /// Returns whether anything changed.
    mutating func expire(at now: UnixTime) -> Bool {
        guard state == .open, now >= until else { return false }
        state = .over
        return true
    }

    /// Nil when it was done.
    mutating func review(as verdict: Review, by reviewer: StaffID, of institution: InstitutionCode, at now: UnixTime) -> ConsentError? {
        guard verdict != .due else { return .unknown }
        guard institution != self.institution || reviewer != staff else { return .ownReview }
        guard review == .due else { return .reviewed }
        (review, self.reviewer, reviewedAt) = (verdict, reviewer, now)
        if !expire(at: now), state == .open, verdict == .unjustified { state = .ended }
        return nil
    }

    static let form = "sampan emergency access 1"

    var bytes: [UInt8] {
        var fields = FieldWriter(Self.form)
        fields.add(id.bytes)
        fields.add(patient.number)
        fields.add(institution.text)
        fields.add(staff.text)
        fields.add(cause.rawValue)
        fields.add(statement)
        fields.add(openedAt.nanoseconds)
        fields.add(state.rawValue)
        fields.add(review.rawValue)
        fields.add(reviewer?.text)
        fields.add(reviewedAt?.nanoseconds ?? .min)
        return fields.bytes
    }
}

extension EmergencyAccess {
    init(_ bytes: [UInt8]) throws(RecordsError) {
        let part = "an emergency access"
        var fields = try FieldReader(bytes, form: Self.form, part: part)
        let id = ConsentID(stored: try fields.field())
        let (patient, institution, staff, cause) = (try fields.number(), try fields.text(), try fields.text(), try fields.text())
        let (statement, opened, state, review) = (try fields.text(), try fields.number(), try fields.text(), try fields.text())
        let (reviewer, reviewedAt) = (try fields.optionalText(), try fields.number())
        try fields.end()
        guard let cause = Cause(rawValue: cause), let state = State(rawValue: state), let review = Review(rawValue: review) else {
            throw .damaged(part)
        }
        self = try RecordsError.stored(part) { () throws(DomainError) in
            var access = try EmergencyAccess(
                id: id, patient: EnterpriseID(patient), institution: InstitutionCode(institution, scheme: .local), staff: StaffID(staff),
                cause: cause, statement: statement, openedAt: UnixTime(nanoseconds: opened))
            (access.state, access.review) = (state, review)
            if let reviewer { access.reviewer = try StaffID(reviewer) }
            access.reviewedAt = reviewedAt == .min ? nil : UnixTime(nanoseconds: reviewedAt)
            return access
        }
    }
}
