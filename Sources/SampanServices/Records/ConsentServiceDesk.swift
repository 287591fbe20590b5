package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
package import SampanRecords

/// `sampan.records.v1.ConsentService`: clinicians who ask for consent, and emergencies. Who acts is whom the verified staff token names;
/// what was done, and what was refused, is in the region's audit log before it is answered (RE-03, RE-18).
package struct ConsentServiceDesk: RecordsV1.ConsentServiceHandler {
    private let records: RecordsDatabase
    private let desk: ConsentDesk
    private let patients: any PatientDirectory
    private let notices: any NoticeSender
    private let audit: RegionAccessAudit
    private let noticeWaits: @Sendable () -> Void

    /// - Parameters:
    ///   - notices: the way to patients' phones.
    ///   - noticeWaits: called when a notice to a patient was put into the outbox.
    package init(
        _ records: RecordsDatabase, patients: any PatientDirectory, notices: any NoticeSender, audit: RegionAccessAudit,
        noticeWaits: @escaping @Sendable () -> Void = {}
    ) {
        (self.records, self.patients, self.notices, self.audit) = (records, patients, notices, audit)
        self.noticeWaits = noticeWaits
        desk = ConsentDesk(records)
    }

    package func requestConsentCode(
        _ request: RecordsV1.RequestConsentCodeRequest, context: CallContext
    ) async throws -> RecordsV1.RequestConsentCodeResponse {
        guard let asked = request.terms else { throw RPCError(invalid: DomainError(field: "terms", message: "is missing")) }
        let (named, id) = try Self.domain { () throws(DomainError) in
            (try EnterpriseID(asked.enterpriseID), try RequestID(request.requestID))
        }
        var act = RecordAct(of: named, .requestCode, .deny, reason: "", purpose: try? PurposeOfUse(name: asked.purpose))
        let ticket = try await audit.refusing(act, context) { () throws(RPCError) in
            let staff = try context.requireStaffIdentity(.doctor)
            let (grantee, person) = (try asked.grantee(of: staff), try await known(named))
            let terms = try Self.domain { () throws(DomainError) in try asked.terms(of: person, for: grantee) }
            return try await ConsentError.run { () throws(ConsentError) in
                try await desk.requestCode(terms, request: id, by: notices)
            }
        }
        (act.decision, act.reason, act.grant) = (.permit, "CODE_SENT", ticket.id)
        try await audit.append(act, context)
        return RecordsV1.RequestConsentCodeResponse(codeID: ticket.id.text, expiresAt: ticket.expiresAt.message)
    }

    package func verifyConsentCode(
        _ request: RecordsV1.VerifyConsentCodeRequest, context: CallContext
    ) async throws -> RecordsV1.VerifyConsentCodeResponse {
        let staff = try context.requireStaffIdentity(.doctor)
        let institution = try staff.institutionCode
        let (code, id) = try Self.domain { () throws(DomainError) in (try ConsentID(request.codeID), try RequestID(request.requestID)) }
        let asked = try await ConsentError.run { () throws(ConsentError) in
            try await desk.terms(ofCode: code, institution: institution, staff: staff.staffID)
        }
        // About nobody: a code that is none, or another clinician's.
        guard let asked else { throw CodeRefusal.unknown.rpcError }
        var act = RecordAct(of: asked.patient, .grant, .deny, reason: "", purpose: asked.purpose, grant: code)
        let grant = try await audit.refusing(act, context) { () throws(RPCError) in
            try await ConsentError.run { () throws(ConsentError) in
                try await desk.verifyCode(code, digits: request.code, institution: institution, staff: staff.staffID, request: id)
            }
        }
        (act.decision, act.reason, act.grant) = (.permit, "CODE_RIGHT", grant.id)
        try await audit.append(act, context)
        return RecordsV1.VerifyConsentCodeResponse(grant: grant.message)
    }

    package func openEmergency(
        _ request: RecordsV1.OpenEmergencyRequest, context: CallContext
    ) async throws -> RecordsV1.OpenEmergencyResponse {
        let (named, id) = try Self.domain { () throws(DomainError) in
            (try EnterpriseID(request.enterpriseID), try RequestID(request.requestID))
        }
        guard let cause = EmergencyAccess.Cause(rawValue: request.cause) else {
            let known = EmergencyAccess.Cause.allCases.map(\.rawValue).joined(separator: ", ")
            throw RPCError(invalid: DomainError(field: "cause", message: "is none of \(known)"))
        }
        var act = RecordAct(of: named, .emergency, .deny, reason: "", purpose: .emergency, emergencyCause: cause)
        let access = try await audit.refusing(act, context) { () throws(RPCError) in
            let staff = try context.requireStaffIdentity(.doctor)
            let (institution, person) = (try staff.institutionCode, try await known(named))
            return try await ConsentError.run { () throws(ConsentError) in
                try await desk.openEmergency(
                    patient: person, institution: institution, staff: staff.staffID, role: .clinician, cause: cause,
                    statement: request.statement, request: id)
            }
        }
        noticeWaits()
        (act.decision, act.reason, act.grant) = (.permit, "EMERGENCY", access.id)
        try await audit.append(act, context)
        return RecordsV1.OpenEmergencyResponse(access: access.message(at: records.clock.now()))
    }

    package func listEmergencies(
        _ request: RecordsV1.ListEmergenciesRequest, context: CallContext
    ) async throws -> RecordsV1.ListEmergenciesResponse {
        let institution = try context.requireStaffIdentity(.qualityOfficer).institutionCode
        let (limit, before) = try ConsentPage.read(size: request.pageSize, before: request.before)
        let found = try await ConsentError.run { () throws(ConsentError) in
            try await desk.reviews(of: institution, before: before, limit: limit)
        }
        // What a clinician stated is of the patient: that it was looked at is told of each of them.
        for (_, access) in found {
            try await audit.append(
                RecordAct(
                    of: access.patient, .list, .permit, reason: "REVIEW_DUE", purpose: .qualityControl, grant: access.id,
                    emergencyCause: access.cause), context)
        }
        let now = records.clock.now()
        return RecordsV1.ListEmergenciesResponse(
            accesses: found.map { $0.access.message(at: now) }, nextBefore: ConsentPage.next(found.count, limit, last: found.last?.place))
    }

    package func reviewEmergency(
        _ request: RecordsV1.ReviewEmergencyRequest, context: CallContext
    ) async throws -> RecordsV1.ReviewEmergencyResponse {
        let id = try Self.domain { () throws(DomainError) in try ConsentID(request.emergencyID) }
        let verdict: EmergencyAccess.Review
        switch request.verdict {
        case .justified: verdict = .justified
        case .unjustified: verdict = .unjustified
        case .unspecified, .unrecognized:
            throw RPCError(invalid: DomainError(field: "verdict", message: "must be justified or unjustified"))
        }
        let staff = try context.requireStaffIdentity(.qualityOfficer)
        let institution = try staff.institutionCode
        let found = try await ConsentError.run { () throws(ConsentError) in try await desk.emergency(id, of: institution) }
        guard let found else { throw ConsentError.unknown.rpcError }
        var act = RecordAct(
            of: found.patient, .review, .deny, reason: "", purpose: .qualityControl, grant: id, emergencyCause: found.cause)
        let access = try await audit.refusing(act, context) { () throws(RPCError) in
            try await ConsentError.run { () throws(ConsentError) in
                try await desk.review(id, as: verdict, by: staff.staffID, of: institution, role: .qualityOfficer)
            }
        }
        (act.decision, act.reason) = (.permit, verdict.rawValue.uppercased())
        try await audit.append(act, context)
        return RecordsV1.ReviewEmergencyResponse(access: access.message(at: records.clock.now()))
    }

    /// Whom an enterprise id stands for now.
    private func known(_ id: EnterpriseID) async throws(RPCError) -> EnterpriseID {
        guard let person = try await patients.person(of: id) else {
            throw RPCError(.notFound, reason: "UNKNOWN_PERSON", "no person has this enterprise id")
        }
        return person
    }

    private static func domain<T>(_ body: () throws(DomainError) -> T) throws(RPCError) -> T {
        do throws(DomainError) { return try body() } catch { throw RPCError(invalid: error) }
    }
}

extension AuditAccess.Operation {
    /// A code was asked for.
    static let requestCode = AuditAccess.Operation("request-code")
    /// The glass was broken.
    static let emergency = AuditAccess.Operation("emergency")
    /// A broken glass was looked at.
    static let review = AuditAccess.Operation("review")
    /// A resident signed in, or tried to.
    static let signIn = AuditAccess.Operation("sign-in")
    /// A resident signed out.
    static let signOut = AuditAccess.Operation("sign-out")
}
