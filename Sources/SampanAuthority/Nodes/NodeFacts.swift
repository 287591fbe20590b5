internal import SampanDomain
internal import SampanMesh
internal import SampanRPC
internal import Synchronization

/// What nodes say of themselves, and what is not in the journal: it would be a line for each node every 10 s.
final class NodeFacts: Sendable {
    /// Of one node, as far as it has said.
    struct Fact: Sendable {
        /// By our clock on the wall.
        var lastSeenAt: UnixTime?
        /// Nanoseconds: its clock minus ours, as its report arrived.
        var skew: Int64?
        var version = ""
        /// 0 until it has said.
        var protocolLevel: UInt32 = 0
        var connections: UInt32 = 0
        var streams: UInt32 = 0
        /// Since it acknowledged last, for people.
        var refusal = ""
    }

    /// What an acknowledgement said.
    struct Cut: Sendable {
        let connections: UInt32
        let streams: UInt32
        /// Nanoseconds of the counting clock, when it was here.
        let at: Int64
    }

    private struct State {
        var presence: NodePresence
        var facts: [PeerIdentity: Fact] = [:]
        /// By number of epoch, the newest ones.
        var cuts: [UInt64: [PeerIdentity: Cut]] = [:]
        /// When epochs were there to be pushed, by the counting clock.
        var beginnings: [UInt64: Int64] = [:]
        var waiting: [UInt64: [AsyncStream<Void>.Continuation]] = [:]
    }

    /// Epochs whose acknowledgements are remembered: an admin looks at the last one.
    private static let epochLimit = 16
    /// Bytes of a node's text that are kept.
    private static let textLimit = 1_024

    private let state: Mutex<State>

    init(startedAt: Int64, absenceLimit: Int64) {
        state = Mutex(State(presence: NodePresence(startedAt: startedAt, absenceLimit: absenceLimit)))
    }

    var presence: NodePresence { state.withLock { $0.presence } }

    func fact(_ node: PeerIdentity) -> Fact { state.withLock { $0.facts[node] } ?? Fact() }

    /// A node was heard of.
    func saw(_ node: PeerIdentity, at now: UnixTime, uptime: Int64, _ change: (inout Fact) -> Void = { _ in }) {
        state.withLock { state in
            state.presence.saw(node, at: uptime)
            var fact = state.facts[node] ?? Fact()
            fact.lastSeenAt = now
            change(&fact)
            fact.version = Self.cut(fact.version, 64)
            fact.refusal = Self.cut(fact.refusal, Self.textLimit)
            state.facts[node] = fact
        }
    }

    func acknowledged(_ number: UInt64, by node: PeerIdentity, _ cut: Cut) {
        let due = state.withLock { state -> [AsyncStream<Void>.Continuation] in
            // Acknowledged again it says 0: the first word counts.
            if state.cuts[number]?[node] == nil { state.cuts[number, default: [:]][node] = cut }
            while state.cuts.count > Self.epochLimit, let oldest = state.cuts.keys.min() { state.cuts[oldest] = nil }
            return state.waiting.filter { $0.key <= number }.flatMap(\.value)
        }
        for continuation in due { continuation.yield() }
    }

    /// An epoch that cuts is there to be pushed.
    func began(_ number: UInt64, at uptime: Int64) {
        state.withLock { state in
            state.beginnings[number] = uptime
            while state.beginnings.count > Self.epochLimit, let oldest = state.beginnings.keys.min() { state.beginnings[oldest] = nil }
        }
    }

    func beginning(of number: UInt64) -> Int64? { state.withLock { $0.beginnings[number] } }

    func cuts(_ number: UInt64) -> [PeerIdentity: Cut] { state.withLock { $0.cuts[number] ?? [:] } }

    /// Something to wait on: it speaks whenever an acknowledgement of this epoch, or of a newer one, has come.
    func acknowledgements(of number: UInt64) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { $0.waiting[number, default: []].append(continuation) }
        return stream
    }

    func endWaiting(for number: UInt64) {
        let ended = state.withLock { $0.waiting.removeValue(forKey: number) } ?? []
        for continuation in ended { continuation.finish() }
    }

    private static func cut(_ text: String, _ bytes: Int) -> String {
        text.utf8.count <= bytes ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(bytes / 4)))
    }
}
