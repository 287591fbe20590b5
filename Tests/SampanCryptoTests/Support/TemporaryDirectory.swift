import Foundation
import SampanProcess

/// A directory of one test, removed with it; and the `openssl` program run in it, the stack we did not write.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ bytes: [UInt8], _ name: String, mode: Int = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// Standard output and error together, and the exit status.
    func openssl(_ arguments: String...) throws -> (status: Int32, output: String) { try openssl(arguments) }

    func openssl(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let output = "\(path)/openssl-\(UUID().uuidString).out"
        let status = try ChildProcess(
            program: "/usr/bin/env", arguments: ["-C", path, "openssl"] + arguments, output: .file(output), errors: .file(output)
        ).wait()
        return (status, String(decoding: try Data(contentsOf: URL(fileURLWithPath: output)), as: UTF8.self))
    }
}
