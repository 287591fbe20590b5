internal import SampanAPI
internal import SampanRPC
internal import Synchronization

/// One node's stream: what it holds, what it was sent, and what it is to be sent next. Whoever writes to the stream waits for `wakes`; all
/// others only leave word here, so that a node that reads slowly holds nobody.
final class Follower: Sendable {
    enum Item: Sendable, Equatable {
        case epoch(UInt64)
        case question(TrustV1.CutQuestion)
        case upToDate(UInt64)
    }

    private struct State {
        /// The last epoch that the node has, or was sent.
        var position: UInt64?
        /// Nanoseconds of the counting clock at which it was sent that.
        var sentAt: Int64?
        var serial: [UInt8] = []
        var owesAnswer = false
        var questions: [TrustV1.CutQuestion] = []
    }

    /// Questions that wait for a slow node. More than one admin asks at a time; more than eight is a loop.
    private static let questionLimit = 8
    /// Nanoseconds in which what was sent may be on its way still: a report from before it asks for nothing again. 5 s, half of what
    /// lies between two reports.
    private static let flightTime: Int64 = 5_000_000_000

    let node: PeerIdentity
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let state = Mutex(State())

    init(node: PeerIdentity) {
        self.node = node
        (wakes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Something may be there to be sent.
    func wake() { continuation.yield() }

    /// The stream ends: another has taken its place, or the node has gone.
    func end() { continuation.finish() }

    /// The node has said what it holds.
    func reported(_ number: UInt64, serial: [UInt8], at uptime: Int64) {
        state.withLock { state in
            let isInFlight = state.sentAt.map { uptime - $0 < Self.flightTime } ?? false
            let isSame = state.serial == serial
            // What failed at the node is offered again with its next report, or at once when it has another certificate.
            if state.position.map({ number >= $0 || !isInFlight || !isSame }) ?? true { state.position = number }
            state.serial = serial
            state.owesAnswer = true
        }
        wake()
    }

    func ask(_ question: TrustV1.CutQuestion) {
        state.withLock { state in
            if state.questions.count < Self.questionLimit { state.questions.append(question) }
        }
        wake()
    }

    /// What is to be sent next; nil for nothing, or before the first report.
    func next(newest: UInt64, at uptime: Int64) -> Item? {
        state.withLock { state in
            guard let position = state.position else { return nil }
            if !state.questions.isEmpty { return .question(state.questions.removeFirst()) }
            if position < newest {
                state.position = position + 1
                state.sentAt = uptime
                state.owesAnswer = false
                return .epoch(position + 1)
            }
            guard state.owesAnswer else { return nil }
            state.owesAnswer = false
            return .upToDate(newest)
        }
    }
}
