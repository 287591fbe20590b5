internal import SampanCrypto
internal import SampanDomain
internal import SampanStorage

/// Brings the index of a log up to its end, beside the writer and in a file of its own, so that no append waits for it. Safe from any task.
///
/// ```
/// entries in audit.db ──read──► index: tiles, map, head (one transaction) ──► tree head into audit.db
/// ```
/// A crash between the two leaves an index that is ahead of the heads in the log; the next start puts its head there.
final class AuditSealer: Sendable {
    private let log: any Database
    private let index: any Database
    private let signer: @Sendable () -> AuditSigner
    private let now: @Sendable () -> UnixTime
    private let sealing: AuditSealing

    init(
        _ log: any Database, index: any Database, signer: @escaping @Sendable () -> AuditSigner, now: @escaping @Sendable () -> UnixTime,
        _ sealing: AuditSealing
    ) {
        self.log = log
        self.index = index
        self.signer = signer
        self.now = now
        self.sealing = sealing
    }

    /// Opens the index beside a log. Throws `storage`.
    static func openIndex(beside path: String) throws(AuditError) -> SQLiteDatabase {
        var options = SQLiteOptions()
        options.isDerived = true
        do throws(StorageError) {
            return try SQLiteDatabase(path: AuditArchive.indexPath(path), schema: AuditIndexStore.schema, options: options)
        } catch {
            throw .storage(error)
        }
    }

    /// Throws `damaged` where the log is not the one that the index was made of: it was cut off, or taken back to an older copy.
    func check() async throws(AuditError) {
        guard let head = try await index.read(AuditError.self, AuditIndexStore.head) else { return }
        let (found, last) = try await log.read(AuditError.self) { tx in
            (try AuditStore.hash(of: head.size, tx), try AuditStore.last(tx)?.number ?? 0)
        }
        guard let found else { throw .damaged(.chain(.cutShort(after: last))) }
        guard found == head.hash else { throw .damaged(.chain(.replaced(head.size))) }
        let signed = try await log.read(AuditError.self, AuditStore.lastTreeHead)
        if signed.map({ $0.size < head.size }) ?? true { try await keep(head) }
    }

    /// Seals what is not; the newest head, nil for an empty log. Throws what stood in the way; what was sealed before stays.
    @discardableResult
    func seal() async throws(AuditError) -> AuditTreeHead? {
        while true {
            let before = try await index.read(AuditError.self, AuditIndexStore.head)
            let size = before?.size ?? 0
            let known = try await log.read(AuditError.self) { tx in try AuditStore.treeHead(after: size, tx) }
            // An index that is made again stops at each head that was signed before, which it has to come to.
            let limit = min(UInt64(sealing.maximumEntries), (known?.size ?? .max) - size)
            let entries = try await log.read(AuditError.self) { tx in
                try AuditStore.entries(after: size, limit: limit, tx).map {
                    AuditIndexStore.Entry(number: $0.number, hash: $0.hash, person: AuditPersonScan.person(in: $0.record))
                }
            }
            guard let last = entries.last else { return before }
            let (signer, now) = (signer(), now())
            let head = try await index.write(AuditError.self) { tx in
                try AuditIndexStore.advance(
                    entries,
                    sign: { size, hash, tree, people, count throws(AuditError) in
                        if let known, known.size == size {
                            guard known.treeRoot == tree, known.peopleRoot == people, known.hash == hash, known.people == count else {
                                throw .damaged(.otherTree(size))
                            }
                            return known
                        }
                        let contents = AuditTreeHead.Contents(
                            size: size, hash: hash, at: now, treeRoot: tree, peopleRoot: people, people: count)
                        return try AuditTreeHead(contents, by: signer)
                    }, tx)
            }
            if let head, known?.size != last.number { try await keep(head) }
        }
    }

    private func keep(_ head: AuditTreeHead) async throws(AuditError) {
        try await log.write(AuditError.self) { tx in try AuditStore.append(head, tx) }
    }
}
