import Logging
import Synchronization

/// Keeps what is logged.
final class LogCatcher: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let text: String
    }

    private let kept = Mutex<[Line]>([])

    var lines: [Line] { kept.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { _ in Handler(catcher: self) }
        logger.logLevel = .info
        return logger
    }

    private struct Handler: LogHandler {
        let catcher: LogCatcher
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let values = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted().joined(separator: " ")
            catcher.kept.withLock { $0.append(Line(level: event.level, text: "\(event.message) \(values)")) }
        }
    }
}
