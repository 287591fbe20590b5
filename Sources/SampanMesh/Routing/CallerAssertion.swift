internal import SampanAPI
internal import SampanCrypto
package import SampanDomain
internal import SampanProtobuf
package import SampanRPC

/// Who has made a call that is passed on: said and signed by the node that the caller is connected to, for one institution, for a minute.
///
/// A node speaks for the programs of its own institution, and for nodes of it in its own role: whoever holds its key gains no role and no
/// institution by what it says. What it says is believed by the institution that it is said to, and over a connection of the node itself or
/// of a platform node: an assertion that somebody has seen is of no use to them.
package struct CallerAssertion: Sendable, Hashable {
    /// Of detached signatures.
    static let domain = "sampan caller assertion v1"
    /// 60 s: a caller that is denied is refused by the first node within a second; this is what is left without that node.
    package static let life: Int64 = 60_000_000_000
    /// 5 min, as certificates are backdated.
    static let skew: Int64 = 300_000_000_000
    /// Longest time between issue and end that is believed: as the contract has it.
    static let longestLife: Int64 = 300_000_000_000
    static let longestBytes = 1_024
    static let longestChain = 3

    package let caller: PeerIdentity
    package let audience: String
    package let issuedAt: UnixTime
    package let expiresAt: UnixTime
    /// SHA-256 of the certificate that the caller has shown, 32 bytes; empty where the signer does not say.
    package let certificateHash: [UInt8]

    init(caller: PeerIdentity, certificateHash: [UInt8] = [], audience: String, issuedAt: UnixTime, life: Int64 = Self.life) {
        self.caller = caller
        self.certificateHash = certificateHash
        self.audience = audience
        self.issuedAt = issuedAt
        expiresAt = issuedAt.advanced(byNanoseconds: life)
    }

    /// Whether what `signer` says of `caller` is believed. Never of admins, finance staff, platforms and ferries, who come themselves.
    static func may(_ signer: PeerIdentity, speakFor caller: PeerIdentity) -> Bool {
        guard signer.trustDomain == caller.trustDomain, signer.institution == caller.institution else { return false }
        switch signer.role {
        case .hospital, .center, .gateway: return caller.role == .app || caller.role == signer.role
        // A platform passes on what others have said, and speaks for programs of its own institution.
        case .platform: return caller.role == .app
        case .app, .admin, .ferry, .settlement: return false
        }
    }

    /// Throws for bytes that are none.
    init(serialized bytes: [UInt8]) throws(CallerRefusal) {
        guard bytes.count <= Self.longestBytes, let message = try? MeshV1.CallerAssertion(serialized: bytes),
            let caller = try? PeerIdentity(uri: message.caller), let issued = message.issuedAt?.nanosecondsSince1970,
            let expires = message.expiresAt?.nanosecondsSince1970,
            message.callerCertificateSha256.isEmpty || message.callerCertificateSha256.count == SHA256.byteCount
        else { throw .malformed }
        self.caller = caller
        certificateHash = message.callerCertificateSha256
        audience = message.audience
        (issuedAt, expiresAt) = (UnixTime(nanoseconds: issued), UnixTime(nanoseconds: expires))
    }

    private func serialized() throws(ProtobufError) -> [UInt8] {
        try MeshV1.CallerAssertion(
            caller: caller.uri, audience: audience, issuedAt: GoogleProtobuf.Timestamp(nanosecondsSince1970: issuedAt.nanoseconds),
            expiresAt: GoogleProtobuf.Timestamp(nanosecondsSince1970: expiresAt.nanoseconds), callerCertificateSha256: certificateHash
        ).serialized()
    }

    /// Signed by a node, as it stands in `sampan-caller-bin`. Throws when OpenSSL fails.
    func signed(by identity: TLSIdentity) throws(CallerRefusal) -> String {
        do {
            let bytes = try serialized()
            let signature = try DetachedSignature.sign(SignatureDomain(Self.domain), bytes, key: identity.key)
            let chain = identity.chain.prefix(Self.longestChain).map(\.der)
            return Base64.encode(
                try MeshV1.SignedCallerAssertion(assertion: bytes, signature: signature, signerChain: Array(chain)).serialized())
        } catch {
            throw .library
        }
    }

    /// Whether it may be believed now by somebody of `institution`.
    func check(_ institution: String, at now: UnixTime) throws(CallerRefusal) {
        guard audience == institution else { throw .audience }
        let life = expiresAt.nanoseconds.subtractingReportingOverflow(issuedAt.nanoseconds)
        guard !life.overflow, (1...Self.longestLife).contains(life.partialValue) else { throw .malformed }
        guard issuedAt.advanced(byNanoseconds: -Self.skew) <= now, now < expiresAt.advanced(byNanoseconds: Self.skew) else {
            throw .expired
        }
    }
}

/// Why nobody is believed to be the caller.
package enum CallerRefusal: String, Error, Sendable, Hashable {
    case malformed = "CALLER_MALFORMED"
    /// It is over, or of tomorrow.
    case expired = "CALLER_EXPIRED"
    /// It was said to another institution.
    case audience = "CALLER_AUDIENCE"
    /// The chain of its signer leads to no root, or the signature is another.
    case untrusted = "CALLER_UNTRUSTED"
    /// The signer, or the caller itself, is denied.
    case denied = "CALLER_DENIED"
    /// The signer speaks for another institution than its own, for a role that is neither its own nor a program's, or is no node that
    /// others call through.
    case signer = "CALLER_SIGNER"
    /// The service is for those alone whose certificate the connection shows.
    case indirect = "CALLER_INDIRECT"
    /// The connection is neither of the signer nor of a platform node.
    case carrier = "CALLER_CARRIER"
    /// OpenSSL failed.
    case library = "CALLER_LIBRARY"

    package var error: RPCError {
        let text =
            switch self {
            case .malformed: "what the call says of its caller cannot be read"
            case .expired: "what the call says of its caller is over; are the clocks right?"
            case .audience: "what the call says of its caller was said to another institution"
            case .untrusted: "what the call says of its caller is signed by nobody who is trusted here"
            case .denied: "the caller, or the node that speaks for it, is refused by the region"
            case .signer: "a node speaks for the programs of its own institution only; admins, platforms and ferries come themselves"
            case .indirect: "this service is for those alone whose own certificate the connection shows; call it directly"
            case .carrier: "the call was carried by a node that has no part in it"
            case .library: "the caller could not be verified"
            }
        return RPCError(
            code: self == .library ? .internal : .unauthenticated, message: text,
            details: [GoogleRPC.ErrorInfo(reason: rawValue, domain: MeshRouter.errorDomain, metadata: [:])])
    }
}
