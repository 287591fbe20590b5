internal import Foundation
package import Logging

/// How a program writes its log on standard error.
package enum LogFormat: String, Sendable, Hashable, CaseIterable {
    /// For people.
    case text
    /// One JSON object for each line (`JSONLogLine`), for machines that collect logs.
    case json

    /// The variable of the environment that says which one, where the command does not.
    package static let environmentKey = "SAMPAN_LOG_FORMAT"

    /// A logger that writes lines in this form to standard error.
    package func logger(label: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { label -> any LogHandler in
            switch self {
            case .text: StreamLogHandler.standardError(label: label)
            case .json: JSONLogHandler(label: label, now: WallClock.now, write: Self.writeLine)
            }
        }
        logger.logLevel = level
        return logger
    }

    /// In one piece, so that lines of several threads do not mix. A log that nobody takes any more stops nothing.
    private static let writeLine: @Sendable (String) -> Void = { line in
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }
}
