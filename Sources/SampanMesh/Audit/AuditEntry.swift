internal import SampanAPI
internal import SampanCrypto
internal import SampanProtobuf

/// One line of an audit log, chained to the line before by its hash.
package struct AuditEntry: Sendable, Hashable {
    /// What the first entry has in the place of the hash before.
    package static let noHash = [UInt8](repeating: 0, count: AuditLimits.hashBytes)

    private static let prefix = Array("sampan audit log v1".utf8) + [0]

    /// 1 upwards.
    package let number: UInt64
    package let previousHash: [UInt8]
    /// A serialized `AuditRecord`: these bytes are hashed, never an encoding made again.
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
    package init(_ record: [UInt8], after number: UInt64, _ hash: [UInt8]) throws(AuditFault) {
        self.number = number + 1
        previousHash = hash
        self.record = record
        self.hash = try Self.hash(self.number, previousHash, record)
    }

    /// What the hash should be by what the line says.
    func computedHash() throws(AuditFault) -> [UInt8] { try Self.hash(number, previousHash, record) }

    private static func hash(_ number: UInt64, _ previousHash: [UInt8], _ record: [UInt8]) throws(AuditFault) -> [UInt8] {
        var bytes = prefix
        bytes.reserveCapacity(prefix.count + 8 + previousHash.count + record.count)
        bytes += BigEndian.bytes(number)
        bytes += previousHash
        bytes += record
        do throws(CryptoError) { return try SHA256.hash(bytes) } catch { throw .library }
    }
}
