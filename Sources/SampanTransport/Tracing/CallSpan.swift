package import SampanRPC

/// One call as this node saw it, for a trace. Over, and never changed.
package struct CallSpan: Sendable, Hashable {
    package let traceID: TraceID
    package let spanID: UInt64
    /// The span of the caller; nil for a trace that began here.
    package let parent: UInt64?
    package let labels: CallLabels
    /// Unix time in nanoseconds.
    package let began: Int64
    package let ended: Int64
    package let code: StatusCode
    /// As the caller has sent it; nil where that was not right.
    package let state: TraceState?
}
