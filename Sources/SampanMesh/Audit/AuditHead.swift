internal import SampanAPI
package import SampanCrypto
package import SampanDomain
internal import SampanProtobuf

/// Where a log ended at some time, signed by its node: an end that is cut off below it is found.
package struct AuditHead: Sendable, Hashable {
    private static let domainName = "sampan audit head v1"

    /// The last entry.
    package let number: UInt64
    /// Its hash.
    package let hash: [UInt8]
    /// By the node's clock.
    package let at: UnixTime
    package let signature: [UInt8]
    /// The node's certificate, then its issuers (DER).
    package let signerChain: [[UInt8]]

    package init(number: UInt64, hash: [UInt8], at: UnixTime, signature: [UInt8], signerChain: [[UInt8]]) {
        self.number = number
        self.hash = hash
        self.at = at
        self.signature = signature
        self.signerChain = signerChain
    }

    /// Signs the end of a log. Throws `unsigned`.
    package init(_ number: UInt64, _ hash: [UInt8], at time: UnixTime, by signer: AuditSigner) throws(AuditError) {
        let chain = signer.chain.prefix(AuditLimits.signerChain).map(\.der)
        do throws(CryptoError) {
            let signature = try signer.sign(try SignatureDomain(Self.domainName), Self.signedBytes(number, hash, time))
            self.init(number: number, hash: hash, at: time, signature: signature, signerChain: chain)
        } catch {
            throw .unsigned(error.detail)
        }
    }

    /// Throws unless the first certificate of the chain has signed this head; whether that is to be believed is another question.
    package func verify() throws(CryptoError) {
        guard let leaf = signerChain.first else { throw CryptoError(.badDER, "the head has no signer") }
        try DetachedSignature.verify(
            signature, try SignatureDomain(Self.domainName), Self.signedBytes(number, hash, at), by: try Certificate(der: leaf))
    }

    private static func signedBytes(_ number: UInt64, _ hash: [UInt8], _ time: UnixTime) -> [UInt8] {
        BigEndian.bytes(number) + hash + BigEndian.bytes(UInt64(bitPattern: time.nanoseconds))
    }

    /// Throws `malformed` only when there is no memory.
    package func serialized() throws(AuditError) -> [UInt8] {
        let message = AuditV1.AuditHead(number: number, hash: hash, at: at.message, signature: signature, signerChain: signerChain)
        do throws(ProtobufError) { return try message.serialized() } catch { throw .malformed("a head: \(error)") }
    }

    /// Reads what `serialized` has made. Throws `malformed`.
    package init(serialized bytes: [UInt8]) throws(AuditError) {
        let message: AuditV1.AuditHead
        do throws(ProtobufError) { message = try AuditV1.AuditHead(serialized: bytes) } catch { throw .malformed("a head: \(error)") }
        guard message.signerChain.count <= AuditLimits.signerChain,
            message.signerChain.allSatisfy({ $0.count <= AuditLimits.certificateBytes })
        else { throw .malformed("a head with too many certificates") }
        let time: UnixTime
        do throws(EpochError) { time = try UnixTime(required: message.at, field: "at") } catch { throw .malformed("a head: \(error)") }
        self.init(
            number: message.number, hash: message.hash, at: time, signature: message.signature, signerChain: message.signerChain)
    }
}
