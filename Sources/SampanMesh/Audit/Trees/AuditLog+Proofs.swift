package import SampanAPI
internal import SampanStorage

/// Proofs out of a log that is written.
extension AuditLog {
    /// Seals what is written now; the newest head, nil for an empty log. Throws `closed` for a log that is not sealed, and what stood in
    /// the way.
    @discardableResult
    package func seal() async throws(AuditError) -> AuditTreeHead? {
        guard let seals else { throw .closed }
        return try await seals.sealer.seal()
    }

    /// The newest head, and that it goes on from the tree of `known` entries (empty for 0). Throws `notSealed` for a tree that is larger
    /// than the head's.
    package func treeHead(known: UInt64) async throws(AuditError) -> (head: AuditTreeHead, path: [[UInt8]])? {
        guard let seals else { throw .closed }
        return try await seals.index.read(AuditError.self) { tx in
            guard let head = try AuditIndexStore.head(tx) else { return nil }
            return (head, known == 0 ? [] : try AuditProver.consistency(known, with: head, index: tx))
        }
    }

    /// Some of the entries about a person, oldest first, and the proof of how many there are. Throws `notSealed` for a log without a head.
    /// - Parameters:
    ///   - skipped: so many of the oldest are left out.
    ///   - limit: so many at most.
    package func readers(
        of person: AuditPseudonym, skipping skipped: UInt64, limit: Int
    ) async throws(AuditError) -> AuditV1.AuditReaders {
        guard let seals else { throw .closed }
        let (proof, numbers) = try await seals.index.read(AuditError.self) { tx in try AuditProver.readers(of: person, index: tx) }
        let wanted = Array(numbers.reversed().dropFirst(Int(clamping: skipped)).prefix(limit))
        let entries = try await database.read(AuditError.self) { tx in
            try wanted.map { number in
                guard let entry = try AuditStore.entry(number, tx) else { throw AuditError.damaged(.chain(.dropped(number))) }
                return entry.message
            }
        }
        return AuditV1.AuditReaders(proof: proof, entries: entries)
    }
}
