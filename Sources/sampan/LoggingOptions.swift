public import ArgumentParser
import Foundation
public import Logging
package import SampanNode

/// What every long-running command takes for its log.
struct LoggingOptions: ParsableArguments {
    @Option(name: .long, help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level = .info

    @Option(
        name: .long,
        help: "text, or json: one object for each line. Left out: what the environment's SAMPAN_LOG_FORMAT says, else text.")
    var logFormat: LogFormat?

    func validate() throws {
        guard logFormat == nil, let text = Self.environmentText, LogFormat(rawValue: text) == nil else { return }
        throw ValidationError("\(LogFormat.environmentKey) must be text or json")
    }

    /// What is in force, wherever it is said.
    var format: LogFormat { logFormat ?? Self.environmentText.flatMap { LogFormat(rawValue: $0) } ?? .text }

    private static var environmentText: String? {
        ProcessInfo.processInfo.environment[LogFormat.environmentKey].flatMap { $0.isEmpty ? nil : $0 }
    }

    func makeLogger(_ label: String) -> Logger { format.logger(label: "sampan.\(label)", level: logLevel) }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
