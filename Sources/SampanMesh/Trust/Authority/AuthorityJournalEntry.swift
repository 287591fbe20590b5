package import SampanAPI
internal import SampanProtobuf

/// One line of the authority's journal: what one command changed, chained to the line before by its hash.
///
/// The chain finds what was changed, dropped, put in or moved. That lines are missing at the end it cannot see: the nodes do, who hold
/// epochs that such an authority never made (`AuthorityRefusal.foreignEpoch`).
package struct AuthorityJournalEntry: Sendable, Hashable {
    /// What the first entry has in the place of the hash before.
    package static let noHash = [UInt8](repeating: 0, count: EpochLimits.hashBytes)

    private static let prefix = Array("sampan authority journal v1".utf8) + [0]

    /// 1 upwards.
    package let number: UInt64
    package let previousHash: [UInt8]
    /// A serialized `AuthorityRecord`: these bytes are hashed, never an encoding made again.
    package let record: [UInt8]
    package let hash: [UInt8]

    /// As it was read; nothing is checked.
    package init(number: UInt64, previousHash: [UInt8], record: [UInt8], hash: [UInt8]) {
        self.number = number
        self.previousHash = previousHash
        self.record = record
        self.hash = hash
    }

    /// As it came over the wire; nothing is checked.
    package init(_ message: TrustV1.JournalEntry) {
        self.init(number: message.number, previousHash: message.previousHash, record: message.record, hash: message.hash)
    }

    /// The line for `record` behind `previous` (nil for the first). Throws `tooLarge`, and `library` when there is no memory.
    package init(_ record: AuthorityRecord, after previous: AuthorityJournalEntry?) throws(EpochError) {
        number = (previous?.number ?? 0) + 1
        previousHash = previous?.hash ?? Self.noHash
        self.record = try record.serialized()
        hash = try Self.hash(number, previousHash, self.record)
    }

    /// What it should be by what the line says.
    func computedHash() throws(EpochError) -> [UInt8] { try Self.hash(number, previousHash, record) }

    private static func hash(_ number: UInt64, _ previousHash: [UInt8], _ record: [UInt8]) throws(EpochError) -> [UInt8] {
        let digits = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        return try SignedEpoch.hash(prefix + digits + previousHash + record)
    }

    /// Reads a serialized `JournalEntry`. Throws for what is no message, not for a hash that is wrong: `AuthorityJournal` tells that.
    package init(serialized bytes: [UInt8]) throws(EpochError) {
        let message = try EpochError.translating("journal_entry") { () throws(ProtobufError) in
            try TrustV1.JournalEntry(serialized: bytes)
        }
        self.init(message)
    }

    package func serialized() throws(EpochError) -> [UInt8] {
        let message = TrustV1.JournalEntry(number: number, previousHash: previousHash, record: record, hash: hash)
        return try EpochError.translating("journal_entry") { () throws(ProtobufError) in try message.serialized() }
    }
}
