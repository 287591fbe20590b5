internal import SampanCrypto

/// One line of an append-only log, chained to the line before by its hash: SHA-256 over the kind's domain, a zero byte, the number (8
/// bytes, big endian), the hash before and the record.
package struct HashChainEntry<Kind: HashChainKind>: Sendable, Hashable {
    /// What the first entry has in the place of the hash before.
    package static var noHash: [UInt8] { [UInt8](repeating: 0, count: hashBytes) }
    private static var hashBytes: Int { 32 }

    /// 1 upwards.
    package let number: UInt64
    package let previousHash: [UInt8]
    /// These bytes are hashed, never an encoding made again.
    package let record: [UInt8]
    package let hash: [UInt8]

    /// As it was read; nothing is checked.
    package init(number: UInt64, previousHash: [UInt8], record: [UInt8], hash: [UInt8]) {
        self.number = number
        self.previousHash = previousHash
        self.record = record
        self.hash = hash
    }

    /// The line for a record's bytes behind the one of this number and hash (0 and `noHash` for the first). Throws `library`.
    package init(_ record: [UInt8], after number: UInt64, _ hash: [UInt8]) throws(HashChainFault) {
        self.number = number + 1
        previousHash = hash
        self.record = record
        self.hash = try Self.hash(self.number, previousHash, record)
    }

    /// What the hash should be by what the line says. Throws `library`.
    func computedHash() throws(HashChainFault) -> [UInt8] { try Self.hash(number, previousHash, record) }

    private static func hash(_ number: UInt64, _ previousHash: [UInt8], _ record: [UInt8]) throws(HashChainFault) -> [UInt8] {
        var bytes = Array(Kind.domain.utf8)
        bytes.reserveCapacity(bytes.count + 9 + previousHash.count + record.count)
        bytes.append(0)
        bytes += BigEndian.bytes(number)
        bytes += previousHash
        bytes += record
        do throws(CryptoError) { return try SHA256.hash(bytes) } catch { throw .library }
    }
}
