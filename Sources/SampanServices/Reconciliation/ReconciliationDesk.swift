package import SampanAPI
package import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
internal import SampanReconciliation
package import SampanStorage

/// `sampan.reconciliation.v1.ReconciliationService`: where breaks are kept and resolved by two persons. Who may call is the policy's.
package struct ReconciliationDesk: ReconciliationV1.ReconciliationServiceHandler {
    private let books: any Database
    private let institution: String
    private let refunds: AutomaticRefunds
    private let now: @Sendable () -> UnixTime
    private let audit: any FinanceAudit

    /// Breaks of one answer, as the contract has it.
    private static let maximumListed = 1_000

    /// - Parameters:
    ///   - books: of the payments (`PaymentStore.books`).
    ///   - institution: whose books they are.
    package init(
        books: any Database, institution: String, refunds: AutomaticRefunds, now: @escaping @Sendable () -> UnixTime,
        audit: any FinanceAudit
    ) {
        self.books = books
        self.institution = institution
        self.refunds = refunds
        self.now = now
        self.audit = audit
    }

    package func recordRun(
        _ request: ReconciliationV1.RecordRunRequest, context: CallContext
    ) async throws -> ReconciliationV1.RecordRunResponse {
        let identity = try context.requireStaff(of: institution)
        let intake: BreakIntake
        do throws(DomainError) {
            intake = try BreakIntake(
                day: Self.day(request.date), breaks: Self.breaks(request.findings),
                settlements: try Self.settlements(request.settlements), by: identity.uri)
        } catch {
            throw RPCError(invalid: error)
        }
        try await audit.append(.finance(context, at: now(), "RECONCILIATION_RECORD", "\(request.date): \(request.findings.count) breaks"))
        let now = now()
        let (run, wasKnown) = try await write { tx in try intake.run(now: now, tx) }
        refunds.wake()
        return ReconciliationV1.RecordRunResponse(run: run.message, wasKnown: wasKnown)
    }

    package func listBreaks(
        _ request: ReconciliationV1.ListBreaksRequest, context: CallContext
    ) async throws -> ReconciliationV1.ListBreaksResponse {
        _ = try context.requireStaff(of: institution)
        let day: BusinessDay?
        do throws(DomainError) { day = request.date.isEmpty ? nil : try Self.day(request.date) } catch { throw RPCError(invalid: error) }
        let (after, onlyOpen, limit) = (Int64(clamping: request.after), !request.all, Self.maximumListed)
        let records = try await read { tx in
            try BreakRows.list(day, after: after, limit: limit, onlyOpen: onlyOpen, tx)
        }
        return ReconciliationV1.ListBreaksResponse(
            breaks: records.map(\.message), next: records.count == limit ? UInt64(clamping: records.last?.number ?? 0) : 0)
    }

    package func getBreak(
        _ request: ReconciliationV1.GetBreakRequest, context: CallContext
    ) async throws -> ReconciliationV1.GetBreakResponse {
        _ = try context.requireStaff(of: institution)
        let number = Int64(clamping: request.number)
        let (record, steps) = try await read { tx in (try BreakRows.find(number, tx), try BreakRows.steps(number, tx)) }
        return ReconciliationV1.GetBreakResponse(found: record.message, steps: steps.map(\.message))
    }

    package func proposeResolution(
        _ request: ReconciliationV1.ProposeResolutionRequest, context: CallContext
    ) async throws -> ReconciliationV1.ProposeResolutionResponse {
        let person = try context.requireStaff(of: institution).uri
        let note: String
        do throws(DomainError) { note = try FinanceText.check(request.note, field: "note", isNeeded: true) } catch {
            throw RPCError(invalid: error)
        }
        let (number, seen, toSuspense) = (Int64(clamping: request.number), Int(request.afterStep), request.toSuspense)
        try await audit.append(.finance(context, at: now(), "BREAK_PROPOSE", "break \(number): \(note)"))
        let now = now()
        let record = try await write { tx in
            try BreakResolution.propose(number, after: seen, note: note, toSuspense: toSuspense, by: person, now: now, tx)
        }
        return ReconciliationV1.ProposeResolutionResponse(found: record.message)
    }

    package func decideResolution(
        _ request: ReconciliationV1.DecideResolutionRequest, context: CallContext
    ) async throws -> ReconciliationV1.DecideResolutionResponse {
        let person = try context.requireStaff(of: institution).uri
        let note: String
        do throws(DomainError) { note = try FinanceText.check(request.note, field: "note", isNeeded: !request.approve) } catch {
            throw RPCError(invalid: error)
        }
        let (number, proposal, approve) = (Int64(clamping: request.number), Int(request.proposal), request.approve)
        try await audit.append(.finance(context, at: now(), approve ? "BREAK_APPROVE" : "BREAK_REJECT", "break \(number): \(note)"))
        let now = now()
        let record = try await write { tx in
            try BreakResolution.decide(number, proposal: proposal, approve: approve, note: note, by: person, now: now, tx)
        }
        return ReconciliationV1.DecideResolutionResponse(found: record.message)
    }

    private func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(BreakRefusal) { return try await books.read(BreakRefusal.self, body) } catch { throw error.rpcError }
    }

    private func write<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(BreakRefusal) { return try await books.write(BreakRefusal.self, body) } catch { throw error.rpcError }
    }

    private static func day(_ text: String) throws(DomainError) -> BusinessDay {
        guard let day = BusinessDay(text) else { throw DomainError(field: "date", message: "is a day such as 2026-11-18") }
        return day
    }

    private static func settlements(
        _ messages: [ReconciliationV1.ChannelSettlement]
    ) throws(DomainError) -> [ChannelSettlement] {
        var settlements: [ChannelSettlement] = []
        for message in messages { settlements.append(try ChannelSettlement(message)) }
        return settlements
    }

    private static func breaks(_ findings: [ReconciliationV1.Finding]) throws(DomainError) -> [Break] {
        var breaks: [Break] = []
        breaks.reserveCapacity(findings.count)
        for finding in findings { breaks.append(try Break(finding)) }
        return breaks
    }
}
