internal import Glibc
internal import Synchronization

/// A thread of the storage layer: SQLite blocks, so it never runs on a task's thread.
enum StorageThread {
    /// Starts a detached thread that makes its own resource with `make`, tells this call whether that worked, and then runs `serve`
    /// (with nil when it did not). What `make` returns never leaves the thread, so it need not be Sendable.
    static func start<Resource>(
        make: @escaping @Sendable () throws(StorageError) -> Resource, serve: @escaping @Sendable (Resource?) -> Void
    ) throws(StorageError) {
        let started = WorkQueue<Result<Void, StorageError>>(limit: 1)
        try run {
            do throws(StorageError) {
                let resource = try make()
                _ = started.append(.success(()))
                serve(resource)
            } catch {
                serve(nil)
                _ = started.append(.failure(error))
            }
        }
        try started.take(upTo: 1)?.first?.get()
    }

    private static func run(_ body: @escaping @Sendable () -> Void) throws(StorageError) {
        let box = unsafe Unmanaged.passRetained(ThreadBody(body))
        var thread = pthread_t()
        let code = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            unsafe box.release()
            throw StorageError(kind: .io, systemError: code, doing: "starting a storage thread")
        }
        pthread_detach(thread)
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Opens once a number of threads have ended; any number of tasks may wait for it.
final class ThreadLatch: Sendable {
    private struct State {
        var running: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(threads: Int) { state = Mutex(State(running: threads)) }

    func threadEnded() {
        let due = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running -= 1
            guard state.running <= 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in due { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.running > 0 { state.waiting.append(continuation) }
                return state.running <= 0
            }
            if isOpen { continuation.resume() }
        }
    }
}
