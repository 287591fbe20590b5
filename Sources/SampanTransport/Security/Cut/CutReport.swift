/// What a cut has come to.
package struct CutReport: Sendable, Hashable {
    /// Connections that were ended.
    package internal(set) var connections = 0
    /// Calls that were open on them.
    package internal(set) var streams = 0
    /// From the beginning of the cut until nothing more was read from the last of them, in nanoseconds; 0 when there were none.
    package internal(set) var silencedNanoseconds: Int64 = 0
    /// From the beginning of the cut until the last of them was closed, in nanoseconds; 0 when there were none.
    package internal(set) var closedNanoseconds: Int64 = 0

    static let nothing = CutReport()

    /// Takes in what became of the same cut elsewhere.
    package mutating func add(_ other: CutReport) {
        connections += other.connections
        streams += other.streams
        silencedNanoseconds = max(silencedNanoseconds, other.silencedNanoseconds)
        closedNanoseconds = max(closedNanoseconds, other.closedNanoseconds)
    }
}
