package import SampanAPI
package import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
package import SampanStorage

/// `sampan.settlement.v1.SettlementService`: where the finance staff close the mobile operator's days. Who may call is the policy's.
package struct SettlementDesk: SettlementV1.SettlementServiceHandler {
    private let books: any Database
    private let institution: String
    private let now: @Sendable () -> UnixTime
    private let audit: any FinanceAudit

    /// - Parameters:
    ///   - books: of the payments (`PaymentStore.books`).
    ///   - institution: whose books they are.
    package init(books: any Database, institution: String, now: @escaping @Sendable () -> UnixTime, audit: any FinanceAudit) {
        self.books = books
        self.institution = institution
        self.now = now
        self.audit = audit
    }

    package func closeSettlement(
        _ request: SettlementV1.CloseSettlementRequest, context: CallContext
    ) async throws -> SettlementV1.CloseSettlementResponse {
        let identity = try context.requireStaff(of: institution)
        let closing: SettlementClosing
        do throws(DomainError) {
            closing = SettlementClosing(
                operatorID: request.operatorID, day: try Self.day(request.date), requestID: try RequestID(request.requestID),
                caller: identity.uri, reason: try FinanceText.check(request.reason, field: "reason", isNeeded: false))
        } catch {
            throw RPCError(invalid: error)
        }
        let detail = "close \(closing.operatorID) \(closing.day)\(closing.reason.isEmpty ? "" : ": \(closing.reason)")"
        try await audit.append(.finance(context, at: now(), "SETTLEMENT_CLOSE", detail))
        let now = now()
        let (settlement, wasClosed) = try await write { tx in try closing.run(now: now, tx) }
        return SettlementV1.CloseSettlementResponse(settlement: settlement, wasClosed: wasClosed)
    }

    package func getSettlement(
        _ request: SettlementV1.GetSettlementRequest, context: CallContext
    ) async throws -> SettlementV1.GetSettlementResponse {
        _ = try context.requireStaff(of: institution)
        let day: BusinessDay
        do throws(DomainError) { day = try Self.day(request.date) } catch { throw RPCError(invalid: error) }
        let (now, operatorID) = (now(), request.operatorID)
        let settlement = try await read { tx in try Settlements.show(operatorID, day, now: now, tx) }
        return SettlementV1.GetSettlementResponse(settlement: settlement)
    }

    package func listSettlements(
        _ request: SettlementV1.ListSettlementsRequest, context: CallContext
    ) async throws -> SettlementV1.ListSettlementsResponse {
        _ = try context.requireStaff(of: institution)
        let (first, last): (BusinessDay?, BusinessDay?)
        do throws(DomainError) {
            first = request.fromDate.isEmpty ? nil : try Self.day(request.fromDate, field: "from_date")
            last = request.toDate.isEmpty ? nil : try Self.day(request.toDate, field: "to_date")
        } catch {
            throw RPCError(invalid: error)
        }
        let operatorID = request.operatorID
        let settlements = try await read { tx in try Settlements.list(operatorID, from: first, through: last, tx) }
        return SettlementV1.ListSettlementsResponse(settlements: settlements)
    }

    private func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(SettlementError) { return try await books.read(SettlementError.self, body) } catch { throw error.rpcError }
    }

    private func write<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws(RPCError) -> T {
        do throws(SettlementError) { return try await books.write(SettlementError.self, body) } catch { throw error.rpcError }
    }

    private static func day(_ text: String, field: String = "date") throws(DomainError) -> BusinessDay {
        guard let day = BusinessDay(text) else { throw DomainError(field: field, message: "is a day such as 2026-11-18") }
        return day
    }
}
