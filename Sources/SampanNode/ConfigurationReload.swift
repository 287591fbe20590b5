internal import Logging

/// Reads a node's file again whenever somebody asks (SIGHUP), and tells what came of it: what can change while the node serves counts from
/// then on, the rest at its next start. A file that is wrong changes nothing.
package struct ConfigurationReload: Sendable {
    private let file: String
    private let requests: AsyncStream<Void>
    /// As they were read at the start.
    private let entries: [ConfigurationTrace.Entry]

    package init(file: String, entries: [ConfigurationTrace.Entry], requests: AsyncStream<Void>) {
        (self.file, self.entries, self.requests) = (file, entries, requests)
    }

    /// Until its task is cancelled. `apply` puts settings in force; it throws, with nothing changed, where they would lock everybody out.
    func keep(log: Logger, _ apply: (LiveSettings) throws -> Void) async {
        var before = entries
        for await _ in requests {
            do {
                let trace = ConfigurationTrace()
                guard let live = try NodeFile(file: file, .ofProcess(trace)).live else { continue }
                try apply(live)
                let changed = Self.changes(from: before, to: trace.entries)
                let waiting = Self.changes(from: entries, to: trace.entries).filter { !LiveSettings.holds($0) }
                log.notice(
                    "the configuration was read again",
                    metadata: [
                        "file": "\(file)", "changed": "\(changed.isEmpty ? "nothing" : changed.joined(separator: ", "))",
                        "at-restart": "\(waiting.isEmpty ? "nothing" : waiting.joined(separator: ", "))",
                    ])
                before = trace.entries
            } catch {
                log.error("the configuration is not taken; all is as before", metadata: ["reason": "\(error)"])
            }
        }
    }

    /// Keys whose values differ; a key that only one side has is among them.
    static func changes(from old: [ConfigurationTrace.Entry], to new: [ConfigurationTrace.Entry]) -> [String] {
        let (old, new) = (values(old), values(new))
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
    }

    private static func values(_ entries: [ConfigurationTrace.Entry]) -> [String: ConfigurationTrace.Value] {
        Dictionary(entries.map { ($0.key, $0.value) }) { $1 }
    }
}
