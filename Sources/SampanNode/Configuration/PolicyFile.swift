package import SampanMesh
internal import SampanRPC

/// A policy as a file (ID-14).
///
/// ```yaml
/// version: 1
/// rules:
///   - id: pay-hospitals                             # once in the file; stands in denials and audits
///     methods: [sampan.payment.v1.PaymentService]   # a service, service/* or service/Method
///     roles: [hospital, app]
///     institutions: ["1210*"]                       # left out: all
///     data: own                                     # own (the default) or any
/// ```
package struct PolicyFile: Sendable {
    package let rules: [PolicyRule]
    /// The rules with the hash of the text that they were read from.
    package let edition: PolicyEdition

    /// Rules of a file, at most: a region has some dozens.
    private static let maximumRules = 1_000

    /// Blocks on the disk; at a program's start. Throws for anything that is not a policy, naming the line.
    package init(file: String) throws(ConfigurationError) {
        self = try Self.withText(file: file).0
    }

    /// The same with the text of the file, for who hands it on.
    package static func withText(file: String) throws(ConfigurationError) -> (PolicyFile, text: String) {
        let text = try ConfigurationFile.text(file, limit: LivePolicy.textBytes)
        return (try PolicyFile(text: text, file: file), text)
    }

    /// Reads a policy's text, as a file has it or an epoch carries it; `file` names it in errors. Throws for anything that is not a policy,
    /// naming the line.
    package init(text: String, file: String = "the policy") throws(ConfigurationError) {
        guard text.utf8.count <= LivePolicy.textBytes else {
            throw ConfigurationError(file: file, message: "is longer than \(LivePolicy.textBytes) bytes")
        }
        let mapping = try YAMLMapping(text: text, file: file)
        guard try mapping.integer("version", default: 0, in: 0...Int.max) == 1 else {
            throw mapping.invalid("version", "must be 1: the only form of this file that there is")
        }
        let entries = try mapping.mappings("rules")
        guard entries.count <= Self.maximumRules else { throw mapping.invalid("rules", "has over \(Self.maximumRules) entries") }
        var rules: [PolicyRule] = []
        for entry in entries {
            let rule = try Self.rule(entry)
            guard !rules.contains(where: { $0.id == rule.id }) else { throw entry.invalid("id", "\(rule.id) stands twice") }
            rules.append(rule)
        }
        try mapping.finish()
        self.rules = rules
        do throws(PolicyRefusal) { edition = try PolicyEdition(rules, text: text) } catch {
            throw ConfigurationError(file: file, message: error.message)
        }
    }

    /// What reads the text of an epoch's policy for `LivePolicy`.
    package static let reader: LivePolicy.Reader = { text throws(PolicyRefusal) in
        do throws(ConfigurationError) { return try PolicyFile(text: text).rules } catch {
            throw PolicyRefusal(line: error.line, error.message)
        }
    }

    private static func rule(_ entry: YAMLMapping) throws(ConfigurationError) -> PolicyRule {
        let id = try entry.string("id")
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ",") }) else {
            throw entry.invalid("id", "must be 1 to 64 visible ASCII characters without a comma")
        }
        let methods = try entry.values("methods", "a service, service/* or service/Method") { MethodPattern($0) }
        let roles = try entry.roles("roles")
        let institutions = try entry.institutions("institutions")
        let data = try entry.optionalString("data") ?? DataScope.own.rawValue
        guard let scope = DataScope(rawValue: data) else { throw entry.invalid("data", "must be own or any") }
        try entry.finish()
        return PolicyRule(id: id, methods: methods, roles: Set(roles), institutions: institutions, data: scope)
    }
}
