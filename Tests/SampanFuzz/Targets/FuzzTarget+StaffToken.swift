internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh

extension FuzzTarget {
    /// A staff token from a call's head: parts within their limits, or a refusal; and what was read is read again as the same.
    static let staffToken = FuzzTarget(
        "staff-token", maximumBytes: 8_192,
        dictionary: [
            [0x0A, 0x10], [0x12, 0x48], [0x1A, 0x80, 0x04], [0x42, 0x20], "doctor".word, "nurse".word, "4699010001".word, "li.wei".word,
            [0x32, 0x06, 0x08], [0x3A, 0x0B, 0x08],
        ], samples: samples
    ) { bytes in
        guard let parts = try? StaffToken.parts(bytes) else { return nil }
        guard bytes.count <= StaffToken.longestSigned, (1...3).contains(parts.chain.count), parts.bytes.count <= 1_024 else {
            return "a token beyond its limits"
        }
        let token = parts.token
        guard token.id.count == 16, token.certificateHash.count == 32, !token.roles.isEmpty, (1...8).contains(token.audience.count) else {
            return "a token with a field beyond its limits"
        }
        guard (try? StaffID(token.staffID.text)) == token.staffID else { return "a staff id that is none" }
        return nil
    }

    private static func samples(_ seed: UInt64) throws -> [[UInt8]] {
        let key = try PrivateKey.generate()
        let validity = CertificateValidity(notBefore: 1_800_000_000, notAfter: 1_800_086_400)
        let authority = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "root"), key: try PrivateKey.generate(), validity: validity)
        let names = SubjectAlternativeNames(uris: ["spiffe://sampan.test/hospital/4699010001/his-1"])
        let leaf = try authority.issue(.node(names: names), subject: DistinguishedName(commonName: "node"), key: key, validity: validity)
        let identity = try TLSIdentity(chain: [leaf], key: key)
        return try [Set<StaffRole>([.doctor]), Set(StaffRole.allCases)].map { roles in
            try StaffToken.made(
                institution: "4699010001", staffID: StaffID("li.wei"), roles: roles, audience: ["4699010000"], life: 60_000_000_000,
                certificateHash: leaf.fingerprint, at: UnixTime(seconds: 1_800_000_000)
            ).signed(by: identity)
        }
    }
}
