package import SampanStorage

/// Why the outer request store refused.
package enum RequestStoreError: StorageFailure, Equatable {
    /// Another body was submitted under this id before; `seq` is that row. Use a new id.
    case requestIDReused(seq: Int64)
    /// The row was finished with another outcome: a defect of the inside, since an outcome never changes.
    case outcomeConflict(seq: Int64)
    /// There is no such row.
    case unknownSequence(Int64)
    /// More rows are open than the store may hold: the inside is away or slow. Try again later.
    case tooManyOpenRequests(limit: Int)
    case payloadTooLarge(bytes: Int, limit: Int)
    /// Worker, count or limit of a claim is out of range; the text says which.
    case invalidClaim(String)
    /// Another run of the same worker has started since; this one is to end.
    case superseded(worker: Int64)
    case storage(StorageError)
}
