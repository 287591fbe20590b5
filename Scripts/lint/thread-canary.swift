// Tells whether the thread sanitizer run can be believed: with an argument it must be caught racing, without one it must be silent.
import Synchronization

final class Counter: @unchecked Sendable {
    let guarded = Mutex(0)
    var bare = 0
}

let counter = Counter()
let races = CommandLine.arguments.count > 1
await withTaskGroup(of: Void.self) { tasks in
    for _ in 0..<4 {
        tasks.addTask {
            for _ in 0..<5_000 {
                counter.guarded.withLock { $0 += 1 }
                if races { counter.bare += 1 }
                // Resumed by another task, mostly before it is awaited.
                await withUnsafeContinuation { continuation in Task.detached { continuation.resume() } }
            }
        }
    }
}
