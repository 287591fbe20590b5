internal import Foundation
internal import SampanNode

extension FuzzTarget {
    /// A configuration file, read as a gateway's and as a ferry's: a configuration, or an error of one line that can be printed.
    static let yaml = FuzzTarget(
        "yaml",
        dictionary: [
            "listen: 127.0.0.1:7443\n".word, "gateway: ".word, "trust-domain: ".word, "institutions: ".word, "channel: ".word, "his: ".word,
            "workers: ".word, "batch: ".word, "poll-interval: ".word, "300ms".word, "[::1]:7600".word, "{".word, "}".word, "[".word,
            "]".word,
            "- ".word, ": ".word, "\n".word, "\n  ".word, "&a ".word, "*a".word, "<<: ".word, "!!str ".word, "!!binary ".word,
            "!!set ".word,
            "'".word, "\"".word, "\\x00".word, "\\n".word, "|\n".word, ">\n".word, "? ".word, "---\n".word, "...\n".word,
            "%YAML 1.2\n".word,
            "~".word, "0x10".word, "0o17".word, "1e9".word, ".inf".word, "\u{FEFF}".word, "没".word, "#".word,
        ]
    ) { bytes in
        // The door of a real node: a path.
        let path = "/dev/shm/sampan-fuzz-\(UUID().uuidString).yaml"
        guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else { return nil }
        defer { try? FileManager.default.removeItem(atPath: path) }
        var error: ConfigurationError?
        do throws(ConfigurationError) { _ = try GatewayConfiguration(file: path) } catch let found { error = found }
        if let flaw = error.flatMap({ flaw(of: $0, in: path) }) { return flaw }
        do throws(ConfigurationError) { _ = try FerryConfiguration(file: path) } catch let found { error = found }
        return error.flatMap { flaw(of: $0, in: path) }
    }

    private static func flaw(of error: ConfigurationError, in path: String) -> String? {
        guard error.file == path else { return "an error of another file: \(error.file)" }
        // A terminal or a log takes it as it is: one line, and nothing that moves the cursor.
        if error.message.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "a message with a control character: \(error.message.debugDescription)"
        }
        guard error.message.utf8.count <= 2_000 else { return "a message of \(error.message.utf8.count) bytes" }
        return nil
    }
}
