/// How much of a server whose doors are closed is still there.
package struct ServerOccupancy: Sendable, Hashable {
    /// Calls under way, also those whose answers have not been taken yet.
    package internal(set) var calls = 0
    /// Connections that have been told to go.
    package internal(set) var connections = 0

    package init(calls: Int = 0, connections: Int = 0) { (self.calls, self.connections) = (calls, connections) }
}
