import ArgumentParser

/// A length of time as people write it: `500ms`, `10s`, `5m`, `2h`, `7d`.
struct TimeSpan: ExpressibleByArgument, Sendable, Hashable, CustomStringConvertible {
    /// More than 0, at most `longest`.
    let duration: Duration
    let description: String

    /// A hundred years: whoever means more has mistyped.
    static let longest: Duration = .seconds(36_500 * 86_400)

    init?(argument: String) {
        guard let start = argument.firstIndex(where: { !("0"..."9").contains($0) }), argument.utf8.count <= 16,
            let count = Int64(argument[..<start]), count > 0, let unit = Self.unit(String(argument[start...])),
            Double(count) <= Self.longest / unit
        else { return nil }
        duration = unit * count
        description = argument
    }

    init(seconds: Int64) {
        duration = .seconds(seconds)
        description = "\(seconds)s"
    }

    private static func unit(_ name: String) -> Duration? {
        switch name {
        case "ms": .milliseconds(1)
        case "s": .seconds(1)
        case "m": .seconds(60)
        case "h": .seconds(3_600)
        case "d": .seconds(86_400)
        default: nil
        }
    }
}
