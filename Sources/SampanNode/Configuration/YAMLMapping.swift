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
    /// Variables of the environment that stand for keys, by the key's path.
    private let variables: [String: String]
    private let trace: ConfigurationTrace?
    private var known: Set<String> = []

    /// Reads a node's file, whose top is a mapping, with what the environment says in the place of keys.
    convenience init(file: String, _ reading: ConfigurationReading) throws(ConfigurationError) {
        let text = try ConfigurationFile.text(file, limit: Self.largestFile)
        let overrides = try ConfigurationOverrides(reading.environment)
        let top = try overrides.applied(to: try Self.compose(text, file) ?? Node.mapping([:]))
        try self.init(top, file: file, path: "", variables: overrides.variables, trace: reading.trace)
    }

    /// 1 MiB: a node's configuration has a few dozen lines.
    private static let largestFile = 1_048_576

    /// Reads a text whose top is a mapping, as it is.
    convenience init(text: String, file: String) throws(ConfigurationError) {
        try self.init(try Self.compose(text, file) ?? Node.mapping([:]), file: file, path: "", variables: [:], trace: nil)
    }

    /// Nil for a text without content.
    static func compose(_ text: String, _ file: String) throws(ConfigurationError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch {
            throw unreadable(file, error)
        }
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

    private init(
        _ node: Node, file: String, path: String, variables: [String: String], trace: ConfigurationTrace?
    ) throws(ConfigurationError) {
        self.file = file
        self.path = path
        self.variables = variables
        self.trace = trace
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
        guard let node = take(key) else {
            note(key, .leftOut)
            return nil
        }
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else { throw error(key, node, "must be a text") }
        note(key, .text(scalar.string))
        return scalar.string
    }

    func string(_ key: String) throws(ConfigurationError) -> String {
        guard take(key) != nil, let value = try optionalString(key) else { throw missing(key) }
        return value
    }

    func integer(_ key: String, default value: Int, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        guard let node = take(key) else {
            note(key, .byDefault("\(value)"))
            return value
        }
        guard let text = node.string, let number = Int(text), range.contains(number) else {
            throw error(key, node, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        note(key, .text("\(number)"))
        return number
    }

    func boolean(_ key: String, default value: Bool) throws(ConfigurationError) -> Bool {
        guard let node = take(key) else {
            note(key, .byDefault("\(value)"))
            return value
        }
        guard let flag = node.bool else { throw error(key, node, "must be true or false") }
        note(key, .text("\(flag)"))
        return flag
    }

    /// A length of time with its unit, such as `300ms`, `5s`, `15m`, `2h`.
    func duration(_ key: String, default value: Duration, in range: ClosedRange<Duration>) throws(ConfigurationError) -> Duration {
        guard let node = take(key) else {
            note(key, .byDefault(DurationText.text(value)))
            return value
        }
        guard let text = node.string, let duration = DurationText.value(text), range.contains(duration) else {
            let (least, most) = (DurationText.text(range.lowerBound), DurationText.text(range.upperBound))
            throw error(key, node, "must be a time such as 300ms, 5s, 15m or 2h, from \(least) to \(most)")
        }
        note(key, .text(text))
        return duration
    }

    /// Whether a key is there, with a value.
    func has(_ key: String) -> Bool {
        guard take(key) == nil else { return true }
        note(key, .leftOut)
        return false
    }

    func strings(_ key: String) throws(ConfigurationError) -> [String] {
        guard let node = take(key) else { throw missing(key) }
        guard case .sequence(let sequence) = node else { throw error(key, node, "must be a list") }
        var result: [String] = []
        for element in sequence {
            guard case .scalar(let scalar) = element else { throw error(key, element, "must be a list of texts") }
            result.append(scalar.string)
        }
        note(key, .list(result))
        return result
    }

    /// A list of mappings; their keys are named as `key[0].name` in messages.
    func mappings(_ key: String) throws(ConfigurationError) -> [YAMLMapping] {
        guard let node = take(key) else { throw missing(key) }
        guard case .sequence(let sequence) = node else { throw error(key, node, "must be a list") }
        var result: [YAMLMapping] = []
        for (index, element) in sequence.enumerated() { result.append(try nested(element, "\(name(key))[\(index)]")) }
        return result
    }

    func mapping(_ key: String) throws(ConfigurationError) -> YAMLMapping {
        guard let node = take(key) else { throw missing(key) }
        return try nested(node, name(key))
    }

    /// A mapping that may be left out: every key in it has a default.
    func mappingOrEmpty(_ key: String) throws(ConfigurationError) -> YAMLMapping {
        try nested(take(key) ?? Node.mapping([:]), name(key))
    }

    private func nested(_ node: Node, _ path: String) throws(ConfigurationError) -> YAMLMapping {
        try YAMLMapping(node, file: file, path: path, variables: variables, trace: trace)
    }

    /// An error about a key that was read, for checks that only the caller can make.
    func invalid(_ key: String, _ message: String) -> ConfigurationError { refusal(key, lines[key] ?? line, message) }

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

    /// A key that nobody has asked for yet and that looks like this one was meant to be it.
    private func missing(_ key: String) -> ConfigurationError {
        let meant = values.keys.filter { !known.contains($0) && $0.editDistance(to: key) <= 2 }.min()
        if let meant { return invalid(meant, "is not a known key; did you mean \(key)?") }
        return refusal(key, line, "is missing")
    }

    private func error(_ key: String, _ node: Node, _ message: String) -> ConfigurationError {
        refusal(key, node.mark?.line ?? line, message)
    }

    /// Names what the operator wrote: the file and its line, or the variable.
    private func refusal(_ key: String, _ line: Int?, _ message: String) -> ConfigurationError {
        let place = name(key)
        if let variable = variable(of: place) { return ConfigurationError(file: variable, message: "\(place) \(message)") }
        return ConfigurationError(file: file, line: line, message: "\(place) \(message)")
    }

    /// The variable that says a key, or one that says the whole mapping around it.
    private func variable(of place: String) -> String? {
        var place = Substring(place)
        while true {
            if let variable = variables[String(place)] { return variable }
            guard let dot = place.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
            place = place[..<dot]
        }
    }

    private func note(_ key: String, _ value: ConfigurationTrace.Value) {
        trace?.note(name(key), value, line: lines[key], variable: variable(of: name(key)))
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
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
