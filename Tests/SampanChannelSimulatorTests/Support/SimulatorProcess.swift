import Glibc
import SampanChannelSimulator
import SampanMesh
import SampanProcess
import SampanRPC
import SampanTransport
import StoreTestSupport

/// The real program as a child, its standard error in a file.
final class SimulatorProcess {
    private let child: TalkingProcess
    private let errorFile: String

    /// Starts it in `region` and waits until it listens.
    static func ready(in region: Region, _ extra: [String] = []) throws -> (SimulatorProcess, SocketAddress) {
        let process = try SimulatorProcess(try arguments(in: region) + extra, in: region.directory)
        guard let line = process.child.line(), line.hasPrefix("ready "), let place = HostAndPort(String(line.dropFirst(6))),
            let address = SocketAddress(host: place.host, port: place.port)
        else { throw NotReady(standardError: process.standardError) }
        return (process, address)
    }

    struct NotReady: Error {
        let standardError: String
    }

    /// Arguments that work; each call issues the node's certificate once.
    static func arguments(in region: Region) throws -> [String] {
        let prefix = region.directory.file("certs/platform-region-channel")
        if unsafe access(prefix + ".pem", R_OK) != 0 { _ = try region.files(.platform, node: "channel") }
        return [
            "--listen", "127.0.0.1:0", "--data", region.directory.file("data"), "--certificate", prefix + ".pem", "--key", prefix + ".key",
            "--trust", region.authority.files.trust, "--trust-domain", Region.trustDomain, "--notify", region.merchantAddress.description,
        ]
    }

    init(_ arguments: [String], in directory: TemporaryDirectory) throws {
        errorFile = directory.file("stderr")
        child = try TalkingProcess(try Self.program(), arguments, errors: .file(errorFile))
    }

    func kill() { child.kill() }

    func terminate() -> Int32 {
        child.signal(SIGTERM)
        return exitCode()
    }

    /// 128 and the signal when one ended it. Waits for the end.
    func exitCode() -> Int32 { child.wait() }

    var standardError: String {
        let file = unsafe open(errorFile, O_RDONLY)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// The program lies beside the test bundle.
    private static func program() throws -> String {
        for path in CommandLine.arguments + [".build/debug/x", ".build/release/x"] {
            var directory = path
            while let slash = directory.lastIndex(of: "/") {
                directory = String(directory[..<slash])
                let program = directory + "/sampan-channel-simulator"
                if unsafe access(program, X_OK) == 0 { return program }
            }
        }
        throw NotReady(standardError: "the program is not built")
    }
}
