internal import Foundation

/// A directory that goes away with its last reference.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init() throws {
        path = "/tmp/sampan-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        // A database that was dropped without `close` may still be removing its own log: then once more.
        for _ in 0..<5 where FileManager.default.fileExists(atPath: path) { try? FileManager.default.removeItem(atPath: path) }
    }

    package func file(_ name: String = "test.db") -> String { "\(path)/\(name)" }
}
