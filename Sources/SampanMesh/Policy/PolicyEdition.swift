internal import SampanCrypto

/// A policy as one whole: its rules, and the hash by which nodes, epochs and audits name it.
package struct PolicyEdition: Sendable, Hashable {
    package let rules: [PolicyRule]
    /// SHA-256 of the text that the rules were read from, 32 bytes.
    package let hash: [UInt8]

    /// Rules that were read from a text. Throws only when OpenSSL is out of memory.
    package init(_ rules: [PolicyRule], text: String) throws(PolicyRefusal) {
        self.rules = rules
        do throws(CryptoError) { hash = try SHA256.hash(Array(text.utf8)) } catch {
            throw PolicyRefusal("its hash cannot be made: \(error.detail)")
        }
    }

    /// Rules that a program brings along: the hash is that of the text that would say the same.
    package init(builtIn rules: [PolicyRule]) throws(PolicyRefusal) {
        try self.init(rules, text: PolicyText.of(rules))
    }
}
