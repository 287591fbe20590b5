package import SampanAPI
package import SampanCrypto
package import SampanDomain
internal import SampanProtobuf

/// The whole log as of some entry, signed by its node: a Merkle tree over the entries (RFC 9162), and a map from every person to all
/// entries about that person.
package struct AuditTreeHead: Sendable, Hashable {
    private static let domainName = "sampan audit tree head v1"

    /// Entries in the tree.
    package let size: UInt64
    /// Of the last of them.
    package let hash: [UInt8]
    /// By the node's clock.
    package let at: UnixTime
    package let treeRoot: [UInt8]
    package let peopleRoot: [UInt8]
    /// Persons in the map.
    package let people: UInt64
    package let signature: [UInt8]
    /// The node's certificate, then its issuers (DER).
    package let signerChain: [[UInt8]]

    /// What is signed of a head.
    struct Contents: Sendable, Hashable {
        let size: UInt64
        let hash: [UInt8]
        let at: UnixTime
        let treeRoot: [UInt8]
        let peopleRoot: [UInt8]
        let people: UInt64

        var signedBytes: [UInt8] {
            BigEndian.bytes(size) + hash + BigEndian.bytes(UInt64(bitPattern: at.nanoseconds)) + treeRoot + peopleRoot
                + BigEndian.bytes(people)
        }
    }

    var contents: Contents {
        Contents(size: size, hash: hash, at: at, treeRoot: treeRoot, peopleRoot: peopleRoot, people: people)
    }

    private init(_ contents: Contents, signature: [UInt8], signerChain: [[UInt8]]) {
        size = contents.size
        hash = contents.hash
        at = contents.at
        treeRoot = contents.treeRoot
        peopleRoot = contents.peopleRoot
        people = contents.people
        self.signature = signature
        self.signerChain = signerChain
    }

    /// Signs. Throws `unsigned`.
    init(_ contents: Contents, by signer: AuditSigner) throws(AuditError) {
        do throws(CryptoError) {
            let signature = try signer.sign(try SignatureDomain(Self.domainName), contents.signedBytes)
            self.init(contents, signature: signature, signerChain: signer.chain.prefix(AuditLimits.signerChain).map(\.der))
        } catch {
            throw .unsigned(error.detail)
        }
    }

    /// The same without its certificates, or with others.
    func with(signerChain: [[UInt8]]) -> AuditTreeHead { AuditTreeHead(contents, signature: signature, signerChain: signerChain) }

    /// Throws unless the first certificate of the chain has signed this head; whether that is to be believed is another question.
    package func verify() throws(CryptoError) {
        guard let leaf = signerChain.first else { throw CryptoError(.badDER, "the head has no signer") }
        try DetachedSignature.verify(
            signature, try SignatureDomain(Self.domainName), contents.signedBytes, by: try Certificate(der: leaf))
    }

    /// As the contract has it.
    package var message: AuditV1.AuditTreeHead {
        AuditV1.AuditTreeHead(
            size: size, hash: hash, at: at.message, treeRoot: treeRoot, peopleRoot: peopleRoot, people: people, signature: signature,
            signerChain: signerChain)
    }

    /// Throws `malformed` only when there is no memory.
    package func serialized() throws(AuditError) -> [UInt8] {
        do throws(ProtobufError) { return try message.serialized() } catch { throw .malformed("a tree head: \(error)") }
    }

    /// Reads what `serialized` has made. Throws `malformed`.
    package init(serialized bytes: [UInt8]) throws(AuditError) {
        let message: AuditV1.AuditTreeHead
        do throws(ProtobufError) { message = try AuditV1.AuditTreeHead(serialized: bytes) } catch {
            throw .malformed("a tree head: \(error)")
        }
        guard message.signerChain.count <= AuditLimits.signerChain,
            message.signerChain.allSatisfy({ $0.count <= AuditLimits.certificateBytes })
        else { throw .malformed("a tree head with too many certificates") }
        guard [message.hash, message.treeRoot, message.peopleRoot].allSatisfy({ $0.count == AuditLimits.hashBytes }) else {
            throw .malformed("a tree head with a hash of another length")
        }
        let time: UnixTime
        do throws(EpochError) { time = try UnixTime(required: message.at, field: "at") } catch { throw .malformed("a tree head: \(error)") }
        self.init(
            Contents(
                size: message.size, hash: message.hash, at: time, treeRoot: message.treeRoot, peopleRoot: message.peopleRoot,
                people: message.people),
            signature: message.signature, signerChain: message.signerChain)
    }
}
