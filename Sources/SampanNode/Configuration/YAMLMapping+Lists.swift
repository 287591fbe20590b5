internal import SampanMesh
internal import SampanRPC

/// Lists that several files have.
extension YAMLMapping {
    /// A list of texts, at least one, each read by `read`; `form` says what they must be.
    func values<Value>(_ key: String, _ form: String, _ read: (String) -> Value?) throws(ConfigurationError) -> [Value] {
        var values: [Value] = []
        for text in try strings(key) {
            guard let value = read(text) else { throw invalid(key, "holds \"\(text.prefix(100))\", which is not \(form)") }
            values.append(value)
        }
        guard !values.isEmpty else { throw invalid(key, "must not be empty") }
        return values
    }

    func roles(_ key: String) throws(ConfigurationError) -> [PeerIdentity.Role] {
        let names = PeerIdentity.Role.allCases.map(\.rawValue).joined(separator: ", ")
        return try values(key, "one of \(names)") { PeerIdentity.Role(rawValue: $0) }
    }

    /// Everybody where the key is left out.
    func institutions(_ key: String) throws(ConfigurationError) -> InstitutionPattern {
        guard has(key) else { return .all }
        guard let pattern = InstitutionPattern(try strings(key)) else {
            throw invalid(key, "must be a list of codes and beginnings of codes (1210*), or [\"*\"]")
        }
        return pattern
    }
}
