internal import Foundation
internal import SampanCrypto
internal import SampanRPC

/// Certificates for a benchmark, under the names that the peers' benchmark gives them: ca.pem, server.pem, server.key, client.pem,
/// client.key; and relay.pem, relay.key, of a node of the client's institution (the server is of another).
enum BenchCertificates {
    enum Chain {
        /// Leaf and root, as the peers' benchmark has it.
        case direct
        /// An issuing authority between them, as a region has it.
        case issued
    }

    static func write(to directory: String, chain: Chain) throws {
        let validity = CertificateValidity(from: Int64(Date.now.timeIntervalSince1970), lasting: 7 * 86_400)
        let root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "bench root"), key: try PrivateKey.generate(), validity: validity)
        var (issuer, above) = (root, [UInt8]())
        if chain == .issued {
            let key = try PrivateKey.generate()
            let certificate = try root.issue(
                .issuing(trustDomain: nil), subject: DistinguishedName(commonName: "bench issuer"), key: key, validity: validity)
            (issuer, above) = (try CertificateAuthority(certificate: certificate, key: key), try certificate.pem())
        }
        try file("ca.pem", root.certificate.pem())
        for side in ["server", "client", "relay"] {
            let key = try PrivateKey.generate()
            let identity = try PeerIdentity(
                trustDomain: "bench.sampan.test", role: .hospital, institution: side == "server" ? "0000000001" : "0000000000", node: side)
            let names = SubjectAlternativeNames(uris: [identity.uri], dnsNames: ["localhost"], addresses: ["127.0.0.1"])
            let leaf = try issuer.issue(
                .node(names: names), subject: DistinguishedName(commonName: side), key: key, validity: validity)
            try file("\(side).pem", leaf.pem() + above)
            try file("\(side).key", key.pem())
        }

        func file(_ name: String, _ bytes: [UInt8]) throws {
            let path = "\(directory)/\(name)"
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600]) else {
                throw HarnessError("\(path) could not be written")
            }
        }
    }
}
