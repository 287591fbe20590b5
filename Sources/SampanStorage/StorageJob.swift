/// A closure of a caller, waiting for a storage thread. `Base` erases the types of result and error.
///
/// `@unchecked Sendable`: `result` is touched only by the one thread that took the job from its queue; `body` and
/// `continuation` are immutable and Sendable.
final class StorageJob<Value: Sendable, Failure: StorageFailure>: AnyStorageJob, @unchecked Sendable {
    private let body: @Sendable (borrowing Transaction) throws -> Value
    private let continuation: CheckedContinuation<Result<Value, Failure>, Never>
    private var result: Result<Value, Failure>?

    init(
        body: @escaping @Sendable (borrowing Transaction) throws -> Value,
        continuation: CheckedContinuation<Result<Value, Failure>, Never>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func attempt(_ transaction: borrowing Transaction) -> Bool {
        do {
            result = .success(try body(transaction))
            return true
        } catch {
            result = .failure(Failure(of: error))
        }
        return false
    }

    func settle() {
        continuation.resume(returning: result ?? .failure(.storage(StorageError(kind: .misuse, message: "the job was never run"))))
    }

    func fail(_ error: StorageError) {
        continuation.resume(returning: .failure(.storage(error)))
    }
}

/// What a storage thread knows of a job: exactly one of `settle` and `fail` is called, once, as the last thing.
protocol AnyStorageJob: AnyObject, Sendable {
    /// Runs the closure and keeps its result; true when it did not throw.
    func attempt(_ transaction: borrowing Transaction) -> Bool
    /// Gives the kept result to the caller.
    func settle()
    func fail(_ error: StorageError)
}
