internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanRecords
internal import SampanRPC

extension RecordsV1.ConsentTerms {
    /// What a person agrees to. Throws for terms that cannot be some.
    func terms(of person: EnterpriseID, for grantee: Grantee) throws(DomainError) -> ConsentTerms {
        var known: Set<DocumentKind> = []
        for name in kinds { known.insert(try DocumentKind(name: name)) }
        let (first, last) = (try Self.time(from, "terms.from"), try Self.time(to, "terms.to"))
        return try ConsentTerms(
            patient: person, grantee: grantee, purpose: try PurposeOfUse(name: purpose),
            scope: try RecordScope(
                kinds: known, from: first ?? UnixTime(nanoseconds: .min), until: last ?? UnixTime(nanoseconds: .max),
                gradeCeiling: Int(clamping: gradeCeiling)), until: try UnixTime(required: expiresAt, field: "terms.expires_at"))
    }

    /// Whom a resident lets in.
    var grantee: Grantee {
        get throws(DomainError) {
            let named: StaffID? = if staffID.isEmpty { nil } else { try StaffID(staffID) }
            return Grantee(institution: try InstitutionCode(institutionCode, scheme: .local), staff: named)
        }
    }

    /// The clinician who asks. Throws PERMISSION_DENIED for terms that name somebody else: nobody asks for another.
    func grantee(of staff: StaffIdentity) throws(RPCError) -> Grantee {
        guard institutionCode.isEmpty || institutionCode == staff.institution else {
            throw RPCError(
                .permissionDenied, reason: "OTHER_INSTITUTION", "the terms name another institution than that of the staff token")
        }
        guard staffID.isEmpty || staffID == staff.staffID.text else {
            throw RPCError(.permissionDenied, reason: "OTHER_STAFF", "the terms name another member of staff than the staff token")
        }
        return Grantee(institution: try staff.institutionCode, staff: staff.staffID)
    }

    init(_ terms: ConsentTerms) {
        let (from, until) = (terms.scope.from, terms.scope.until)
        self.init(
            enterpriseID: terms.patient.number, institutionCode: terms.grantee.institution.text, staffID: terms.grantee.staff?.text ?? "",
            purpose: terms.purpose.rawValue, kinds: terms.scope.kinds.map(\.rawValue).sorted(),
            from: from.nanoseconds == .min ? nil : from.message, to: until.nanoseconds == .max ? nil : until.message,
            gradeCeiling: UInt32(clamping: terms.scope.gradeCeiling), expiresAt: terms.until.message)
    }

    private static func time(_ message: GoogleProtobuf.Timestamp?, _ field: String) throws(DomainError) -> UnixTime? {
        guard let message else { return nil }
        return try UnixTime(required: message, field: field)
    }
}

extension ConsentGrant {
    var message: RecordsV1.ConsentGrant {
        RecordsV1.ConsentGrant(
            grantID: id.text, terms: RecordsV1.ConsentTerms(terms), means: means == .code ? .code : .resident, state: state.message,
            grantedAt: grantedAt.message, endedAt: endedAt?.message)
    }
}

extension ConsentGrant.State {
    fileprivate var message: RecordsV1.ConsentState {
        switch self {
        case .active: .active
        case .revoked: .revoked
        case .expired: .expired
        }
    }
}

extension EmergencyAccess {
    /// - Parameter now: by which it may be over, also where nobody has noted that yet.
    func message(at now: UnixTime) -> RecordsV1.EmergencyAccess {
        RecordsV1.EmergencyAccess(
            emergencyID: id.text, enterpriseID: patient.number, staffID: staff.text, cause: cause.rawValue, statement: statement,
            openedAt: openedAt.message, expiresAt: until.message, state: state == .open && now >= until ? .over : state.message,
            verdict: review.message)
    }
}

extension EmergencyAccess.State {
    fileprivate var message: RecordsV1.EmergencyState {
        switch self {
        case .open: .open
        case .over: .over
        case .ended: .ended
        }
    }
}

extension EmergencyAccess.Review {
    fileprivate var message: RecordsV1.EmergencyVerdict {
        switch self {
        case .due: .unspecified
        case .justified: .justified
        case .unjustified: .unjustified
        }
    }
}

/// Pages of what is listed newest first.
enum ConsentPage {
    static let most: UInt32 = 100

    /// Throws for a size beyond `most`, and for a place that no answer had.
    static func read(size: UInt32, before: Int64) throws(RPCError) -> (limit: Int, before: Int64) {
        guard size <= most else { throw RPCError(invalid: DomainError(field: "page_size", message: "is 1 to \(most), or 0 for 50")) }
        guard before >= 0 else { throw RPCError(invalid: DomainError(field: "before", message: "is not below 0")) }
        return (size == 0 ? 50 : Int(size), before == 0 ? .max : before)
    }

    /// Where the next page begins; 0 for none.
    static func next(_ count: Int, _ limit: Int, last: Int64?) -> Int64 { count == limit && (last ?? 0) > 1 ? last ?? 0 : 0 }
}
