import ArgumentParser
import Foundation

/// Ends the program with one line on standard error and an exit code (sysexits.h).
enum Failure {
    static func exit(_ code: Int32, _ message: String) -> ExitCode {
        try? FileHandle.standardError.write(contentsOf: Data("error: \(message)\n".utf8))
        return ExitCode(code)
    }

    /// Runs `body`; what it throws ends the program with this code.
    static func because<Value>(_ code: Int32, _ prefix: String = "", _ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let error as CocoaError {
            throw exit(code, prefix + error.localizedDescription)
        } catch {
            throw exit(code, "\(prefix)\(error)")
        }
    }
}
