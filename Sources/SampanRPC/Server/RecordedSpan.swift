/// The span that is recorded of a call. A class, since hardly any call has one.
package final class RecordedSpan: Sendable {
    /// In its caller's trace, or in one that begins with it.
    package let place: TraceParent

    package init(_ place: TraceParent) { self.place = place }
}
