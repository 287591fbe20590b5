package import SampanStorage

/// Why something could not be put into an audit log, or a log not be read.
package enum AuditError: Error, Sendable, Equatable {
    case storage(StorageError)
    /// The log is not what its head says, or an entry not what was written; it is not gone on with.
    case damaged(AuditFault)
    /// Bytes are no record, head or certificate of the contract; what it is about and why.
    case malformed(String)
    /// The head could not be signed, or OpenSSL is out of memory.
    case unsigned(String)
    /// No signed tree head is over this entry (0: over any) yet, or there is no index beside the log.
    case notSealed(UInt64)
    /// The index beside the log is not what was written; what is wrong. It may be deleted: it is made again from the log.
    case indexDamaged(String)
    /// Too many wait; the record is counted among those that were not told.
    case overloaded
    /// The log is closed.
    case closed
}

extension AuditError: StorageFailure {}

extension AuditError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .storage(let error): "the audit log: \(error)"
        case .damaged(let fault): "the audit log: \(fault)"
        case .malformed(let what): "the audit log: \(what)"
        case .unsigned(let what): "the audit log cannot be signed: \(what)"
        case .notSealed(0): "the audit log has no tree head yet"
        case .notSealed(let number): "the audit log: entry \(number) is under no tree head, or not at the end of one"
        case .indexDamaged(let what): "the index of the audit log: \(what); delete it, and the node makes it again"
        case .overloaded: "the audit log: too many records wait"
        case .closed: "the audit log is closed"
        }
    }
}
