import SampanAPI
import SampanMesh
import SampanProtobuf
import SampanRPC
import Synchronization

/// The platform's TrustService as a test wants it: it hears everything, and says what it is told to say.
final class ScriptedTrustService: TrustV1.TrustServiceHandler {
    enum Heard: Sendable {
        case opened, ended
        case report(TrustV1.NodeReport)
        case acknowledgement(TrustV1.EpochAcknowledgement)
        case refusal(TrustV1.EpochRefusal)
        case estimate(TrustV1.CutEstimate)
        case pulled(UInt64)
        case renewal(TrustV1.RenewRequest)
        case enrollment(TrustV1.EnrollRequest)
    }

    private struct State {
        var streams: [AsyncStream<TrustV1.FollowEpochsResponse>.Continuation] = []
        var isDown = false
        var epochs: [UInt64: SignedEpoch] = [:]
        var pushed: (number: UInt64, epoch: TrustV1.SignedTrustEpoch)?
    }

    typealias Renewal = @Sendable (TrustV1.RenewRequest) async throws -> TrustV1.RenewResponse
    typealias Enrollment = @Sendable (TrustV1.EnrollRequest) async throws -> TrustV1.EnrollResponse

    private let state = Mutex(State())
    private let renewal = Mutex<Renewal?>(nil)
    private let enrollment = Mutex<Enrollment?>(nil)
    let heard: EventLog<Heard> = EventLog()

    // MARK: What a test says

    /// On every stream that is open.
    func say(_ content: TrustV1.FollowEpochsResponse.Content?, clock: Int64? = nil) {
        let streams = state.withLock { $0.streams }
        for stream in streams {
            stream.yield(
                TrustV1.FollowEpochsResponse(
                    content: content, clock: clock.map { GoogleProtobuf.Timestamp(nanosecondsSince1970: $0) }))
        }
    }

    /// As a platform does: also on a stream that is opened later, for the one that is there may be about to end.
    func push(_ epoch: SignedEpoch) throws {
        let message = try TrustV1.SignedTrustEpoch(serialized: epoch.serialized())
        state.withLock { $0.pushed = (epoch.epoch.number, message) }
        say(.epoch(message))
    }

    /// For pulls.
    func keep(_ epochs: [SignedEpoch]) {
        state.withLock { state in
            for epoch in epochs { state.epochs[epoch.epoch.number] = epoch }
        }
    }

    /// Ends the streams there are, and refuses others.
    func takeDown() {
        let streams = state.withLock { state in
            defer { state.streams = [] }
            state.isDown = true
            return state.streams
        }
        for stream in streams { stream.finish() }
    }

    func bringUp() { state.withLock { $0.isDown = false } }

    func onRenewal(_ body: @escaping Renewal) { renewal.withLock { $0 = body } }
    func onEnrollment(_ body: @escaping Enrollment) { enrollment.withLock { $0 = body } }

    // MARK: The service

    func enroll(_ request: TrustV1.EnrollRequest, context: CallContext) async throws -> TrustV1.EnrollResponse {
        heard.add(.enrollment(request))
        guard let body = enrollment.withLock({ $0 }) else { throw RPCError(code: .unimplemented, message: "not here") }
        return try await body(request)
    }

    func renew(_ request: TrustV1.RenewRequest, context: CallContext) async throws -> TrustV1.RenewResponse {
        heard.add(.renewal(request))
        guard let body = renewal.withLock({ $0 }) else { throw RPCError(code: .unavailable, message: "not now") }
        return try await body(request)
    }

    private func missed(by report: TrustV1.NodeReport) -> TrustV1.FollowEpochsResponse? {
        guard let pushed = state.withLock({ $0.pushed }), report.epochNumber < pushed.number else { return nil }
        return TrustV1.FollowEpochsResponse(content: .epoch(pushed.epoch))
    }

    func getEpoch(_ request: TrustV1.GetEpochRequest, context: CallContext) async throws -> TrustV1.GetEpochResponse {
        heard.add(.pulled(request.number))
        let epochs = state.withLock { $0.epochs }
        let number = request.number == 0 ? epochs.keys.max() ?? 0 : request.number
        guard let epoch = epochs[number] else { throw RPCError(code: .notFound, message: "there is no such epoch") }
        return TrustV1.GetEpochResponse(epoch: try TrustV1.SignedTrustEpoch(serialized: epoch.serialized()))
    }

    func followEpochs(
        _ requests: MessageStream<TrustV1.FollowEpochsRequest>, responses: MessageWriter<TrustV1.FollowEpochsResponse>,
        context: CallContext
    ) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: TrustV1.FollowEpochsResponse.self)
        let isDown = state.withLock { state in
            if !state.isDown { state.streams.append(continuation) }
            return state.isDown
        }
        guard !isDown else { throw RPCError(code: .unavailable, message: "the stream is down") }
        heard.add(.opened)
        defer { heard.add(.ended) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await response in stream { try await responses.send(response) } }
            tasks.addTask { [heard] in
                var isFirst = true
                while let request = try await requests.next() {
                    switch request.content {
                    case .report(let report):
                        if isFirst, let missed = self.missed(by: report) { continuation.yield(missed) }
                        isFirst = false
                        heard.add(.report(report))
                    case .acknowledgement(let acknowledgement): heard.add(.acknowledgement(acknowledgement))
                    case .refusal(let refusal): heard.add(.refusal(refusal))
                    case .cutEstimate(let estimate): heard.add(.estimate(estimate))
                    case nil: break
                    }
                }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }
}
