package import SampanAPI
internal import SampanProtobuf

/// What the authority's journal is a chain of: serialized `AuthorityRecord`s.
package enum AuthorityJournalKind: HashChainKind {
    package static let domain = "sampan authority journal v1"
}

/// One line of the authority's journal: what one command changed.
///
/// The chain finds what was changed, dropped, put in or moved. That lines are missing at the end it cannot see: the nodes do, who hold
/// epochs that such an authority never made (`AuthorityRefusal.foreignEpoch`).
package typealias AuthorityJournalEntry = HashChainEntry<AuthorityJournalKind>

extension HashChainEntry where Kind == AuthorityJournalKind {
    /// As it came over the wire; nothing is checked.
    package init(_ message: TrustV1.JournalEntry) {
        self.init(number: message.number, previousHash: message.previousHash, record: message.record, hash: message.hash)
    }

    /// The line for `record` behind the one of this number and hash (0 and `noHash` for the first). Throws `tooLarge`, and `library` when
    /// there is no memory.
    package init(_ record: AuthorityRecord, after number: UInt64, _ hash: [UInt8]) throws(EpochError) {
        let bytes = try record.serialized()
        do throws(HashChainFault) { try self.init(bytes, after: number, hash) } catch {
            throw EpochError(.library, "journal_entry", error.description)
        }
    }

    /// As it goes over the wire.
    package var message: TrustV1.JournalEntry {
        TrustV1.JournalEntry(number: number, previousHash: previousHash, record: record, hash: hash)
    }

    /// Reads a serialized `JournalEntry`. Throws for what is no message, not for a hash that is wrong: `AuthorityJournal` tells that.
    package init(serialized bytes: [UInt8]) throws(EpochError) {
        self.init(
            try EpochError.translating("journal_entry") { () throws(ProtobufError) in try TrustV1.JournalEntry(serialized: bytes) })
    }

    package func serialized() throws(EpochError) -> [UInt8] {
        try EpochError.translating("journal_entry") { () throws(ProtobufError) in try message.serialized() }
    }
}
