package import SampanAPI
package import SampanCrypto
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
package import SampanRecords

/// `sampan.records.v1.ResidentService`: residents, by their apps (RE-09). The person is always that of the session; others only as far as
/// the patient index says that the resident stands for them.
package struct ResidentDesk: RecordsV1.ResidentServiceHandler {
    let records: RecordsDatabase
    let sessions: ResidentSessions
    let consents: ConsentDesk
    let patients: any PatientDirectory
    let guardians: any GuardianRegister
    let audit: RegionAccessAudit
    let signer: @Sendable () -> TLSIdentity
    let downloads = DownloadPlaces()
    private let post: SignInPost
    private let pause: @Sendable (Duration) async -> Void

    /// Answers that could tell by their time whether there is such a person are given at whole steps of this after their call.
    private static let answerStep = Duration.milliseconds(100)

    /// - Parameters:
    ///   - post: the way to residents' phones.
    ///   - signer: whose certificate and key sign what residents take along: asked each time, so that a renewed one signs from then on.
    ///   - pause: waits, or returns early when the task is cancelled.
    package init(
        _ records: RecordsDatabase, sessions: ResidentSessions, patients: any PatientDirectory, guardians: any GuardianRegister,
        post: SignInPost, audit: RegionAccessAudit, signer: @escaping @Sendable () -> TLSIdentity,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        (self.records, self.sessions, self.patients, self.guardians) = (records, sessions, patients, guardians)
        (self.post, self.audit, self.signer, self.pause) = (post, audit, signer, pause)
        consents = ConsentDesk(records)
    }

    // MARK: Signing in

    package func requestSignIn(
        _ request: RecordsV1.RequestSignInRequest, context: CallContext
    ) async throws -> RecordsV1.RequestSignInResponse {
        let app = try ResidentSessions.app(context)
        let paper = try Self.domain { () throws(DomainError) in
            try IdentityPaper(kind: try IdentityPaper.Kind(code: request.idType), number: request.idNumber)
        }
        guard post.takePlace() else {
            throw RPCError(.unavailable, reason: "SIGN_IN_BUSY", "too many codes are on their way; try again in a moment")
        }
        let (signIns, start) = (sessions.signIns, ContinuousClock.now)
        do throws(RPCError) {
            let issued = try await SignInError.run { () throws(SignInError) in try await signIns.requestCode(paper, app: app) }
            try await note(.requestCode, of: issued.person, .permit, "CODE_MADE", context)
            if let notice = issued.notice {
                post.send(notice) { try? await signIns.void(issued.ticket) }
            } else {
                post.giveBack()
            }
            await even(start)
            return RecordsV1.RequestSignInResponse(signInID: issued.ticket.id.text, expiresAt: issued.ticket.expiresAt.message)
        } catch {
            post.giveBack()
            await even(start)
            throw error
        }
    }

    package func signIn(_ request: RecordsV1.SignInRequest, context: CallContext) async throws -> RecordsV1.SignInResponse {
        let app = try ResidentSessions.app(context)
        let id = try Self.domain { () throws(DomainError) in try ConsentID(request.signInID) }
        let start = ContinuousClock.now
        let outcome = try await SignInError.run { () throws(SignInError) in
            try await sessions.signIns.signIn(id, digits: request.code, app: app)
        }
        switch outcome {
        case .opened(let text, let session):
            // ID-13: how sure it is who somebody is.
            try await note(.signIn, of: session.person, .permit, "LEVEL_\(session.level.rawValue.uppercased())", context)
            return RecordsV1.SignInResponse(
                session: text, enterpriseID: session.person.number, expiresAt: session.endsAt.message)
        case .refused(let refusal, let person):
            try await note(.signIn, of: person, .deny, refusal.rawValue, context)
            await even(start)
            throw refusal.rpcError
        }
    }

    package func signOut(_ request: RecordsV1.SignOutRequest, context: CallContext) async throws -> RecordsV1.SignOutResponse {
        let app = try ResidentSessions.app(context)
        let ended = try await SignInError.run { () throws(SignInError) in
            try await sessions.signIns.signOut(request.session, app: app)
        }
        if let ended { try await note(.signOut, of: ended, .permit, "SIGNED_OUT", context) }
        return RecordsV1.SignOutResponse()
    }

    /// Waits until the next whole step after `start`.
    private func even(_ start: ContinuousClock.Instant) async {
        let passed = start.duration(to: .now)
        let steps = Int((passed / Self.answerStep).rounded(.down)) + 1
        await pause(Self.answerStep * steps - passed)
    }

    /// A leaf of what is about a person; of what is about nobody, an entry that takes as long to write.
    private func note(
        _ operation: AuditAccess.Operation, of person: EnterpriseID?, _ decision: AuditAccess.Decision, _ reason: String,
        _ context: CallContext
    ) async throws(RPCError) {
        guard let person else { return try await audit.appendNobody(reason, context) }
        try await audit.append(RecordAct(of: person, operation, decision, reason: reason, role: Self.role), context)
    }
}

extension ResidentDesk {
    /// As what residents stand in the audit log.
    static let role = "resident"

    /// A resident who is signed in, and whom the call is about.
    struct Asker: Sendable {
        let person: EnterpriseID
        let subject: EnterpriseID

        var isGuardian: Bool { person != subject }
        var basis: String { isGuardian ? "guardian" : "patient" }
    }

    /// Whose session it is, and whom `enterprise_id` means: 0 is oneself. Whether one may is not asked here.
    func asker(_ session: String, about number: Int64, _ context: CallContext) async throws(RPCError) -> Asker {
        let person = try await sessions.person(of: session, context)
        guard number != 0 else { return Asker(person: person, subject: person) }
        let named = try Self.domain { () throws(DomainError) in try EnterpriseID(number) }
        // Nobody's id is refused as anybody else's is.
        return Asker(person: person, subject: try await patients.person(of: named) ?? named)
    }

    /// The same, of somebody whom the resident may act for. Throws PERMISSION_DENIED `NOT_THE_PATIENT`, which is a leaf.
    func entitled(
        _ session: String, about number: Int64, _ operation: AuditAccess.Operation, _ context: CallContext
    ) async throws(RPCError) -> Asker {
        let asker = try await asker(session, about: number, context)
        guard asker.isGuardian else { return asker }
        let act = RecordAct(of: asker.subject, operation, .deny, reason: "", role: Self.role, purpose: .patientRequest)
        return try await audit.refusing(act, context) { () throws(RPCError) in
            let stands = (try? await guardians.stands(asker.person, for: asker.subject)) ?? false
            guard stands else { throw AccessRefusal.denied(.notThePatient).rpcError }
            return asker
        }
    }

    /// The gate as one call goes through it.
    func reader(_ context: CallContext) -> RecordReader {
        RecordReader(records, audit: audit.reading(context), guardians: guardians)
    }

    static func domain<T>(_ body: () throws(DomainError) -> T) throws(RPCError) -> T {
        do throws(DomainError) { return try body() } catch { throw RPCError(invalid: error) }
    }

    static func gate<T>(_ body: () async throws(AccessRefusal) -> T) async throws(RPCError) -> T {
        do throws(AccessRefusal) { return try await body() } catch { throw error.rpcError }
    }
}
