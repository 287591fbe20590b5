internal import Foundation

/// What a configuration is read with, beside its file.
package struct ConfigurationReading {
    /// How variables begin that stand for keys.
    package static let variablePrefix = ConfigurationOverrides.prefix

    /// Variables that may stand for keys (`ConfigurationOverrides`).
    package let environment: [String: String]
    /// Told of every key as it is read.
    package let trace: ConfigurationTrace?

    package init(environment: [String: String], trace: ConfigurationTrace? = nil) {
        (self.environment, self.trace) = (environment, trace)
    }

    /// The environment of this process.
    package static var ofProcess: ConfigurationReading { ofProcess(nil) }

    package static func ofProcess(_ trace: ConfigurationTrace?) -> ConfigurationReading {
        ConfigurationReading(environment: ProcessInfo.processInfo.environment, trace: trace)
    }
}
