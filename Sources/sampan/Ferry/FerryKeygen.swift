import ArgumentParser
import Foundation
import SampanCrypto
import SampanMesh

/// `sampan ferry keygen` (GW-19).
struct FerryKeygen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keygen",
        abstract: "Make the key pair that requests are sealed with on their way to the inside.",
        discussion: """
            Run it inside. The private key stays there and is named by the ferry's file, sealing: { keys: [FILE] }; the public one is
            carried to the gateway and named by its file, sealing: { key: FILE }. From then on the gateway cannot read what it has stored.
            To change keys: make a new pair, put the new private key beside the old one and send the ferry SIGHUP; then give the gateway
            the new public key and restart it; take the old private key away when no row from before is open (sampan ferry status).

            EXAMPLES
              sampan ferry keygen --private ferry-sealing.key --public ferry-sealing.pub

            Exit code: 0, 1 a file exists already or cannot be written, 64 wrong usage. The name of the key goes to standard output.
            """)

    @Option(name: .customLong("private"), help: "File for the private key; made with 0600.")
    var privateFile: String

    @Option(name: .customLong("public"), help: "File for the public key.")
    var publicFile: String

    func run() async throws {
        let key = try X25519PrivateKey.generate()
        var bytes = try key.pem()
        defer { SecretBytes.wipe(&bytes) }
        let publicBytes = try key.publicKey.pem()
        for file in [privateFile, publicFile] where WholeFile.exists(file) {
            throw TrustError(.fileExists, "\(file) exists, and rows may be sealed to it; choose another name")
        }
        try WholeFile.write(bytes, to: privateFile, mode: 0o600, overwrite: false)
        do throws(TrustError) {
            try WholeFile.write(publicBytes, to: publicFile, mode: 0o644, overwrite: false)
        } catch {
            // Made a moment ago, and nothing is sealed to it: half a pair would only be in the way of the next try.
            try? FileManager.default.removeItem(atPath: privateFile)
            throw error
        }
        StandardOutput.line(try key.publicKey.name())
    }
}
