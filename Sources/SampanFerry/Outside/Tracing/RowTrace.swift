package import SampanDomain
package import SampanRPC

/// An open row as traces know it.
package struct RowTrace: Sendable, Hashable {
    package let seq: Int64
    /// Where the call that submitted it stood.
    package let parent: TraceParent
    package let submittedAt: UnixTime
}
