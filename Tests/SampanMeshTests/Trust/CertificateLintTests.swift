import SampanCrypto
import SampanMesh
import Testing

@Suite("What is wrong with a certificate")
struct CertificateLintTests {
    private static let now: Int64 = 1_790_000_000
    private static let day: Int64 = 86_400

    /// A trust domain in memory.
    private struct Domain {
        let root: CertificateAuthority
        let issuing: CertificateAuthority

        init() throws {
            let long = CertificateValidity(notBefore: now - 100 * day, notAfter: now + 3_650 * day)
            root = try CertificateAuthority.selfSigned(
                subject: DistinguishedName(organization: nil, commonName: "root"), key: try PrivateKey.generate(), validity: long,
                trustDomain: "test")
            let key = try PrivateKey.generate()
            let certificate = try root.issue(
                .issuing(trustDomain: "test"), subject: DistinguishedName(organization: nil, commonName: "issuing"), key: key,
                validity: long)
            issuing = try CertificateAuthority(certificate: certificate, key: key)
        }

        func leaf(
            _ uris: [String] = ["spiffe://test/hospital/4699/his-1"], from: Int64 = -1, to: Int64 = 29,
            _ purposes: CertificatePurposes = [.server, .client], key: PrivateKey? = nil
        ) throws -> Certificate {
            try issuing.issue(
                .node(names: SubjectAlternativeNames(uris: uris), purposes: purposes),
                subject: DistinguishedName(organization: "某县人民医院", commonName: "his-1"), key: try key ?? PrivateKey.generate(),
                validity: CertificateValidity(notBefore: now + from * day, notAfter: now + to * day))
        }

        func codes(
            _ leaf: Certificate, issuers: [Certificate]? = nil, key: Result<PrivateKey, CryptoError>? = nil, roots: [Certificate]? = nil
        ) -> [CertificateFinding.Code] {
            let chain = [leaf] + (issuers ?? [issuing.certificate])
            return CertificateLint(chain: chain, key: key, roots: roots ?? [root.certificate], now: now).findings.map(\.code)
        }
    }

    @Test("CE-01 a certificate in order, with its key, its issuer and its root")
    func clean() throws {
        let domain = try Domain()
        let key = try PrivateKey.generate()
        #expect(domain.codes(try domain.leaf(key: key), key: .success(key)).isEmpty)
    }

    @Test("dates: expired, not yet valid, two thirds over to the second, too long a life")
    func dates() throws {
        let domain = try Domain()
        #expect(domain.codes(try domain.leaf(from: -30, to: -1)) == [.expired])
        #expect(domain.codes(try domain.leaf(from: 1, to: 30)) == [.notYetValid])
        #expect(domain.codes(try domain.leaf(from: -20, to: 10)) == [.renewalDue])
        #expect(domain.codes(try domain.leaf(from: -19, to: 11)).isEmpty)
        #expect(domain.codes(try domain.leaf(from: -1, to: 397)).isEmpty)
        #expect(domain.codes(try domain.leaf(from: -1, to: 398)) == [.longLife])
    }

    @Test("names: none, several, one that is no node's")
    func names() throws {
        let domain = try Domain()
        #expect(domain.codes(try domain.leaf([])) == [.noName])
        #expect(domain.codes(try domain.leaf(["spiffe://test/hospital/1/a", "spiffe://test/hospital/1/b"])) == [.severalNames])
        #expect(domain.codes(try domain.leaf(["spiffe://test/king/1/a"])) == [.strangeName])
    }

    @Test("use: an authority's certificate as a node's, and each purpose that is missing")
    func use() throws {
        let domain = try Domain()
        #expect(domain.codes(domain.issuing.certificate, issuers: []).contains(.authorityAsNode))
        #expect(domain.codes(try domain.leaf(["spiffe://test/hospital/1/a"], .client)) == [.missingPurpose])
        #expect(domain.codes(try domain.leaf(["spiffe://test/hospital/1/a"], .server)) == [.missingPurpose])
    }

    @Test("keys: another certificate's, and one that cannot be used")
    func keys() throws {
        let domain = try Domain()
        let other = try PrivateKey.generate()
        #expect(domain.codes(try domain.leaf(), key: .success(other)) == [.keyMismatch])
        let broken = CryptoError(.keyFilePermissions, "his-1.key: others may read or write this private key")
        let lint = CertificateLint(
            chain: [try domain.leaf(), domain.issuing.certificate], key: .failure(broken), roots: nil, now: Self.now)
        #expect(lint.findings.map(\.code) == [.keyUnusable] && lint.findings.first?.cause == broken.detail)
    }

    @Test("chains: no issuer, a root that is shown, strangers, another root")
    func chains() throws {
        let (domain, other) = (try Domain(), try Domain())
        #expect(domain.codes(try domain.leaf(), issuers: []) == [.untrusted, .missingIssuer])
        #expect(domain.codes(try domain.leaf(), issuers: [domain.issuing.certificate, domain.root.certificate]) == [.rootInChain])
        #expect(domain.codes(try domain.leaf(), issuers: [domain.issuing.certificate, other.issuing.certificate]) == [.strangersInChain])
        #expect(domain.codes(try domain.leaf(), roots: [other.root.certificate]) == [.untrusted])
        // Where the roots are not known, nobody can say what peers will.
        let lint = CertificateLint(chain: [try domain.leaf(), domain.issuing.certificate], now: Self.now)
        #expect(lint.findings.isEmpty)
    }

    @Test("errors stand before warnings, and each says what to do")
    func order() throws {
        let domain = try Domain()
        let findings = CertificateLint(chain: [try domain.leaf([], from: -29, to: 1)], roots: nil, now: Self.now).findings
        #expect(findings.map(\.code) == [.noName, .renewalDue, .missingIssuer])
        #expect(findings.allSatisfy { !$0.cause.isEmpty && !$0.fix.isEmpty })
        #expect(CertificateLint(chain: [], now: Self.now).findings.map(\.severity) == [.error])
    }
}
