package import SampanAPI
internal import SampanStorage

/// Proofs out of the file of a log and the index beside it, for commands.
extension AuditArchive {
    /// That an entry is in the tree of the newest head. Throws `notSealed`, `storage`, and `malformed` or `indexDamaged` for damaged files.
    package func inclusionProof(of number: UInt64) throws(AuditError) -> AuditV1.AuditInclusionProof {
        try reading { log, index in try AuditProver.inclusion(of: number, log: log, index: index) }
    }

    /// That the log at an older head goes on to the newest. `older`: entries of a tree head that the log has; 0 for its first one.
    package func consistencyProof(from older: UInt64) throws(AuditError) -> AuditV1.AuditConsistencyProof {
        try reading { log, index in
            guard let newer = try AuditIndexStore.head(index), let head = try AuditStore.treeHead(after: max(1, older) - 1, log),
                older == 0 || head.size == older, head.size <= newer.size
            else { throw AuditError.notSealed(older) }
            return AuditV1.AuditConsistencyProof(
                older: head.message, newer: newer.message, path: try AuditProver.consistency(head.size, with: newer, index: index))
        }
    }

    /// All entries about a person, oldest first, and the proof that they are all.
    package func readers(of person: AuditPseudonym) throws(AuditError) -> AuditV1.AuditReaders {
        try reading { log, index in
            let (proof, numbers) = try AuditProver.readers(of: person, index: index)
            let entries = try numbers.reversed().map { number in
                guard let entry = try AuditStore.entry(number, log) else { throw AuditError.damaged(.chain(.dropped(number))) }
                return entry.message
            }
            return AuditV1.AuditReaders(proof: proof, entries: entries)
        }
    }

    /// The newest head of the index beside the log; nil where nothing is sealed, or no index is there.
    func indexHead() throws(AuditError) -> AuditTreeHead? {
        guard let index = try openIndex() else { return nil }
        return try translating { try index.read { tx in try AuditIndexStore.head(tx) } }
    }

    private func reading<T>(_ body: (borrowing Transaction, borrowing Transaction) throws -> T) throws(AuditError) -> T {
        guard let index = try openIndex() else { throw .notSealed(0) }
        // The index first: whatever it knows of is in the log that is read after it.
        return try translating { try index.read { index in try file.read { log in try body(log, index) } } }
    }
}
