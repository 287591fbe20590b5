/// How many calls a server has refused for its load since it was made, by reason.
public struct RefusedCalls: Sendable, Hashable {
    /// Callers that made more calls a second than they may.
    public internal(set) var byRate = 0
    /// Callers that had as many calls open as they may.
    public internal(set) var byConcurrency = 0
    /// Callers that repeated too many of their calls.
    public internal(set) var byRetryBudget = 0
    /// The server was overloaded.
    public internal(set) var byOverload = 0
}
