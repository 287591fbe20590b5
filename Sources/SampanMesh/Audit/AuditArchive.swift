package import SampanCrypto
package import SampanStorage

/// An audit log as a file that is read: for commands, also while its node runs. Blocks; not Sendable.
package final class AuditArchive {
    /// Name of the file in a node's data folder.
    package static let fileName = "audit.db"
    /// Its tables.
    package static let schema = AuditStore.schema

    private let file: SQLiteArchive

    /// Opens a file that is there. Throws `storage`.
    package init(path: String) throws(AuditError) {
        do throws(StorageError) { file = try SQLiteArchive(path: path, schema: Self.schema) } catch { throw .storage(error) }
    }

    /// Returns when every entry says what it said when it was written, in its order, and the end is under a signed head. Throws `damaged`
    /// with the first fault, and `storage`.
    /// - Parameters:
    ///   - trust: verifies who has signed; nil only looks whether it was the certificate beside it.
    ///   - mark: where the log is known to have been.
    package func verify(trust: ChainVerifier? = nil, mark: HashChainMark? = nil) throws(AuditError) -> AuditChain {
        try translating {
            var chain = AuditChain(trust: trust, mark: mark)
            let last = try file.read { tx in
                try AuditStore.forEach(tx) { entry, head in
                    try chain.take(entry)
                    if let head { try chain.take(head) }
                    try Self.readable(entry)
                }
                return try AuditStore.lastHead(tx)?.number
            }
            try chain.finish(lastHead: last)
            return chain
        }
    }

    /// Hands every entry's number and record, from the first on, to `body`; nothing is verified. Throws `malformed`, `storage`, and what
    /// `body` throws.
    package func forEach(_ body: (UInt64, AuditRecord) throws -> Void) throws {
        try file.read { tx in
            try AuditStore.forEach(tx) { entry, _ in try body(entry.number, try AuditRecord(serialized: entry.record)) }
        }
    }

    private static func readable(_ entry: AuditEntry) throws(AuditFault) {
        do throws(AuditError) { _ = try AuditRecord(serialized: entry.record) } catch {
            throw .chain(.unreadable(entry.number, "\(error)"))
        }
    }

    private func translating<T>(_ body: () throws -> T) throws(AuditError) -> T {
        do {
            return try body()
        } catch let fault as AuditFault {
            throw .damaged(fault)
        } catch let error as StorageError {
            throw .storage(error)
        } catch let error as AuditError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }
}
