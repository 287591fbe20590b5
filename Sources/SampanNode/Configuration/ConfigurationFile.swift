internal import Foundation

/// A file named by an operator, read whole and never beyond a limit: it may be a device, a pipe, or a mistake of many gigabytes.
enum ConfigurationFile {
    static func read(_ path: String, limit: Int) throws(ConfigurationError) -> Data {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ConfigurationError(file: path, message: "is not there, or in a directory that this user may not enter")
        }
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: limit + 1) ?? Data()
        } catch {
            throw ConfigurationError(file: path, message: "cannot be read; is it a file that this user may read?")
        }
        guard data.count <= limit else { throw ConfigurationError(file: path, message: "is longer than \(limit) bytes") }
        return data
    }

    /// The same, as UTF-8.
    static func text(_ path: String, limit: Int) throws(ConfigurationError) -> String {
        guard let text = String(data: try read(path, limit: limit), encoding: .utf8) else {
            throw ConfigurationError(file: path, message: "is not UTF-8")
        }
        return text
    }
}
