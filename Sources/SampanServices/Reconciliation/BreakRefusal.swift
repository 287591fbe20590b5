internal import SampanFerry
package import SampanRPC
package import SampanStorage

/// Why something about a break was refused. Nothing was written.
package enum BreakRefusal: StorageFailure, Equatable {
    case unknownBreak(Int64)
    /// Somebody has taken a step meanwhile: look again.
    case moved(lastStep: Int)
    /// The break is not in a state for that.
    case notNow(BreakState)
    /// Who has proposed cannot approve.
    case samePerson
    /// Only LONG and SHORT can be booked on SUSPENSE: of others it is not known which side lacks.
    case noSuspense
    /// The ledger refuses the entry.
    case ledger(String)
    case storage(StorageError)
}

extension BreakRefusal {
    package var rpcError: RPCError {
        switch self {
        case .unknownBreak(let number): RPCError(.notFound, reason: "UNKNOWN_BREAK", "there is no break \(number)")
        case .moved(let last):
            RPCError(.aborted, reason: "BREAK_MOVED", "somebody has taken a step meanwhile, the last is \(last); look again")
        case .notNow(let state):
            RPCError(.failedPrecondition, reason: "NOT_NOW", "the break is \(state), and that cannot be done now")
        case .samePerson:
            RPCError(
                .permissionDenied, reason: "TWO_PERSONS", "who has proposed a resolution does not approve it; another person has to")
        case .noSuspense:
            RPCError(
                .failedPrecondition, reason: "NO_SUSPENSE",
                "only LONG and SHORT of a channel can be booked on SUSPENSE: of others it is not known which side lacks")
        case .ledger(let text):
            RPCError(.failedPrecondition, reason: "LEDGER_REFUSES", "the ledger does not take the entry: \(text)")
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the books cannot be read or written now; try again", cause: error)
        }
    }
}
