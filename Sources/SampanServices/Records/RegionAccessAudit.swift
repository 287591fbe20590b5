internal import SampanAPI
package import SampanDomain
package import SampanMesh
package import SampanRecords
package import SampanRPC

/// Where a node keeps its audit log, as services of records see it.
package protocol RecordsAudit: Sendable {
    /// Returns when the record is durable; throws where that cannot be, and then nothing is told and nothing is kept.
    func append(_ record: AuditRecord) async throws(RPCError)
}

/// Writes down who reads and changes patients' records, and who was refused (RE-17, RE-18): in the region's audit log, which proves that
/// its list is complete, and of what is read also in the records' own journal, which can be shown.
///
/// What the log wants to know of a call, an event of the gate does not have: `reading(_:)` makes the audit of one call.
package struct RegionAccessAudit: Sendable {
    let log: any RecordsAudit
    private let people: AuditPersonKeys
    private let journal: AccessJournal
    private let node: String
    let now: @Sendable () -> UnixTime

    /// - Parameters:
    ///   - people: whose pseudonyms the log names.
    ///   - node: where it is decided: the node's name.
    ///   - now: the time of what is no event of the gate.
    package init(
        log: any RecordsAudit, people: AuditPersonKeys, journal: AccessJournal, node: String, now: @escaping @Sendable () -> UnixTime
    ) {
        (self.log, self.people, self.journal, self.node, self.now) = (log, people, journal, node, now)
    }

    /// For the reader of one call: each decision of the gate is one leaf, and one reading.
    package func reading(_ context: CallContext) -> any AccessAudit { CallReading(audit: self, context: context) }

    /// Something that was done to a person's records, or refused, which the gate does not tell of. Durable when it returns.
    /// Throws UNAVAILABLE `AUDIT_UNAVAILABLE`: then nothing is to be told, and nothing kept.
    package func append(_ act: RecordAct, _ context: CallContext) async throws(RPCError) {
        try await append(act, context, at: now())
    }

    fileprivate func append(_ act: RecordAct, _ context: CallContext, at time: UnixTime) async throws(RPCError) {
        do {
            let staff = context.staff
            let access = AuditAccess(
                of: try people.pseudonym(of: act.person), institution: staff?.institution ?? context.peer.identity?.institution ?? "",
                staff: staff?.staffID, role: act.role ?? staff?.roles.map(\.rawValue).sorted().joined(separator: ",") ?? "",
                documentID: act.document?.text ?? "", documentVersion: UInt64(clamping: act.version ?? 0), documentKind: act.kind,
                operation: act.operation, purpose: act.purpose, grantID: act.grant?.text ?? "",
                emergencyReason: act.emergencyCause?.rawValue ?? "", decision: act.decision, node: node)
            try await log.append(.access(access, context, at: time, reason: act.reason))
        } catch {
            var refusal = AccessRefusal.auditUnavailable.rpcError
            refusal.cause = error
            throw refusal
        }
    }

    /// Runs what may be refused before the gate is asked, or without it; a refusal is a leaf with `act` and its reason before it is thrown.
    /// Who only wrote a request that cannot be one, and what failed without anybody's decision, is no leaf.
    package func refusing<T>(
        _ act: RecordAct, _ context: CallContext, _ body: () async throws(RPCError) -> T
    ) async throws(RPCError) -> T {
        do throws(RPCError) {
            return try await body()
        } catch {
            guard let reason = error.refusalReason else { throw error }
            var act = act
            (act.decision, act.reason) = (.deny, reason)
            try await append(act, context)
            throw error
        }
    }

    /// The audit of one call.
    private struct CallReading: AccessAudit {
        let audit: RegionAccessAudit
        let context: CallContext

        func append(_ event: AccessEvent) async throws {
            // The log first: what the journal shows is in it.
            try await audit.append(RecordAct(event), context, at: event.at)
            try await audit.journal.append(event)
        }
    }
}

extension RPCError {
    /// The reason of what was decided against somebody; nil for other failures.
    fileprivate var refusalReason: String? {
        switch code {
        case .invalidArgument, .unauthenticated, .permissionDenied, .failedPrecondition, .notFound, .alreadyExists, .aborted,
            .resourceExhausted:
            errorInfo?.reason
        default: nil
        }
    }
}
