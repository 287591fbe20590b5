internal import COpenSSL

/// The chain by which a certificate was verified, from it to the root: not what a peer has shown, which may hold more, less or others.
package struct VerifiedChain: Sendable, Hashable {
    /// The leaf first, the root last; a root that was looked at itself is both.
    package let members: [ChainMember]

    /// Reads what `X509_verify_cert` has built. Nil when there is nothing to read.
    init?(_ store: OpaquePointer) {
        let chain = unsafe X509_STORE_CTX_get0_chain(store)
        var members: [ChainMember] = []
        for index in 0..<(unsafe COpenSSL_X509_count(chain)) {
            guard let pointer = unsafe COpenSSL_X509_at(chain, index), unsafe X509_up_ref(pointer) == 1,
                let member = unsafe ChainMember(Certificate(adopting: pointer))
            else { return nil }
            members.append(member)
        }
        guard !members.isEmpty else { return nil }
        self.members = members
    }

    /// The authorities between the leaf and the root, the leaf's own issuer first; none below a root that issues leaves itself.
    package var issuers: [ChainMember] { Array(members.dropFirst().dropLast()) }

    /// When all of them are valid together.
    package var validity: CertificateValidity {
        CertificateValidity(
            notBefore: members.map(\.validity.notBefore).max() ?? .max, notAfter: members.map(\.validity.notAfter).min() ?? .min)
    }
}
