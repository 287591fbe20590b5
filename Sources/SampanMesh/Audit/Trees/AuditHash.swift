internal import SampanCrypto

/// What is hashed in the trees over an audit log. Every kind of node has its own first byte, so that none can be taken for another; 0 and 1
/// are those of RFC 9162, section 2.1.1. Each throws `unsigned` only when OpenSSL is out of memory.
enum AuditHash {
    static let byteCount = 32
    /// An empty map, and the chain of a person without entries.
    static let nothing = [UInt8](repeating: 0, count: byteCount)

    /// Of an entry, by its own hash.
    static func leaf(_ entry: [UInt8]) throws(AuditError) -> [UInt8] { try of(0, entry) }

    static func node(_ left: [UInt8], _ right: [UInt8]) throws(AuditError) -> [UInt8] { try of(1, left, right) }

    /// A person's chain with one entry more.
    static func chain(_ before: [UInt8], _ entry: [UInt8]) throws(AuditError) -> [UInt8] { try of(2, before, entry) }

    /// A person in the map.
    static func person(_ person: some Collection<UInt8>, _ count: UInt64, _ chain: some Collection<UInt8>) throws(AuditError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(73)
        bytes.append(3)
        bytes += person
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: count >> UInt64(shift))) }
        bytes += chain
        return try digest(bytes)
    }

    /// A node of the map: nothing where there is nothing on either side.
    static func branch(_ left: [UInt8], _ right: [UInt8]) throws(AuditError) -> [UInt8] {
        left == nothing && right == nothing ? nothing : try of(4, left, right)
    }

    private static func of(_ kind: UInt8, _ first: [UInt8], _ second: [UInt8] = []) throws(AuditError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(65)
        bytes.append(kind)
        bytes += first
        bytes += second
        return try digest(bytes)
    }

    private static func digest(_ bytes: [UInt8]) throws(AuditError) -> [UInt8] {
        do throws(CryptoError) { return try SHA256.hash(bytes) } catch { throw .unsigned(error.detail) }
    }
}
