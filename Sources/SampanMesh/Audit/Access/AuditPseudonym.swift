/// How an audit log names a person: 32 bytes that tell nobody who it is, the same in every entry about the person.
package struct AuditPseudonym: Sendable, Hashable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The pseudonym of who has this key. Throws `unsigned` only when OpenSSL is out of memory.
    package init(of key: AuditPersonKey) throws(AuditError) {
        bytes = try key.authenticate("sampan audit person v1")
    }
}
