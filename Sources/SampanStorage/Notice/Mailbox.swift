internal import Synchronization

/// Values for one reader. Bounded by the number of changes that its key can still go through, which is small.
final class Mailbox<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var reader: CheckedContinuation<Value?, Never>?
        var isCancelled = false
    }

    private let state = Mutex(State())

    func put(_ value: Value) {
        let reader = state.withLock { state in
            let reader = state.reader
            state.reader = nil
            if reader == nil { state.values.append(value) }
            return reader
        }
        reader?.resume(returning: value)
    }

    /// The oldest value that was not read yet; waits for one. nil when the task is cancelled. One reader at a time.
    func next() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (ready, displaced) = state.withLock { state -> (Value??, CheckedContinuation<Value?, Never>?) in
                    if !state.values.isEmpty { return (.some(state.values.removeFirst()), nil) }
                    if state.isCancelled { return (.some(nil), nil) }
                    // A second reader would be a defect; the first one is let go instead of being leaked.
                    let displaced = state.reader
                    state.reader = continuation
                    return (nil, displaced)
                }
                displaced?.resume(returning: nil)
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                state.isCancelled = true
                defer { state.reader = nil }
                return state.reader
            }
            reader?.resume(returning: nil)
        }
    }
}
