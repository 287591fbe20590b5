internal import CLinux
internal import Glibc
internal import SampanRPC

/// Keeps the spans of a loop's calls until somebody takes them. Loop-confined.
///
/// Bounded: 1,024 spans; further ones are counted and dropped, since a caller can ask for as many as he likes.
@safe final class SpanRecorder {
    private let sampling: TraceSampling
    private let limit: Int
    // Unchecked, here and below: nothing that these call comes back.
    @exclusivity(unchecked) private var spans: [CallSpan] = []
    @exclusivity(unchecked) private(set) var dropped: UInt64 = 0
    /// 64 random bits below this begin a trace.
    private let threshold: UInt64
    /// One draw of the kernel's is enough for a start: whether a call is sampled is no secret.
    @exclusivity(unchecked) private var draws: JitterRandom

    static let spanLimit = 1_024

    init(_ sampling: TraceSampling, limit: Int = SpanRecorder.spanLimit, seed: UInt64 = .random(in: 0 ... .max)) {
        (self.sampling, self.limit) = (sampling, limit)
        threshold = sampling.ratio >= 1 ? .max : UInt64(sampling.ratio * 18_446_744_073_709_549_568)
        unsafe draws = JitterRandom(seed: seed)
    }

    /// A span for a call that begins with this metadata; nil for one that is not recorded.
    func begin(_ metadata: Metadata) -> OpenSpan? {
        guard metadata.isEmpty || !metadata.contains(where: { $0.key == TraceParent.key }) else { return follow(metadata) }
        guard threshold > 0, unsafe draws.next() <= threshold else { return nil }
        return root()
    }

    /// What cannot be read, and what is said twice, is as if it were not there, but begins no trace of its own either.
    private func follow(_ metadata: Metadata) -> OpenSpan? {
        let said = metadata.filter { $0.key == TraceParent.key }
        guard said.count == 1, let text = metadata[ascii: TraceParent.key], let parent = TraceParent(text), parent.isSampled,
            let own = TraceParent(traceID: parent.traceID, spanID: .random(in: 1 ... .max), isSampled: true)
        else { return nil }
        return OpenSpan(own: own, parent: parent.spanID, state: Self.state(metadata))
    }

    private func root() -> OpenSpan? {
        guard let trace = TraceID(high: .random(in: 0 ... .max), low: .random(in: 1 ... .max)),
            let own = TraceParent(traceID: trace, spanID: .random(in: 1 ... .max), isSampled: true)
        else { return nil }
        return OpenSpan(own: own, parent: nil, state: nil)
    }

    /// Several fields are one list (RFC 9110 §5.3).
    private static func state(_ metadata: Metadata) -> TraceState? {
        let parts = metadata.compactMap { entry -> String? in
            guard entry.key == TraceState.key, case .ascii(let text) = entry.value else { return nil }
            return text
        }
        return parts.isEmpty ? nil : TraceState(parts.joined(separator: ","))
    }

    /// `began` and `now` are times of the loop's clock.
    func end(_ span: OpenSpan, _ labels: CallLabels, _ code: StatusCode, began: Int64, now: Int64) {
        guard unsafe spans.count < limit else {
            unsafe dropped &+= 1
            return
        }
        let (wall, clock) = (Self.wallClock(), EventLoop.readClock())
        unsafe spans.append(
            CallSpan(
                traceID: span.own.traceID, spanID: span.own.spanID, parent: span.parent, labels: labels, began: wall &- (clock &- began),
                ended: wall, code: code, state: span.state))
    }

    /// The spans since this was last asked.
    func take() -> [CallSpan] {
        defer { unsafe spans = [] }
        return unsafe spans
    }

    private static func wallClock() -> Int64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) &* 1_000_000_000 &+ Int64(now.tv_nsec)
    }
}
