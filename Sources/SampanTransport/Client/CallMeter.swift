internal import SampanRPC

/// How the calls fare that go to one member of a channel, over whichever of its lines. Loop-confined.
final class CallMeter {
    private let loop: EventLoop
    private var latency = PeakLatency()
    private var health = EndpointHealth()
    /// Called when a call begins.
    var whenBegun: (() -> Void)?

    init(_ loop: EventLoop) { self.loop = loop }

    /// Whether it gets no calls for now, unless nobody else does.
    var isEjected: Bool { health.isEjected(at: loop.nowNanoseconds) }

    /// What a call is expected to cost under a load (`PeakLatency.cost`).
    func cost(of load: Int, unit: Int) -> Int { Int(latency.cost(of: load, unit: unit, at: loop.nowNanoseconds)) }

    func callBegan() { whenBegun?() }

    func answerBegan(after nanoseconds: Int64) { latency.answered(after: nanoseconds, now: loop.nowNanoseconds) }

    func callEnded(_ status: StatusCode) { health.ended(status, now: loop.nowNanoseconds) }

    /// Somebody else may answer from now on.
    func forget() { health.reset() }
}
