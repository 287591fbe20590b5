/// Tries endpoints in their order and stays with the first that answers (gRFC A62; overlap as in RFC 8305 §5). Sans-IO.
///
/// ```
/// idle ──wanted──► connecting ──connected──► selected ──lost──► idle
///                   │  ▲ a failure, or 250 ms without an answer: the next one too
///                   ▼ all failed
///                 exhausted ──rested──► idle
/// ```
package struct PickFirst: Sendable {
    package enum Action: Sendable, Hashable {
        case none
        /// Connect to this one. While `hasMore`, the next may start after the overlap.
        case connect(Int, hasMore: Bool)
        /// Use this one, and give up these.
        case select(Int, abandoned: [Int])
        /// None has answered: rest, then `rested`.
        case rest
    }

    package enum State: Sendable, Hashable {
        case idle
        case connecting(next: Int, underWay: Set<Int>)
        case selected(Int)
        case exhausted
    }

    /// Time that an address has to itself before the next is tried beside it (RFC 8305 §8).
    package static let overlap: Duration = .milliseconds(250)

    package private(set) var state = State.idle
    private var count = 0

    package init() {}

    /// A new list; `selected` is where the one in use now stands.
    package mutating func replace(count: Int, selected: Int?) {
        self.count = count
        state = selected.map { .selected($0) } ?? .idle
    }

    /// A call needs a connection.
    package mutating func wanted() -> Action {
        guard case .idle = state, count > 0 else { return .none }
        state = .connecting(next: 0, underWay: [])
        return connectNext()
    }

    package mutating func connected(_ index: Int) -> Action {
        guard case .connecting(_, var underWay) = state, underWay.remove(index) != nil else { return .none }
        state = .selected(index)
        return .select(index, abandoned: underWay.sorted())
    }

    package mutating func failed(_ index: Int) -> Action {
        guard case .connecting(let next, var underWay) = state, underWay.remove(index) != nil else { return .none }
        state = .connecting(next: next, underWay: underWay)
        if next < count { return connectNext() }
        guard underWay.isEmpty else { return .none }
        state = .exhausted
        return .rest
    }

    /// The overlap has passed without an answer.
    package mutating func overlapped() -> Action { connectNext() }

    /// The selected one is gone, or takes no more calls.
    package mutating func lost() {
        if case .selected = state { state = .idle }
    }

    package mutating func rested() {
        if case .exhausted = state { state = .idle }
    }

    private mutating func connectNext() -> Action {
        guard case .connecting(let next, let underWay) = state, next < count else { return .none }
        state = .connecting(next: next + 1, underWay: underWay.union([next]))
        return .connect(next, hasMore: next + 1 < count)
    }
}
