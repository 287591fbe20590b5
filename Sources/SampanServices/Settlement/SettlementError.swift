internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
package import SampanRPC
package import SampanStorage

/// Why a day was not closed, or not told. Nothing was written.
package enum SettlementError: StorageFailure, Equatable {
    /// Only the mobile operator is closed here: windows are closed in their HIS.
    case unknownOperator
    /// The day is not over in China.
    case dayNotOver
    /// An earlier day has entries and is open (`2026-11-17`): days are closed in their order.
    case earlierDayOpen(String)
    /// No run of the day's reconciliation is recorded.
    case notReconciled
    case openBreaks(count: Int64, fen: Int64)
    /// The caller used this request id before for another body.
    case requestIDReused
    /// Receipts and ledger contradict each other; a person has to look.
    case contradiction(String)
    case storage(StorageError)
}

extension SettlementError {
    package var rpcError: RPCError {
        switch self {
        case .unknownOperator:
            RPCError(
                .notFound, reason: "UNKNOWN_OPERATOR",
                "only the mobile operator \(MobileOperator.code) is closed here; windows are closed in their HIS")
        case .dayNotOver:
            RPCError(.failedPrecondition, reason: "DAY_NOT_OVER", "the day is not over in China; it can be closed from midnight on")
        case .earlierDayOpen(let day):
            RPCError(.failedPrecondition, reason: "EARLIER_DAY_OPEN", "\(day) has entries and is open; days are closed in their order")
        case .notReconciled:
            RPCError(
                .failedPrecondition, reason: "NOT_RECONCILED",
                "no reconciliation of the day is recorded; record one, or say why it is closed without")
        case .openBreaks(let count, let fen):
            RPCError(
                .failedPrecondition, reason: "OPEN_BREAKS",
                "\(count) breaks of the day are open, \(Money(fen: fen).yuan) yuan; resolve them, or say why it is closed all the same")
        case .requestIDReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "something else was asked for under this request_id; use a new one")
        case .contradiction(let text):
            RPCError(.failedPrecondition, reason: "BOOKS_CONTRADICT", "\(text); a person has to look")
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the ledger cannot be read or written now; try again", cause: error)
        }
    }

    /// Runs what reads the books; what they cannot be read for is a contradiction, not a defect.
    static func translating<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as SettlementError {
            throw error
        } catch let error as StorageError {
            throw error
        } catch {
            throw SettlementError.contradiction("the books cannot be summed up: \(error)")
        }
    }
}
