import Foundation
import SampanTestSupport
import Testing

/// The openssl program as the other implementation: what it signs we must believe, what we sign it must.
struct OpenSSL {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("channels-openssl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    func read(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(name))) }
    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: folder.appendingPathComponent(name)) }

    @discardableResult
    func run(_ arguments: String...) async throws -> FinishedProgram {
        let ended = try await FinishedProgram.run("/usr/bin/openssl", arguments, timeout: .seconds(120))
        try #require(ended.status == 0, "openssl \(arguments): \(ended.errors)")
        return ended
    }

    /// A new RSA key; `NAME.key` and `NAME.pub`.
    func makeKey(_ name: String) async throws {
        try await run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path("\(name).key"))
        try await run("pkey", "-in", path("\(name).key"), "-pubout", "-out", path("\(name).pub"))
    }

    /// A self-signed certificate `NAME.pem` of `NAME.key`, good for a year from now.
    func makeCertificate(_ name: String, serial: String) async throws {
        try await run(
            "req", "-x509", "-new", "-key", path("\(name).key"), "-subj", "/CN=Tenpay.com sign/O=test", "-days", "365", "-set_serial",
            "0x\(serial)", "-out", path("\(name).pem"))
    }

    func sign(_ bytes: [UInt8], _ name: String) async throws -> [UInt8] {
        try write(bytes, "signed")
        try await run("dgst", "-sha256", "-sign", path("\(name).key"), "-out", path("signature"), path("signed"))
        return try read("signature")
    }

    func verifies(_ signature: [UInt8], _ bytes: [UInt8], _ name: String) async throws -> Bool {
        try write(bytes, "signed")
        try write(signature, "signature")
        let arguments = ["dgst", "-sha256", "-verify", path("\(name).pub"), "-signature", path("signature"), path("signed")]
        return try await FinishedProgram.run("/usr/bin/openssl", arguments, timeout: .seconds(120)).status == 0
    }
}
