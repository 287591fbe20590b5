internal import Synchronization

/// One life of an operating system process in the simulation: tasks that take turns on the one thread, in an order that the world tells.
///
/// A process that is killed is not torn out of memory: its tasks are cancelled, and whatever they still ask of disks, lines, channel and
/// clock fails at once. So they end by themselves, without an effect, as a process does that nobody hears any more.
final class SimulatedProcess: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var cancellations: [Int: @Sendable () -> Void] = [:]
        var lastTask = 0
        var isAlive = true
        var isStopped = false
    }

    /// What it is for, which says what follows when it is killed.
    enum Role: Sendable {
        case gateway
        case worker(Int)
        /// People and the channel, who are not ours to kill.
        case outsider
    }

    let name: String
    let role: Role
    let world: SimulatedWorld
    private let state = Mutex(State())

    init(_ name: String, _ role: Role, _ world: SimulatedWorld) {
        (self.name, self.role, self.world) = (name, role, world)
        world.adopt(self)
    }

    var isAlive: Bool { state.withLock { $0.isAlive } }
    /// Alive or not, it has nothing left to do and never will have.
    var isOver: Bool { state.withLock { !$0.isAlive && $0.cancellations.isEmpty && $0.jobs.isEmpty } }
    var taskCount: Int { state.withLock { $0.cancellations.count } }

    // MARK: Turns

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Jobs that could run now.
    var readyCount: Int { state.withLock { $0.isStopped ? 0 : $0.jobs.count } }

    /// Runs the job at a place of those that are ready.
    func run(at place: Int) {
        let job = state.withLock { state in state.jobs.remove(at: place) }
        unsafe job.runSynchronously(on: asUnownedTaskExecutor())
    }

    // MARK: Life

    /// Runs `body` as a part of this process, which ends with it.
    @discardableResult
    func start<T: Sendable>(_ body: @escaping @Sendable () async -> T) -> Task<T, Never> {
        let number = state.withLock { state in
            state.lastTask += 1
            // Until the task is known, so that the process is not over before it has begun.
            state.cancellations[state.lastTask] = {}
            return state.lastTask
        }
        let task = Task(executorPreference: self) { [self] in
            let result = await body()
            state.withLock { $0.cancellations[number] = nil }
            return result
        }
        let isAlive = state.withLock { state in
            state.cancellations[number] = { task.cancel() }
            return state.isAlive
        }
        if !isAlive { task.cancel() }
        return task
    }

    /// SIGKILL.
    func kill() {
        let cancellations = state.withLock { state in
            (state.isAlive, state.isStopped) = (false, false)
            return state.cancellations.sorted { $0.key < $1.key }
        }
        for (_, cancel) in cancellations { cancel() }
    }

    /// SIGTERM: it is asked to end, and may finish what it is at.
    func ask() {
        for (_, cancel) in state.withLock({ $0.cancellations.sorted { $0.key < $1.key } }) { cancel() }
    }

    /// SIGSTOP and SIGCONT.
    func stop(_ isStopped: Bool) {
        state.withLock { if $0.isAlive { $0.isStopped = isStopped } }
    }
}
