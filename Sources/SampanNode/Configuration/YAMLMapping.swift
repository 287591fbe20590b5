internal import Foundation
internal import Yams

/// One mapping of a configuration file, read strictly: each key is asked for by name, and `finish` refuses the ones nobody asked for.
///
/// Not Sendable; used while a file is read and dropped.
final class YAMLMapping {
    private let file: String
    /// Path of the mapping in the file, for messages; empty at the top.
    private let path: String
    private let values: [String: Node]
    /// Where each key stands; its value may begin on a later line.
    private let lines: [String: Int]
    private let line: Int?
    private var known: Set<String> = []

    /// Reads a file whose top is a mapping.
    convenience init(file: String) throws(ConfigurationError) {
        try self.init(text: try ConfigurationFile.text(file, limit: Self.largestFile), file: file)
    }

    /// 1 MiB: a node's configuration has a few dozen lines.
    private static let largestFile = 1_048_576

    convenience init(text: String, file: String) throws(ConfigurationError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw Self.unreadable(file, error)
        }
        try self.init(node ?? Node.mapping([:]), file: file, path: "")
    }

    /// Yams draws the place over several lines; a log line and a terminal want one.
    private static func unreadable(_ file: String, _ error: any Error) -> ConfigurationError {
        guard let error = error as? YamlError else { return ConfigurationError(file: file, message: "is not YAML") }
        return switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            ConfigurationError(file: file, line: mark.line, message: "is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            ConfigurationError(
                file: file, line: context.mark.line, message: "\(keys.sorted().joined(separator: ", ").prefix(200)) stands twice")
        default:
            ConfigurationError(file: file, message: "is not YAML: \("\(error)".split(separator: "\n").joined(separator: " ").prefix(200))")
        }
    }

    private init(_ node: Node, file: String, path: String) throws(ConfigurationError) {
        self.file = file
        self.path = path
        line = node.mark?.line
        guard case .mapping(let mapping) = node else {
            throw ConfigurationError(file: file, line: node.mark?.line, message: "\(path.isEmpty ? "the file" : path) must be a mapping")
        }
        var values: [String: Node] = [:]
        var lines: [String: Int] = [:]
        for (key, value) in mapping {
            guard let name = key.string else {
                throw ConfigurationError(file: file, line: key.mark?.line, message: "a key must be text")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw ConfigurationError(file: file, line: key.mark?.line, message: "\(name) stands twice")
            }
            lines[name] = key.mark?.line
        }
        self.values = values
        self.lines = lines
    }

    func optionalString(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = take(key) else { return nil }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw error(key, node, "must be a text") }
        return scalar.string
    }

    func string(_ key: String) throws(ConfigurationError) -> String {
        guard let value = try optionalString(key) else { throw missing(key) }
        return value
    }

    func integer(_ key: String, default value: Int, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let node = take(key) else { return value }
        guard let text = node.string, let number = Int(text), range.contains(number) else {
            throw error(key, node, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func boolean(_ key: String, default value: Bool) throws(ConfigurationError) -> Bool {
        guard let node = take(key) else { return value }
        guard let flag = node.bool else { throw error(key, node, "must be true or false") }
        return flag
    }

    /// A length of time with its unit, such as `300ms`, `5s`, `15m`, `2h`.
    func duration(_ key: String, default value: Duration, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        guard let node = take(key) else { return value }
        guard let text = node.string, let duration = Self.duration(text), range.contains(duration) else {
            throw error(key, node, "must be a time such as 300ms, 5s, 15m or 2h, from \(range.lowerBound) to \(range.upperBound)")
        }
        return duration
    }

    /// Whether a key is there, with a value.
    func has(_ key: String) -> Bool { take(key) != nil }

    func strings(_ key: String) throws(ConfigurationError) -> [String] {
        guard let node = take(key) else { throw missing(key) }
        guard case .sequence(let sequence) = node else { throw error(key, node, "must be a list") }
        var result: [String] = []
        for element in sequence {
            guard case .scalar(let scalar) = element else { throw error(key, element, "must be a list of texts") }
            result.append(scalar.string)
        }
        return result
    }

    /// A list of mappings; their keys are named as `key[0].name` in messages.
    func mappings(_ key: String) throws(ConfigurationError) -> [YAMLMapping] {
        guard let node = take(key) else { throw missing(key) }
        guard case .sequence(let sequence) = node else { throw error(key, node, "must be a list") }
        var result: [YAMLMapping] = []
        for (index, element) in sequence.enumerated() {
            result.append(try YAMLMapping(element, file: file, path: "\(name(key))[\(index)]"))
        }
        return result
    }

    func mapping(_ key: String) throws(ConfigurationError) -> YAMLMapping {
        guard let node = take(key) else { throw missing(key) }
        return try YAMLMapping(node, file: file, path: name(key))
    }

    /// A mapping that may be left out: every key in it has a default.
    func mappingOrEmpty(_ key: String) throws(ConfigurationError) -> YAMLMapping {
        try YAMLMapping(take(key) ?? Node.mapping([:]), file: file, path: name(key))
    }

    /// An error about a key that was read, for checks that only the caller can make.
    func invalid(_ key: String, _ message: String) -> ConfigurationError {
        ConfigurationError(file: file, line: lines[key] ?? line, message: "\(name(key)) \(message)")
    }

    /// Refuses keys that were not asked for, with the nearest one that was.
    func finish() throws(ConfigurationError) {
        for key in values.keys.sorted() where !known.contains(key) {
            let nearest = known.min { ($0.editDistance(to: key), $0) < ($1.editDistance(to: key), $1) }
            let hint = nearest.map { "; did you mean \($0)?" } ?? ""
            throw invalid(key, "is not a known key\(hint)")
        }
    }

    private func take(_ key: String) -> Node? {
        known.insert(key)
        guard let node = values[key] else { return nil }
        if case .scalar(let scalar) = node, scalar.string.isEmpty || scalar.string == "~" || scalar.string == "null" { return nil }
        return node
    }

    private func missing(_ key: String) -> ConfigurationError {
        ConfigurationError(file: file, line: line, message: "\(name(key)) is missing")
    }

    private func error(_ key: String, _ node: Node, _ message: String) -> ConfigurationError {
        ConfigurationError(file: file, line: node.mark?.line ?? line, message: "\(name(key)) \(message)")
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let amount = Int64(digits), amount <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(amount)
        case "s": return .seconds(amount)
        case "m": return .seconds(amount * 60)
        case "h": return .seconds(amount * 3_600)
        default: return nil
        }
    }
}

extension String {
    /// Levenshtein's distance, for "did you mean".
    fileprivate func editDistance(to other: String) -> Int {
        let (left, right) = (Array(self), Array(other))
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let substitution = diagonal + (character == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = Swift.min(substitution, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
