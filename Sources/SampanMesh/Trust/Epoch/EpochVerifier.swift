/// Checks who signed an epoch. The cryptography is elsewhere: this is what `EpochFollower` needs of it.
package protocol EpochVerifier: Sendable {
    /// Returns when `signed.signature` is one over `signed.signedBytes` by the first certificate of `signed.signerChain`, that certificate
    /// is valid now, has the role `platform` and the purpose of signing epochs, and its chain ends in one of `roots` (DER).
    func verify(_ signed: SignedEpoch, roots: [[UInt8]]) throws(EpochSignerError)
}

/// Why the signer of an epoch is not believed.
package enum EpochSignerError: Error, Sendable, Hashable {
    /// The signature is not one over these bytes by this key.
    case badSignature
    /// The chain ends in no root that is trusted here, or is not valid now; what the verification said.
    case untrustedChain(String)
    /// A good certificate, but not one for signing epochs.
    case notASigner
}
