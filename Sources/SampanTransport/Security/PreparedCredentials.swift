/// Credentials whose TLS contexts are made, and which have shaken hands with themselves; not in force. Immutable, safe from any task.
package struct PreparedCredentials: Sendable {
    let contexts: SecurityContexts
    /// Why they would speak with nobody; nil when they work.
    package let trialFailure: SwapError?

    package var credentials: NodeCredentials { contexts.credentials }
}
