import ArgumentParser
import SampanCrypto

/// How the benchmark's connections are secured: the files are PEM, as `openssl` makes them for the peers.
struct SecurityOptions: ParsableArguments {
    enum Mode: String, ExpressibleByArgument, CaseIterable { case h2c, tls, mtls }

    @Option(name: .long, help: "h2c, tls or mtls.")
    var mode = Mode.h2c

    @Option(name: .long, help: "Roots that a peer's certificate must end in.")
    var ca: String?

    @Option(name: .long, help: "Certificate chain of this side.")
    var cert: String?

    @Option(name: .long, help: "Key of this side.")
    var key: String?

    func serverContext() throws -> TLSContext? {
        guard mode != .h2c else { return nil }
        var configuration = try configuration(.server)
        guard configuration.identity != nil else { throw ValidationError("--mode \(mode.rawValue) needs --cert and --key") }
        if mode == .tls { configuration.clientCertificates = .none }
        return try TLSContext(configuration)
    }

    func clientContext() throws -> TLSContext? {
        guard mode != .h2c else { return nil }
        var configuration = try configuration(.client)
        guard !configuration.trustRoots.isEmpty else { throw ValidationError("--mode \(mode.rawValue) needs --ca") }
        if mode == .tls { configuration.identity = nil }
        return try TLSContext(configuration)
    }

    private func configuration(_ role: TLSRole) throws -> TLSConfiguration {
        guard (cert == nil) == (key == nil), mode != .mtls || (cert != nil && ca != nil) else {
            throw ValidationError("--cert and --key go together; mtls needs both, and --ca")
        }
        var identity: TLSIdentity?
        if let cert, let key { identity = try CredentialFile.identity(certificate: cert, key: key) }
        var configuration = TLSConfiguration(
            role: role, identity: identity, trustRoots: try ca.map { try CredentialFile.certificates($0) } ?? [],
            expectedTrustDomain: nil)
        // The certificates of the peers' benchmark name hosts, not nodes.
        configuration.admitsNamelessPeers = true
        return configuration
    }
}
