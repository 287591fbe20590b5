package import SampanAPI
internal import Synchronization

/// Questions to the HIS that wait for the inside to pull them, and callers that wait for answers. In memory: a question changes nothing, so
/// one that is lost with its process is asked again by whoever still wants to know, and no patient's answer ever lies on the outside's
/// disk.
///
/// A question that was handed out and not answered in `patience` is handed out again: whoever took it may be dead, and reading twice is
/// harmless.
package final class InquiryBoard: Sendable {
    package typealias Answer = GatewayV1.InquiryAnswer.Answer

    private struct Open {
        let inquiry: GatewayV1.Inquiry
        let continuation: CheckedContinuation<Answer?, Never>
    }

    private struct State {
        var open: [UInt64: Open] = [:]
        /// Not handed out yet, oldest first; some of them may not be open any more.
        var fresh: [UInt64] = []
        /// Handed out, oldest first.
        var handed: [(id: UInt64, at: ContinuousClock.Instant)] = []
        var waiters: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var lastID: UInt64
    }

    private let state: Mutex<State>
    private let maximumOpen: Int
    private let patience: Duration
    private let monotonic: @Sendable () -> ContinuousClock.Instant

    /// - Parameters:
    ///   - firstID: a number of chance: an answer to a question of an earlier process must not meet one of this.
    ///   - maximumOpen: questions that may wait; a question takes a few hundred bytes.
    ///   - patience: for an answer; 1 s: the HIS answers in milliseconds.
    package init(
        firstID: UInt64 = .random(in: 1...(1 << 62)), maximumOpen: Int = 20_000, patience: Duration = .seconds(1),
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        state = Mutex(State(lastID: firstID))
        self.maximumOpen = maximumOpen
        self.patience = patience
        self.monotonic = monotonic
    }

    /// The inside's answer; nil when the task is cancelled, or too many questions are open already.
    package func ask(_ question: GatewayV1.Inquiry.Question, for asker: String) async -> Answer? {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Bool, Never>?) in
                    // Set before the handler below runs: a cancellation is seen either here or there.
                    guard !Task.isCancelled, state.open.count < maximumOpen else { return (false, nil) }
                    state.open[id] = Open(
                        inquiry: GatewayV1.Inquiry(id: id, asker: asker, question: question), continuation: continuation)
                    state.fresh.append(id)
                    return (true, state.waiters.isEmpty ? nil : state.waiters.removeFirst().continuation)
                }
                if !isTaken { continuation.resume(returning: nil) }
                waiter?.resume(returning: true)
            }
        } onCancel: {
            let open = state.withLock { $0.open.removeValue(forKey: id) }
            open?.continuation.resume(returning: nil)
        }
    }

    /// The oldest questions that nobody is answering.
    package func claim(limit: Int) -> [GatewayV1.Inquiry] {
        let now = monotonic()
        return state.withLock { state in
            while let first = state.handed.first, first.at.duration(to: now) >= patience || state.open[first.id] == nil {
                state.handed.removeFirst()
                if state.open[first.id] != nil { state.fresh.append(first.id) }
            }
            var taken: [GatewayV1.Inquiry] = []
            var looked = 0
            for id in state.fresh {
                guard taken.count < limit else { break }
                looked += 1
                guard let open = state.open[id] else { continue }
                taken.append(open.inquiry)
                state.handed.append((id, now))
            }
            state.fresh.removeFirst(looked)
            return taken
        }
    }

    /// True as soon as a question comes that nobody has taken, or when there is one; false when the task is cancelled.
    package func wait() async -> Bool {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    if state.fresh.contains(where: { state.open[$0] != nil }) { return true }
                    state.waiters.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
    }

    /// One that nobody waits for any more is dropped.
    package func answer(_ answer: GatewayV1.InquiryAnswer) {
        guard let content = answer.answer else { return }
        let open = state.withLock { $0.open.removeValue(forKey: answer.id) }
        open?.continuation.resume(returning: content)
    }

    /// Questions right now.
    package var openCount: Int { state.withLock { $0.open.count } }
}
