package import SampanCrypto
package import SampanStorage

/// An audit log as a file that is read: for commands, also while its node runs. Blocks; not Sendable.
package final class AuditArchive {
    /// Name of the file in a node's data folder.
    package static let fileName = "audit.db"
    /// Name of the file beside it, which is made again from it.
    package static let indexName = "audit-index.db"
    /// Its tables.
    package static let schema = AuditStore.schema

    let file: SQLiteArchive
    private let path: String
    /// Whether it is of a program that makes tree heads.
    private let hasTrees: Bool

    /// Opens a file that is there, also one of a program that made no tree heads. Throws `storage`.
    package init(path: String) throws(AuditError) {
        self.path = path
        do throws(StorageError) { (file, hasTrees) = try Self.open(path) } catch { throw .storage(error) }
    }

    private static func open(_ path: String) throws(StorageError) -> (SQLiteArchive, Bool) {
        if let first = try? SQLiteArchive(path: path, schema: AuditStore.firstSchema) { return (first, false) }
        return (try SQLiteArchive(path: path, schema: schema), true)
    }

    /// Path of the index beside a log: `audit-index.db` beside `audit.db`.
    static func indexPath(_ path: String) -> String { (path.hasSuffix(".db") ? String(path.dropLast(3)) : path) + "-index.db" }

    /// Nil where there is none.
    func openIndex() throws(AuditError) -> SQLiteArchive? {
        do throws(StorageError) { return try SQLiteArchive(path: Self.indexPath(path), schema: AuditIndexStore.schema) } catch {
            if error.kind == .cannotOpen { return nil }
            throw .storage(error)
        }
    }

    /// How many entries there are, about; for progress.
    package func count() throws(AuditError) -> UInt64 {
        try translating { try file.read { tx in try AuditStore.last(tx)?.number ?? 0 } }
    }

    /// Returns when every entry says what it said when it was written, in its order, and the end is under a signed head. Throws `damaged`
    /// with the first fault, and `storage`.
    /// - Parameters:
    ///   - trust: verifies who has signed; nil only looks whether it was the certificate beside it.
    ///   - mark: where the log is known to have been.
    ///   - progress: told now and then how many entries were read.
    package func verify(
        trust: ChainVerifier? = nil, mark: HashChainMark? = nil, progress: (UInt64) -> Void = { _ in }
    ) throws(AuditError) -> AuditChain {
        // What the index knows of is in the log that is read after it.
        let indexHead = try indexHead()
        return try translating {
            var chain = AuditChain(trust: trust, mark: mark)
            let last = try file.read { tx in
                let lastTree = hasTrees ? try AuditStore.lastTreeHead(tx) : nil
                try AuditStore.forEach(tx, trees: hasTrees) { entry, head, tree in
                    try chain.take(entry)
                    if let head { try chain.take(head) }
                    if let tree { try chain.take(tree, checksPeople: tree.size == lastTree?.size) }
                    if let indexHead, indexHead.size == entry.number, indexHead.hash != entry.hash {
                        throw AuditFault.chain(.replaced(entry.number))
                    }
                    try Self.readable(entry)
                    if entry.number % 10_000 == 0 { progress(entry.number) }
                }
                return max(try AuditStore.lastHead(tx)?.number ?? 0, lastTree?.size ?? 0, indexHead?.size ?? 0)
            }
            try chain.finish(lastHead: last)
            return chain
        }
    }

    /// Hands every entry's number and record, from the first on, to `body`; nothing is verified. Throws `malformed`, `storage`, and what
    /// `body` throws.
    package func forEach(_ body: (UInt64, AuditRecord) throws -> Void) throws {
        try file.read { tx in
            try AuditStore.forEach(tx, trees: false) { entry, _, _ in try body(entry.number, try AuditRecord(serialized: entry.record)) }
        }
    }

    private static func readable(_ entry: AuditEntry) throws(AuditFault) {
        do throws(AuditError) { _ = try AuditRecord(serialized: entry.record) } catch {
            throw .chain(.unreadable(entry.number, "\(error)"))
        }
    }

    func translating<T>(_ body: () throws -> T) throws(AuditError) -> T {
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
