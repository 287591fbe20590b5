internal import Yams

/// Keys of a node's file that the environment says instead: `SAMPAN_CONFIG_LISTEN` stands for `listen`, `SAMPAN_CONFIG_MESH__PARENT` for
/// `mesh.parent`, `SAMPAN_CONFIG_TRUST_FOLDER` for `trust-folder`. A value is YAML: a text, a number, `[a, b]`, or a whole mapping.
struct ConfigurationOverrides {
    static let prefix = "SAMPAN_CONFIG_"

    /// Variables by the path of the key that they stand for.
    let variables: [String: String]
    private let values: [(path: [String], variable: String, value: Node)]

    /// 64 KiB: a list of peers at most.
    private static let largestValue = 65_536

    /// Takes what begins with the prefix. Throws for a variable whose name or value can be no key's.
    init(_ environment: [String: String]) throws(ConfigurationError) {
        var (variables, values): ([String: String], [(path: [String], variable: String, value: Node)]) = ([:], [])
        for (variable, text) in environment.filter({ $0.key.hasPrefix(Self.prefix) }).sorted(by: { $0.key < $1.key }) {
            let path = Self.path(variable.dropFirst(Self.prefix.count))
            guard path.allSatisfy({ !$0.isEmpty }) else {
                throw ConfigurationError(
                    file: variable, message: "names no key; right would be \(Self.prefix)MESH__PARENT for mesh.parent")
            }
            guard text.utf8.count <= Self.largestValue else {
                throw ConfigurationError(file: variable, message: "is longer than \(Self.largestValue) bytes")
            }
            let place = path.joined(separator: ".")
            if let other = variables[place] { throw ConfigurationError(file: variable, message: "and \(other) stand for the same key") }
            variables[place] = variable
            values.append((path, variable, try YAMLMapping.compose(text, variable) ?? Node.scalar(Node.Scalar(""))))
        }
        (self.variables, self.values) = (variables, values)
    }

    /// Two underscores go down by one mapping; one is the hyphen that a variable's name cannot have.
    private static func path(_ name: Substring) -> [String] {
        var (path, rest): ([String], Substring) = ([], name)
        while let gap = rest.firstRange(of: "__") {
            path.append(key(rest[..<gap.lowerBound]))
            rest = rest[gap.upperBound...]
        }
        return path + [key(rest)]
    }

    private static func key(_ name: Substring) -> String { String(name.lowercased().map { $0 == "_" ? "-" : $0 }) }

    /// A file's top with the values in their places. Throws where the file has no mapping that a value would stand in.
    func applied(to top: Node) throws(ConfigurationError) -> Node {
        var top = top
        for (path, variable, value) in values { top = try Self.put(value, at: path[...], in: top, variable) }
        return top
    }

    private static func put(
        _ value: Node, at path: ArraySlice<String>, in node: Node, _ variable: String
    ) throws(ConfigurationError) -> Node {
        guard let key = path.first else { return value }
        guard case .mapping(var mapping) = node else {
            throw ConfigurationError(file: variable, message: "stands in no mapping: the file has something else there")
        }
        let inner = mapping.first { $0.key.string == key }?.value ?? Node.mapping([:])
        mapping[Node.scalar(Node.Scalar(key))] = try put(value, at: path.dropFirst(), in: inner, variable)
        return .mapping(mapping)
    }
}
