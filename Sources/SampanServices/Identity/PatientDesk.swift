package import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanIdentity
internal import SampanMesh
package import SampanRPC

/// `sampan.identity.v1.PatientService`: the patient index for institutions. Which role may call what is the policy's; the institution is
/// always that of the certificate, and so are the two people of a review.
package struct PatientDesk: IdentityV1.PatientServiceHandler {
    private let index: PatientIndex

    package init(_ index: PatientIndex) { self.index = index }

    package func registerPatient(
        _ request: IdentityV1.RegisterPatientRequest, context: CallContext
    ) async throws -> IdentityV1.RegisterPatientResponse {
        let identity = try context.requireIdentity()
        _ = try Self.domain { () throws(DomainError) in try RequestID(request.requestID) }
        let registration = Registration(
            institution: identity.institution, localID: request.localID, demographics: try Self.demographics(request.demographics),
            requestID: request.requestID)
        let outcome = try await Self.run { () async throws(IndexError) in try await index.register(registration, actor: identity.uri) }
        return IdentityV1.RegisterPatientResponse(
            enterpriseID: outcome.person.number, answer: outcome.answer.message, mergedIDs: outcome.merged.map(\.number),
            reviews: UInt32(clamping: outcome.reviews), hundredths: outcome.hundredths, weights: outcome.weights.map(\.message))
    }

    package func resolvePatient(
        _ request: IdentityV1.ResolvePatientRequest, context: CallContext
    ) async throws -> IdentityV1.ResolvePatientResponse {
        let identity = try context.requireIdentity()
        let found: [EnterpriseID]
        switch request.by {
        case .localID(let localID):
            found = [
                try await Self.run { () async throws(IndexError) in
                    try await index.resolve(institution: identity.institution, localID: localID)
                }
            ]
        case .enterpriseID(let number):
            let id = try Self.id(number)
            found = [try await Self.run { () async throws(IndexError) in try await index.resolve(id) }]
        case .paper(let paper):
            let wanted = try Self.domain { () throws(DomainError) in
                try IdentityPaper(kind: try IdentityPaper.Kind(code: paper.idType), number: paper.idNumber)
            }
            found = try await Self.run { () async throws(IndexError) in try await index.resolve(paper: wanted) }
        case nil:
            throw RPCError(.invalidArgument, reason: "INVALID_BY", "one of local_id, paper and enterprise_id is needed")
        }
        return IdentityV1.ResolvePatientResponse(enterpriseIDs: found.prefix(16).map(\.number))
    }

    package func crossReference(
        _ request: IdentityV1.CrossReferenceRequest, context: CallContext
    ) async throws -> IdentityV1.CrossReferenceResponse {
        let card = try await card(request.enterpriseID, context)
        return IdentityV1.CrossReferenceResponse(
            enterpriseID: card.person.number, formerIDs: card.formerIDs.map(\.number),
            localIDs: card.records.map {
                IdentityV1.LocalIdentifier(
                    institutionCode: $0.institution, localID: $0.localID, registeredAt: $0.registeredAt.message)
            }, guardianIDs: card.guardians.map(\.number), wardIDs: card.wards.map(\.number))
    }

    package func listPatientEvents(
        _ request: IdentityV1.ListPatientEventsRequest, context: CallContext
    ) async throws -> IdentityV1.ListPatientEventsResponse {
        let id = try await card(request.enterpriseID, context).person
        let limit = request.pageSize == 0 ? 100 : min(500, Int(request.pageSize))
        let before = request.before == 0 ? Int64.max : request.before
        let events = try await Self.run { () async throws(IndexError) in try await index.history(id, before: before, limit: limit) }
        return IdentityV1.ListPatientEventsResponse(
            events: events.map(\.message), nextBefore: events.count == limit ? events.last?.id ?? 0 : 0)
    }

    // MARK: Reviews

    package func listReviews(
        _ request: IdentityV1.ListReviewsRequest, context: CallContext
    ) async throws -> IdentityV1.ListReviewsResponse {
        _ = try context.requireIdentity()
        let limit = request.pageSize == 0 ? 50 : min(200, Int(request.pageSize))
        let reviews = try await Self.run { () async throws(IndexError) in try await index.reviews(after: request.after, limit: limit) }
        let totals = try await Self.run { () async throws(IndexError) in try await index.totals() }
        return IdentityV1.ListReviewsResponse(
            reviews: reviews.map(\.message), nextAfter: reviews.count == limit ? reviews.last?.id ?? 0 : 0, open: totals.openReviews,
            proposed: totals.proposedReviews)
    }

    package func decideReview(
        _ request: IdentityV1.DecideReviewRequest, context: CallContext
    ) async throws -> IdentityV1.DecideReviewResponse {
        let decision: ReviewDecision
        switch request.decision {
        case .onePerson: decision = .link
        case .twoPersons: decision = .apart
        default: throw RPCError(.invalidArgument, reason: "INVALID_DECISION", "decision must be one person or two persons")
        }
        let change = try change(context, request.requestID, request.staffID)
        let stand = try await Self.run { () async throws(IndexError) in
            try await index.decide(review: request.reviewID, decision, change)
        }
        return IdentityV1.DecideReviewResponse(stand: stand.message)
    }

    // MARK: Merging

    package func mergePatients(
        _ request: IdentityV1.MergePatientsRequest, context: CallContext
    ) async throws -> IdentityV1.MergePatientsResponse {
        let (one, other) = (try Self.id(request.enterpriseID), try Self.id(request.otherID))
        let change = try change(context, request.requestID, request.staffID, request.reason)
        let (person, event) = try await Self.run { () async throws(IndexError) in try await index.merge(other, into: one, change) }
        return IdentityV1.MergePatientsResponse(enterpriseID: person.number, eventID: event)
    }

    package func unmergePatients(
        _ request: IdentityV1.UnmergePatientsRequest, context: CallContext
    ) async throws -> IdentityV1.UnmergePatientsResponse {
        let change = try change(context, request.requestID, request.staffID, request.reason)
        let (person, restored) = try await Self.run { () async throws(IndexError) in
            try await index.unmerge(event: request.eventID, change)
        }
        return IdentityV1.UnmergePatientsResponse(enterpriseID: person.number, restoredID: restored.number)
    }

    package func splitRecord(
        _ request: IdentityV1.SplitRecordRequest, context: CallContext
    ) async throws -> IdentityV1.SplitRecordResponse {
        let change = try change(context, request.requestID, request.staffID, request.reason)
        let (person, fresh) = try await Self.run { () async throws(IndexError) in
            try await index.split(localID: request.localID, change)
        }
        return IdentityV1.SplitRecordResponse(enterpriseID: person.number, newID: fresh.number)
    }

    package func linkGuardian(
        _ request: IdentityV1.LinkGuardianRequest, context: CallContext
    ) async throws -> IdentityV1.LinkGuardianResponse {
        let (child, guardian) = (try await card(request.childID, context).person, try Self.id(request.guardianID))
        let change = try change(context, request.requestID, request.staffID, request.reason)
        try await Self.run { () async throws(IndexError) in try await index.linkGuardian(guardian, of: child, change) }
        return IdentityV1.LinkGuardianResponse()
    }

    // MARK: Shared

    /// A person's card, for who has registered the person, and for the region's own staff. Where else somebody is a patient is no one
    /// else's matter.
    private func card(_ number: Int64, _ context: CallContext) async throws(RPCError) -> PersonCard {
        let identity = try context.requireIdentity()
        let id = try Self.id(number)
        let card = try await Self.run { () async throws(IndexError) in try await index.crossReference(id) }
        let isOwn = card.records.contains { $0.institution == identity.institution }
        guard isOwn || identity.role == .platform || identity.role == .admin else {
            throw RPCError(
                .permissionDenied, reason: "NOT_REGISTERED_HERE",
                "the institution has not registered this person; register, or resolve a paper")
        }
        return card
    }

    /// A change by a member of the caller's staff. A reason is needed where one is given to this.
    private func change(_ context: CallContext, _ id: String, _ staff: String, _ reason: String? = nil) throws(RPCError) -> IndexRequest {
        let identity = try context.requireIdentity()
        return try Self.domain { () throws(DomainError) in
            let requestID = try RequestID(id)
            let staffID = try StaffID(staff)
            let text = try reason.map { reason throws(DomainError) in try FinanceText.check(reason, field: "reason", isNeeded: true) }
            return IndexRequest(
                institution: identity.institution, id: requestID.text, actor: identity.uri, staff: staffID.text, reason: text ?? "")
        }
    }

    private static func id(_ number: Int64) throws(RPCError) -> EnterpriseID {
        try domain { () throws(DomainError) in try EnterpriseID(number) }
    }

    private static func demographics(_ message: IdentityV1.Demographics?) throws(RPCError) -> Demographics {
        guard let message else { throw RPCError(.invalidArgument, reason: "INVALID_DEMOGRAPHICS", "demographics are missing") }
        return try domain { () throws(DomainError) in
            _ = try Sex(code: message.sex)
            if !message.idType.isEmpty { _ = try IdentityPaper.Kind(code: message.idType) }
            // A date that is none is refused, so that the desk can ask again; a mistyped number is kept, and matched as what it is.
            let birth = message.birthDate.isEmpty ? "" : String(try BirthDate(message.birthDate).number)
            return Demographics(
                name: message.name, sex: message.sex, birthDate: birth, idType: message.idType, idNumber: message.idNumber,
                phone: message.phone, address: message.address, guardianName: message.guardianName, guardianNumber: message.guardianNumber)
        }
    }

    private static func domain<T>(_ body: () throws(DomainError) -> T) throws(RPCError) -> T {
        do throws(DomainError) { return try body() } catch { throw RPCError(invalid: error) }
    }

    private static func run<T>(_ body: () async throws(IndexError) -> T) async throws(RPCError) -> T {
        do throws(IndexError) { return try await body() } catch { throw error.rpcError }
    }
}
