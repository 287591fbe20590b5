/// What `sampan serve` is to be, by the key `role` of the node's file; a gateway where it is left out.
package enum NodeRole: String, Sendable, CaseIterable {
    case gateway
    case platform
    case hospital
    case center

    /// Every role's configuration asks for the key, or it would be an unknown one.
    @discardableResult
    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> NodeRole {
        guard let text = try mapping.optionalString("role") else { return .gateway }
        guard let role = NodeRole(rawValue: text) else {
            throw mapping.invalid("role", "must be \(allCases.map(\.rawValue).joined(separator: " or "))")
        }
        return role
    }
}
