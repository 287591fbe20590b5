package import SampanMesh

/// What a command did.
package struct AuthorityChange: Sendable {
    /// What was written; nil when it was done before.
    package let record: AuthorityRecord?
    /// The state after it.
    package let state: AuthorityState

    /// The epoch that it made; nil when it made none.
    package var epochNumber: UInt64? { record?.epoch?.number }
}

/// How a command with a request_id ended.
enum AuthorityOutcome: Sendable {
    /// Now; with the answer as it was kept.
    case done(AuthorityChange, answer: [UInt8])
    /// Before; this was the answer.
    case replayed([UInt8])
}
