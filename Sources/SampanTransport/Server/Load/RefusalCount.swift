internal import Synchronization

/// Counts refusals of all loops of a server. Safe from any thread.
final class RefusalCount: Sendable {
    private let rate = Atomic<Int>(0)
    private let concurrency = Atomic<Int>(0)
    private let retries = Atomic<Int>(0)
    private let overload = Atomic<Int>(0)

    func add(_ refusal: LoadRefusal) {
        switch refusal {
        case .rate: rate.add(1, ordering: .relaxed)
        case .concurrency: concurrency.add(1, ordering: .relaxed)
        case .retries: retries.add(1, ordering: .relaxed)
        case .overload: overload.add(1, ordering: .relaxed)
        }
    }

    var current: RefusedCalls {
        var calls = RefusedCalls()
        calls.byRate = rate.load(ordering: .relaxed)
        calls.byConcurrency = concurrency.load(ordering: .relaxed)
        calls.byRetryBudget = retries.load(ordering: .relaxed)
        calls.byOverload = overload.load(ordering: .relaxed)
        return calls
    }
}
