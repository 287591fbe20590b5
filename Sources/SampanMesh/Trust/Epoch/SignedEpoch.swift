internal import SampanAPI
internal import SampanCrypto
internal import SampanProtobuf

/// An epoch with its signature, as it travels and as it lies on a node's disk. That it is read says nothing about who signed it.
package struct SignedEpoch: Sendable, Hashable {
    /// What stands before the epoch's bytes when they are signed, so that no signature made for another purpose is one of an epoch.
    package static let signaturePrefix = Array("sampan trust epoch v1".utf8) + [0]

    package let epoch: TrustEpoch
    /// The bytes of the epoch as the authority made them.
    package let bytes: [UInt8]
    /// SHA-256 of `bytes`.
    package let hash: [UInt8]
    /// DER, 1 to 256 bytes.
    package let signature: [UInt8]
    /// The signer's certificate, then what leads to a root (DER).
    package let signerChain: [[UInt8]]

    /// What the signature is over.
    package var signedBytes: [UInt8] { Self.signaturePrefix + bytes }

    /// Throws an `EpochError` that names the field.
    package init(epoch bytes: [UInt8], signature: [UInt8], signerChain: [[UInt8]]) throws(EpochError) {
        try EpochError.check(count: signature.count, in: EpochLimits.signatureBytes, "signature")
        try EpochError.check(count: signerChain.count, in: EpochLimits.signerChain, "signer_chain")
        for certificate in signerChain {
            try EpochError.check(count: certificate.count, in: EpochLimits.certificateBytes, "signer_chain")
        }
        epoch = try TrustEpoch(serialized: bytes)
        hash = try Self.hash(bytes)
        self.bytes = bytes
        self.signature = signature
        self.signerChain = signerChain
    }

    /// Reads what `serialized` has made, or what came over the wire.
    package init(serialized bytes: [UInt8]) throws(EpochError) {
        let message = try EpochError.translating("signed_epoch") { () throws(ProtobufError) in
            try TrustV1.SignedTrustEpoch(serialized: bytes)
        }
        try self.init(epoch: message.epoch, signature: message.signature, signerChain: message.signerChain)
    }

    package func serialized() throws(EpochError) -> [UInt8] {
        let message = TrustV1.SignedTrustEpoch(epoch: bytes, signature: signature, signerChain: signerChain)
        return try EpochError.translating("signed_epoch") { () throws(ProtobufError) in try message.serialized() }
    }

    /// SHA-256, by which epochs name one another and nodes name what they hold.
    package static func hash(_ bytes: [UInt8]) throws(EpochError) -> [UInt8] {
        do throws(CryptoError) { return try SHA256.hash(bytes) } catch { throw EpochError(.library, "hash", error.detail) }
    }
}
