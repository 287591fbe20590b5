/// What a detached signature is for, for example `sampan trust epoch v1`: it stands before the signed bytes, so that a signature made for
/// one purpose is none for another. Nobody signs without one.
package struct SignatureDomain: Sendable, Hashable {
    /// The name and a NUL, which no name holds: no domain begins with another's.
    let prefix: [UInt8]

    /// Longest name, in bytes.
    package static let byteLimit = 64

    /// Throws `badName` unless the name is 1 to `byteLimit` characters of printable ASCII.
    package init(_ name: String) throws(CryptoError) {
        let bytes = Array(name.utf8)
        guard (1...Self.byteLimit).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw CryptoError(.badName, "a signature's domain has 1 to \(Self.byteLimit) characters of printable ASCII")
        }
        prefix = bytes + [0]
    }
}
