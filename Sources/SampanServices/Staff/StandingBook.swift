internal import SampanDomain
package import SampanMesh
internal import Synchronization

/// Who may act, as the registry has it now, and everybody who follows it. The platform's own board hears of a change in the commit that
/// makes it; others over their streams, the moment after. Safe from any task.
package final class StandingBook: Sendable {
    /// Changes that a follower has not taken yet, each subject once: as many as there are entries, at the most.
    package final class Follower: Sendable {
        private struct State {
            var pending: [StandingSubject: Standing?] = [:]
            var isOver = false
            var waiter: CheckedContinuation<Void, Never>?
        }

        private let state = Mutex(State())

        fileprivate func put(_ changes: [StandingChange]) {
            wake { state in for change in changes { state.pending.updateValue(change.standing, forKey: change.subject) } }
        }

        fileprivate func end() { wake { $0.isOver = true } }

        private func wake(_ body: (inout State) -> Void) {
            let waiter = state.withLock { state in
                body(&state)
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }

        /// What has changed since the last time.
        package func take() -> (changes: [StandingChange], isOver: Bool) {
            state.withLock { state in
                defer { state.pending = [:] }
                return (state.pending.map { StandingChange($0.key, $0.value) }, state.isOver)
            }
        }

        /// Returns when there is something to take, or the task is cancelled. One task at a time.
        package func wait() async {
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isReady = state.withLock { state in
                        guard state.pending.isEmpty, !state.isOver, !Task.isCancelled else { return true }
                        state.waiter = continuation
                        return false
                    }
                    if isReady { continuation.resume() }
                }
            } onCancel: {
                wake { _ in }
            }
        }
    }

    private struct State {
        var known: [StandingSubject: Standing] = [:]
        var followers: [ObjectIdentifier: Follower] = [:]
        var through = UnixTime(nanoseconds: .min)
        var isOver = false
    }

    private let state = Mutex(State())
    private let board: StandingBoard

    /// - Parameter board: of the node that the registry lies on.
    package init(board: StandingBoard) { self.board = board }

    /// Until when effects of the clock have been noticed.
    var through: UnixTime { state.withLock { $0.through } }

    func reach(_ time: UnixTime) { state.withLock { $0.through = max($0.through, time) } }

    /// Everybody, at the start. Called from the writer's thread.
    func begin(_ everybody: [StandingChange], at now: UnixTime) {
        state.withLock { state in
            state.known = Dictionary(everybody.compactMap { change in change.standing.map { (change.subject, $0) } }) { $1 }
            state.through = now
        }
        board.take(everybody, begins: true, isComplete: true)
    }

    /// In commit order, from the writer's thread.
    func publish(_ changes: [StandingChange]) {
        guard !changes.isEmpty else { return }
        let followers = state.withLock { state in
            for change in changes { state.known[change.subject] = change.standing }
            return Array(state.followers.values)
        }
        board.take(changes)
        for follower in followers { follower.put(changes) }
    }

    /// Everybody as of now, and what hears of every change after that.
    package func join() -> (everybody: [StandingChange], follower: Follower) {
        let follower = Follower()
        let everybody = state.withLock { state in
            if state.isOver { follower.end() } else { state.followers[ObjectIdentifier(follower)] = follower }
            return state.known.map { StandingChange($0.key, $0.value) }
        }
        return (everybody, follower)
    }

    package func leave(_ follower: Follower) { state.withLock { _ = $0.followers.removeValue(forKey: ObjectIdentifier(follower)) } }

    /// Ends all that follows: the node goes out of service.
    package func end() {
        let followers = state.withLock { state in
            state.isOver = true
            return Array(state.followers.values)
        }
        for follower in followers { follower.end() }
    }
}
