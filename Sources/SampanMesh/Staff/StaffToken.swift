internal import SampanAPI
package import SampanCrypto
package import SampanDomain
internal import SampanProtobuf
internal import SampanRPC

/// That a member of staff acts: said and signed by a node of the institution, bound to one certificate, for ten minutes at the most
/// (Docs/Registry.md, Staff tokens).
///
/// A protobuf message under a detached signature, as `CallerAssertion` is: there is no header that names an algorithm or a key, so there
/// is nothing to be confused by (RFC 8725 §2.1), and no second text form of the same bytes.
package struct StaffToken: Sendable, Hashable {
    /// Where it stands in a call's head.
    package static let metadataKey = "sampan-staff-bin"
    /// Of detached signatures.
    static let domain = "sampan staff token v1"
    /// Longest life, and that of a token that asks for none. 10 min: a visit; a stolen one is worth nothing without the caller's key.
    package static let longestLife: Int64 = 600_000_000_000
    /// How far the clock of the node that signed may be ahead or behind. 60 s: nodes keep time by NTP; more would stretch every life.
    package static let skew: Int64 = 60_000_000_000
    static let idBytes = 16
    static let longestToken = 1_024
    static let longestCertificate = 4_096
    static let longestChain = 3
    /// Of all in one: what a head has room for beside `sampan-caller-bin`. A node's own has below 2,000.
    package static let longestSigned = 6_144
    static let mostAudiences = 8

    package let id: [UInt8]
    package let institution: String
    package let staffID: StaffID
    package let roles: Set<StaffRole>
    package let audience: Set<String>
    package let issuedAt: UnixTime
    package let expiresAt: UnixTime
    package let certificateHash: [UInt8]

    /// Throws `malformed` for what is beyond the limits of the contract. That its life is too long is told by `check`, not here.
    package init(
        id: [UInt8], institution: String, staffID: StaffID, roles: Set<StaffRole>, audience: Set<String>, issuedAt: UnixTime,
        expiresAt: UnixTime, certificateHash: [UInt8]
    ) throws(StaffTokenRefusal) {
        guard id.count == Self.idBytes, certificateHash.count == SHA256.byteCount, !roles.isEmpty,
            (1...Self.mostAudiences).contains(audience.count), Self.isInstitution(institution), audience.allSatisfy(Self.isInstitution)
        else { throw .malformed }
        self.id = id
        self.institution = institution
        self.staffID = staffID
        self.roles = roles
        self.audience = audience
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.certificateHash = certificateHash
    }

    private static func isInstitution(_ text: String) -> Bool { (try? InstitutionCode(text, scheme: .local)) != nil }

    /// Reads what was signed. Throws `malformed` for bytes that are none, also where something is said twice.
    init(serialized bytes: [UInt8]) throws(StaffTokenRefusal) {
        guard (1...Self.longestToken).contains(bytes.count), let message = try? MeshV1.StaffToken(serialized: bytes),
            let issued = message.issuedAt?.nanosecondsSince1970, let expires = message.expiresAt?.nanosecondsSince1970,
            let staffID = try? StaffID(message.staffID), message.roles.count <= StaffRole.allCases.count,
            message.audience.count <= Self.mostAudiences
        else { throw .malformed }
        var roles: Set<StaffRole> = []
        for word in message.roles {
            guard let role = StaffRole(rawValue: word), roles.insert(role).inserted else { throw .malformed }
        }
        try self.init(
            id: message.tokenID, institution: message.institutionCode, staffID: staffID, roles: roles, audience: Set(message.audience),
            issuedAt: UnixTime(nanoseconds: issued), expiresAt: UnixTime(nanoseconds: expires),
            certificateHash: message.callerCertificateSha256)
    }

    private func serialized() throws(ProtobufError) -> [UInt8] {
        try MeshV1.StaffToken(
            tokenID: id, institutionCode: institution, staffID: staffID.text, roles: roles.map(\.rawValue).sorted(),
            audience: audience.sorted(), issuedAt: issuedAt.message, expiresAt: expiresAt.message, callerCertificateSha256: certificateHash
        ).serialized()
    }

    /// Signed by a node, as it stands in `sampan-staff-bin`. Throws `library` when OpenSSL fails, `malformed` for one that would be too
    /// long. Some 40 µs.
    package func signed(by identity: TLSIdentity) throws(StaffTokenRefusal) -> [UInt8] {
        let signed: [UInt8]
        do {
            let bytes = try serialized()
            let signature = try DetachedSignature.sign(SignatureDomain(Self.domain), bytes, key: identity.key)
            let chain = identity.chain.prefix(Self.longestChain).map(\.der)
            signed = try MeshV1.SignedStaffToken(token: bytes, signature: signature, signerChain: Array(chain)).serialized()
        } catch {
            throw .library
        }
        guard signed.count <= Self.longestSigned else { throw .malformed }
        return signed
    }

    /// The parts of a signed token, nothing of it believed yet. Throws `malformed`.
    package static func parts(
        _ signed: [UInt8]
    ) throws(StaffTokenRefusal) -> (token: StaffToken, bytes: [UInt8], signature: [UInt8], chain: [[UInt8]]) {
        guard (1...longestSigned).contains(signed.count), let message = try? MeshV1.SignedStaffToken(serialized: signed),
            (1...longestChain).contains(message.signerChain.count),
            message.signerChain.allSatisfy({ (1...longestCertificate).contains($0.count) }),
            (1...DetachedSignature.byteLimit).contains(message.signature.count)
        else { throw .malformed }
        return (try StaffToken(serialized: message.token), message.token, message.signature, message.signerChain)
    }

    /// Whether what `signer` says of the staff of `institution` is believed: nodes, each of its own institution. Never programs: an app's
    /// key signs in nobody.
    static func may(_ signer: PeerIdentity, signFor institution: String) -> Bool {
        guard signer.institution == institution else { return false }
        switch signer.role {
        case .hospital, .center, .gateway, .platform: return true
        case .app, .admin, .ferry, .settlement: return false
        }
    }

    /// Whether it may be believed at a moment, by somebody of `institution`.
    func check(audience institution: String, at now: UnixTime) throws(StaffTokenRefusal) {
        guard audience.contains(institution) else { throw .audience }
        let life = expiresAt.nanoseconds.subtractingReportingOverflow(issuedAt.nanoseconds)
        guard !life.overflow, (1...Self.longestLife).contains(life.partialValue) else { throw .life }
        guard issuedAt.advanced(byNanoseconds: -Self.skew) <= now else { throw .notYet }
        guard now < expiresAt.advanced(byNanoseconds: Self.skew) else { throw .expired }
    }
}
