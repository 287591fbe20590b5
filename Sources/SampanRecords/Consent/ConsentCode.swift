internal import SampanDomain

/// The life of a code that was sent to a patient. No clock, no file, no random source inside.
///
///     waiting(tries left) ──right──► used
///        │  └──wrong──► waiting(one less) ─ … ─► exhausted
///        ├──time──► expired
///        └──another code for the same reader──► replaced
///
/// All but `waiting` are ends: nothing leads out of them, so that a code is used once, and a clock that is set back revives none.
struct ConsentCode: Sendable, Equatable {
    enum State: String, Sendable, Equatable, CaseIterable {
        case waiting, used, expired, exhausted, replaced
    }

    enum Event: Sendable, Equatable {
        /// Digits were presented: whether they were the right ones.
        case presented(isRight: Bool)
        /// Another code takes its place.
        case replaced
    }

    enum Action: Sendable, Equatable {
        /// The grant begins, in the transaction that keeps this state.
        case grant
        case refuse(CodeRefusal)
        case nothing
    }

    /// Tries at one code: five out of a million.
    static let mostTries: Int64 = 5
    /// Nanoseconds that a code lives: a patient has to find the phone.
    static let life: Int64 = 300 * 1_000_000_000

    private(set) var state: State
    /// Wrong ones so far.
    private(set) var tries: Int64
    let issuedAt: UnixTime

    init(issuedAt: UnixTime) { (state, tries, self.issuedAt) = (.waiting, 0, issuedAt) }

    init(state: State, tries: Int64, issuedAt: UnixTime) { (self.state, self.tries, self.issuedAt) = (state, tries, issuedAt) }

    var expiresAt: UnixTime { issuedAt.advanced(byNanoseconds: Self.life) }

    mutating func handle(_ event: Event, at now: UnixTime) -> Action {
        guard state == .waiting else { return event == .replaced ? .nothing : .refuse(Self.refusal(of: state)) }
        if now >= expiresAt {
            state = .expired
            return event == .replaced ? .nothing : .refuse(.expired)
        }
        switch event {
        case .replaced:
            state = .replaced
            return .nothing
        case .presented(isRight: true):
            state = .used
            return .grant
        case .presented(isRight: false):
            tries += 1
            if tries >= Self.mostTries { state = .exhausted }
            return .refuse(tries >= Self.mostTries ? .exhausted : .wrong)
        }
    }

    private static func refusal(of state: State) -> CodeRefusal {
        switch state {
        case .waiting: .wrong
        case .used: .used
        case .expired: .expired
        case .exhausted: .exhausted
        case .replaced: .replaced
        }
    }
}
