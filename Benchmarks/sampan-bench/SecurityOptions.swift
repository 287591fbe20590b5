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

    func validate() throws {
        guard mode == .h2c || (cert != nil && key != nil && (mode == .tls || ca != nil)) else {
            throw ValidationError("--mode \(mode.rawValue) needs --cert and --key, mtls also --ca")
        }
    }

    func serverContext() throws -> TLSContext? {
        guard mode != .h2c, let cert, let key else { return nil }
        var configuration = TLSConfiguration(
            role: .server, identity: try CredentialFile.identity(certificate: cert, key: key),
            trustRoots: try ca.map { try CredentialFile.certificates($0) } ?? [], expectedTrustDomain: nil)
        if mode == .tls { configuration.clientCertificates = .none }
        return try TLSContext(configuration)
    }
}
