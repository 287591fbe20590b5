internal import SampanAPI

extension EpochRefusal {
    /// Unicode scalars of the text that travels: 1,024 bytes at the most.
    private static let longestDetail = 256

    var message: TrustV1.EpochRefusal {
        let text = String(String.UnicodeScalarView(detail.unicodeScalars.prefix(Self.longestDetail)))
        return TrustV1.EpochRefusal(number: number, reason: reason.message, detail: text)
    }

    /// For people.
    package var detail: String {
        switch reason {
        case .malformed(let error): "not an epoch: \(error)"
        case .untrustedSigner(.badSignature): "the signature is not one over these bytes by the signer's key"
        case .untrustedSigner(.untrustedChain(let why)): "the signer's chain is not good: \(why)"
        case .untrustedSigner(.notASigner): "its signer's certificate is not for signing epochs"
        case .wrongDomain(let domain): "it is of trust domain \(domain)"
        case .goesBack(let held): "the node is at \(held) already"
        case .fork(let held): "it contradicts epoch \(held), which the node holds: somebody signs two histories"
        case .gap(let held): "the node is at \(held), and what lies between is missing"
        case .trialFailed(.locksItselfOut): "the node's own certificate is not good under it"
        case .trialFailed(.context(let why)): "no TLS can be made of it: \(why)"
        case .trialFailed(.handshake(let why)): "the node's handshake with itself failed: \(why)"
        case .trialFailed(.policy(let why)): "its policy cannot be used: \(why)"
        case .notWritten(let why): "the disk did not take it: \(why)"
        }
    }
}

extension EpochRefusal.Reason {
    fileprivate var message: TrustV1.EpochRefusalReason {
        switch self {
        case .malformed: .malformed
        case .untrustedSigner: .untrustedSigner
        case .wrongDomain: .wrongDomain
        case .goesBack: .goesBack
        case .fork: .fork
        case .gap: .gap
        case .trialFailed: .trialFailed
        case .notWritten: .notWritten
        }
    }
}
