internal import SampanCrypto
internal import SampanDomain
internal import SampanStorage

/// Chains, signs and writes what it is given, a group at a time. Confined to the task that serves the log.
struct AuditWriter: ~Copyable {
    /// Records of one commit, at most: bounds how long the first of them waits for the last.
    static let maximumGroup = 1_024

    private let database: any Database
    private let signer: @Sendable () -> AuditSigner
    private let now: @Sendable () -> UnixTime
    /// The end of the log as it is on disk.
    private var number: UInt64
    private var hash: [UInt8]

    /// Goes on behind the log's end. Throws `damaged` where that is not what its head says.
    init(
        _ database: any Database, signer: @escaping @Sendable () -> AuditSigner, now: @escaping @Sendable () -> UnixTime
    ) async throws(AuditError) {
        self.database = database
        self.signer = signer
        self.now = now
        let (last, head) = try await database.read(AuditError.self) { tx in (try AuditStore.last(tx), try AuditStore.lastHead(tx)) }
        do throws(AuditFault) { try Self.check(last, head) } catch { throw .damaged(error) }
        (number, hash) = last.map { ($0.number, $0.hash) } ?? (0, AuditEntry.noHash)
    }

    /// The end alone: the whole is what `AuditArchive.verify` is for.
    private static func check(_ last: AuditEntry?, _ head: AuditHead?) throws(AuditFault) {
        let number = last?.number ?? 0
        if let last {
            let computed = try AuditFault.translating(last.computedHash)
            guard computed == last.hash else { throw .chain(.changed(number)) }
        }
        guard let head else {
            if last != nil { throw .unsigned(1) }
            return
        }
        guard head.number <= number else { throw .chain(.cutShort(after: number)) }
        guard head.number == number else { throw .unsigned(head.number + 1) }
        guard head.hash == last?.hash else { throw .chain(.replaced(number)) }
        do throws(CryptoError) { try head.verify() } catch { throw .forgedHead(number) }
    }

    /// Writes a group, durable or not at all, and tells each of its items. Throws what stood in the way; then nothing has changed.
    mutating func write(_ items: [AuditQueue.Item]) async throws(AuditError) {
        var entries: [AuditEntry] = []
        do throws(HashChainFault) {
            for item in items {
                let bytes: [UInt8]
                do throws(AuditError) { bytes = try item.record.serialized() } catch { throw .library }
                entries.append(try AuditEntry(bytes, after: entries.last?.number ?? number, entries.last?.hash ?? hash))
            }
        } catch {
            throw .damaged(.chain(error))
        }
        guard let last = entries.last else { return }
        let signer = signer()
        let head = try AuditHead(last.number, last.hash, at: now(), by: signer)
        let bare = try AuditHead(number: head.number, hash: head.hash, at: head.at, signature: head.signature, signerChain: []).serialized()
        let fingerprint = signer.chain.first?.fingerprint ?? []
        let group = entries
        try await database.write(AuditError.self) { tx in
            try AuditStore.append(group, head, bare, fingerprint: fingerprint, tx)
        }
        (number, hash) = (last.number, last.hash)
        for (item, entry) in zip(items, entries) { item.settle?(.success(entry.number)) }
    }
}
