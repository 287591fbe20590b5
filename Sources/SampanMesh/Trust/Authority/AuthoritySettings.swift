/// What an epoch says besides whom to trust.
package struct AuthoritySettings: Sendable, Hashable {
    /// The policy's text; empty keeps each node's own.
    package var policy: String
    package var routes: [EpochRoute]
    package var minimumProtocol: UInt32

    package init(policy: String = "", routes: [EpochRoute] = [], minimumProtocol: UInt32 = 0) {
        self.policy = policy
        self.routes = routes
        self.minimumProtocol = minimumProtocol
    }
}
