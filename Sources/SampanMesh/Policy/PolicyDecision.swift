/// What a policy says about one caller and one method, and why.
package enum PolicyDecision: Sendable, Hashable {
    /// By the first rule, in the policy's order, that takes the caller.
    case allow(rule: String, data: DataScope)
    case deny(PolicyDenial)
}
