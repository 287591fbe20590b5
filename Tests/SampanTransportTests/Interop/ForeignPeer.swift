import Glibc
import SampanCrypto
import SampanSiege
import StoreTestSupport
@testable import SampanTransport
import Testing

/// A grpcio program of Tests/Interop in a process of its own; killed with its last reference.
// Sendable: one test reads it, one line at a time.
final class ForeignPeer: @unchecked Sendable {
    private let process: TalkingProcess
    /// Keeps the certificates for as long as the program runs.
    private let folder: TemporaryDirectory?

    private static let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }

    /// The peer on gRPC C++.
    static var cppProgram: String {
        get throws {
            let program = "\(root)/.build/cpp-peer/peer"
            let isThere = unsafe access(program, X_OK) == 0
            try #require(isThere, "no gRPC C++ peer at \(program): run Scripts/build-cpp-peer")
            return program
        }
    }

    /// Starts a program; `identity` has it speak mutual TLS.
    init(_ program: String, _ arguments: [String] = [], trust: LoopbackTrust? = nil, identity path: String = "") throws {
        let python = unsafe getenv("SAMPAN_PYTHON").map { unsafe String(cString: $0) } ?? "\(Self.root)/.venv/bin/python"
        // Never skipped: a run without the foreign stack proves less than it says.
        let isThere = unsafe access(python, X_OK) == 0
        try #require(isThere, "no Python with grpcio at \(python): run Scripts/setup")
        folder = try trust.map { try Self.certificates($0, path) }
        process = try TalkingProcess(python, ["\(Self.root)/Tests/Interop/\(program)"] + arguments + (folder.map { [$0.path] } ?? []))
    }

    /// The next line that the program prints; nil at its end.
    func line() async throws -> String? {
        try await RawSocket.onThread { self.process.line() }
    }

    /// A folder with root.pem, chain.pem and key.pem of a new node.
    static func certificates(_ trust: LoopbackTrust, _ path: String) throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        let identity = try trust.identity(path)
        try write(trust.root.certificate.pem(), to: folder.file("root.pem"))
        try write(identity.chain.flatMap { try $0.pem() }, to: folder.file("chain.pem"))
        try write(identity.key.pem(), to: folder.file("key.pem"))
        return folder
    }

    private static func write(_ bytes: [UInt8], to path: String) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        let written = unsafe Glibc.write(file, bytes, bytes.count)
        try #require(written == bytes.count)
    }
}
