import Foundation
import Testing

@testable import SampanCrypto

@Suite("TLS library context")
struct TLSLibraryTests {
    @Test("it can be made: TLS does not fall back to the whole of OpenSSL")
    func isThere() {
        let isThere = unsafe TLSLibrary.context != nil
        #expect(isThere)
    }

    /// Kinds of keys that an authority which is not ours may have, as `openssl req -newkey` takes them.
    enum AuthorityKey: String, CaseIterable {
        case p256 = "ec:P-256"
        case p384 = "ec:P-384"
        case rsa = "rsa:2048"
        case pss = "rsa-pss:2048"
        case ed25519
    }

    @Test("issuers with any usual key are understood in a peer's chain", arguments: AuthorityKey.allCases)
    func foreignIssuer(kind: AuthorityKey) throws {
        let directory = try TemporaryDirectory()
        let peer = try Self.identity(issuedBy: kind, directory)
        let roots = try CredentialFile.certificates("\(directory.path)/root.pem")
        func configuration(_ role: TLSRole) throws -> TLSConfiguration {
            TLSConfiguration(role: role, identity: peer, trustRoots: roots, expectedTrustDomain: "sampan.test")
        }
        let pair = try TLSPair(configuration(.client), configuration(.server))
        pair.handshake()
        #expect(pair.serverError == nil && pair.clientError == nil)
        #expect(pair.server.peerCertificate?.uri == "spiffe://sampan.test/platform/1/a")
        #expect(pair.client.peerCertificate?.uri == "spiffe://sampan.test/platform/1/a")
    }

    /// A P-256 leaf, its issuer and the root, the latter two with keys of the kind; root.pem stays in the directory.
    private static func identity(issuedBy kind: AuthorityKey, _ directory: TemporaryDirectory) throws -> TLSIdentity {
        let (algorithm, size) = (kind.rawValue.split(separator: ":")[0], kind.rawValue.split(separator: ":").dropFirst().first)
        func openssl(_ text: String) throws {
            let made = try directory.openssl(text.split(separator: " ").map(String.init))
            try #require(made.status == 0, "openssl \(text): \(made.output)")
        }
        func key(_ name: String, _ algorithm: some StringProtocol, _ size: (some StringProtocol)?) throws {
            let option =
                switch (algorithm, size) {
                case ("ec", let size?): " -pkeyopt ec_paramgen_curve:\(size)"
                case (_, let size?): " -pkeyopt rsa_keygen_bits:\(size)"
                default: ""
                }
            try openssl("genpkey -algorithm \(algorithm)\(option) -out \(name).key")
        }
        try key("root", algorithm, size)
        try key("issuer", algorithm, size)
        try key("leaf", "ec", "P-256")
        try openssl("req -x509 -new -key root.key -out root.pem -days 2 -subj /CN=root -addext keyUsage=critical,keyCertSign")
        let authority = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
        let node = "subjectAltName=URI:spiffe://sampan.test/platform/1/a\nextendedKeyUsage=serverAuth,clientAuth\n"
        for (name, signer, extensions) in [("issuer", "root", authority), ("leaf", "issuer", node)] {
            _ = try directory.write(Array(extensions.utf8), "\(name).ext")
            try openssl("req -new -key \(name).key -subj /CN=\(name) -out \(name).csr")
            try openssl(
                "x509 -req -in \(name).csr -CA \(signer).pem -CAkey \(signer).key -set_serial 7 -days 1 -extfile \(name).ext -out \(name).pem"
            )
        }
        let issuer = try CredentialFile.certificates("\(directory.path)/issuer.pem")
        let leaf = try CredentialFile.identity(certificate: "\(directory.path)/leaf.pem", key: "\(directory.path)/leaf.key")
        return try TLSIdentity(chain: leaf.chain + issuer, key: leaf.key)
    }
}
