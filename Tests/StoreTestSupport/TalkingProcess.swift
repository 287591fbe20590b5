internal import Glibc
package import SampanProcess

/// A child process whose standard output is read line by line. Killed with its last reference.
package final class TalkingProcess {
    private let process: ChildProcess
    private let output: Int32
    private var buffer: [UInt8] = []

    package static func workload(_ arguments: [String]) throws -> TalkingProcess { try built("store-workload", arguments) }

    /// Starts a program of this package: it lies beside the test bundle.
    package static func built(_ name: String, _ arguments: [String]) throws -> TalkingProcess {
        let paths = CommandLine.arguments + [".build/debug/x", ".build/release/x"]
        for path in paths {
            var directory = path
            while let slash = directory.lastIndex(of: "/") {
                directory = String(directory[..<slash])
                let program = directory + "/" + name
                if unsafe access(program, X_OK) == 0 { return try TalkingProcess(program, arguments) }
            }
        }
        throw SpawnError(call: "finding \(name)", number: ENOENT)
    }

    package init(_ program: String, _ arguments: [String], errors: ChildProcess.Output = .inherited) throws {
        (process, output) = try ChildProcess.withOutputPipe(program: program, arguments: arguments, errors: errors)
    }

    deinit {
        kill()
        close(output)
    }

    /// The next line without its end; nil at the end of the output. Blocks.
    package func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe read(output, &chunk, chunk.count)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: chunk.prefix(count))
        }
    }

    package func signal(_ signal: Int32) { process.signal(signal) }

    /// SIGKILL, and waits until it is gone.
    package func kill() {
        process.signal(SIGKILL)
        _ = wait()
    }

    /// The exit status, or 128 and the signal that ended it; waits for the end.
    package func wait() -> Int32 { process.wait() }
}
