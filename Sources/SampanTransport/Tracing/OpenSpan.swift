internal import SampanRPC

/// The span of a call that is under way. A class, since hardly any call has one.
final class OpenSpan {
    /// What is said to whoever is called next: this span, in the trace of the caller.
    var own: TraceParent { recorded.place }
    let recorded: RecordedSpan
    /// The caller's span; nil where the trace began here.
    let parent: UInt64?
    let state: TraceState?

    init(own: TraceParent, parent: UInt64?, state: TraceState?) {
        (recorded, self.parent, self.state) = (RecordedSpan(own), parent, state)
    }

    /// What goes on with a call: as its caller has said it, with this span in place of the caller's.
    func passedOn(_ metadata: Metadata) -> Metadata {
        var passed = Metadata()
        for entry in metadata where entry.key != TraceParent.key && entry.key != TraceState.key {
            passed.appendReceived(key: entry.key, value: entry.value)
        }
        passed.appendReceived(key: TraceParent.key, value: .ascii(own.description))
        if let state { passed.appendReceived(key: TraceState.key, value: .ascii(state.text)) }
        return passed
    }
}
