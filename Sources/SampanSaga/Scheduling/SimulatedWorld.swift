internal import SampanDomain
internal import SampanTestSupport
internal import Synchronization

/// Time, turns and accidents of one run. Everything that happens follows from the seed and the faults: the same run happens again, to the
/// last turn.
///
/// One thread runs it. The locks are never waited for; they are there so that the compiler can see that nothing else is needed.
final class SimulatedWorld: Sendable {
    private struct State {
        var time: Int64
        var timers = TimerHeap()
        var random: SeededRandom
        var faults: SimulatedFaults
        var points: [SimulatedPoint] = []
        var trace: UInt64 = 0xCBF2_9CE4_8422_2325
        var lines: [String]?
        var processes: [SimulatedProcess] = []
        var violation: String?
        var crash: (@Sendable (SimulatedProcess) -> Void)?
        var effect: (@Sendable () -> Void)?
        /// Processes that are killed as soon as their write is done.
        var doomed: [ObjectIdentifier] = []
    }

    /// 2026-11-18 08:00 in China.
    static let begin = UnixTime(nanoseconds: 1_795_000_000 * 1_000_000_000)
    /// More of them before anybody waits is a loop.
    private static let turnsOfOneMoment = 100_000
    private let state: Mutex<State>
    /// Turns are taken in the order of arrival, or as the seed says.
    private let isShuffled: Bool

    init(seed: UInt64, faults: SimulatedFaults, isShuffled: Bool, keepsLines: Bool) {
        self.isShuffled = isShuffled
        state = Mutex(
            State(
                time: Self.begin.nanoseconds, random: SeededRandom(seed: seed), faults: faults, lines: keepsLines ? [] : nil))
    }

    // MARK: What a run came to

    var points: [SimulatedPoint] { state.withLock { $0.points } }
    var trace: UInt64 { state.withLock { $0.trace } }
    var lines: [String] { state.withLock { $0.lines ?? [] } }
    var violation: String? { state.withLock { $0.violation } }

    /// The first one counts.
    func violate(_ text: String) {
        note("VIOLATION", text)
        state.withLock { if $0.violation == nil { $0.violation = text } }
    }

    func note(_ what: StaticString, _ detail: @autoclosure () -> String = "") {
        state.withLock { state in
            var hash = state.trace
            for byte in what.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            state.trace = (hash ^ UInt64(bitPattern: state.time)) &* 0x100_0000_01B3
            if state.lines != nil {
                let seconds = Double(state.time - Self.begin.nanoseconds) / 1e9
                state.lines?.append("\(seconds) s: \(what) \(detail())")
            }
        }
    }

    // MARK: Chance

    func random(in range: ClosedRange<Int>) -> Int { state.withLock { Int.random(in: range, using: &$0.random) } }

    /// No more accidents from now on.
    func calm() { state.withLock { if case .random = $0.faults { $0.faults = .none } } }

    /// What goes wrong at the place to which the run has come.
    func fault(at point: SimulatedPoint) -> SimulatedFault? {
        state.withLock { state in
            let index = state.points.count
            state.points.append(point)
            switch state.faults {
            case .at(let faults): return faults[index].flatMap { point.faults.contains($0) ? $0 : nil }
            case .random(let permille):
                guard Int.random(in: 0..<1_000, using: &state.random) < permille else { return nil }
                return point.faults.randomElement(using: &state.random)
            }
        }
    }

    // MARK: Time

    var now: UnixTime { UnixTime(nanoseconds: state.withLock { $0.time }) }

    func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.timers.add(at: $0.time + max(0, delay.nanoseconds), isWait: false, action) }
    }

    /// Waits, or returns early when the task is cancelled.
    func pause(_ time: Duration) async {
        let waiting = SimulatedWait()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if waiting.set(continuation) { wake(after: time, waiting) }
            }
        } onCancel: {
            waiting.end()
        }
    }

    private func wake(after time: Duration, _ waiting: SimulatedWait) {
        state.withLock { $0.timers.add(at: $0.time + max(0, time.nanoseconds), isWait: true) { waiting.end() } }
    }

    // MARK: Turns

    func adopt(_ process: SimulatedProcess) { state.withLock { $0.processes.append(process) } }

    /// - Parameters:
    ///   - crash: what follows when a process was killed by a fault.
    ///   - effect: called when something has changed that stays.
    func follow(crash: @escaping @Sendable (SimulatedProcess) -> Void, effect: @escaping @Sendable () -> Void) {
        state.withLock { ($0.crash, $0.effect) = (crash, effect) }
    }

    func crashed(_ process: SimulatedProcess) {
        note("killed", process.name)
        process.kill()
        state.withLock { $0.crash }?(process)
    }

    /// The process is killed when the write that it is about is done.
    func leaveCrash(to process: SimulatedProcess) { state.withLock { $0.doomed.append(ObjectIdentifier(process)) } }

    func takeCrash(of process: SimulatedProcess) -> Bool {
        state.withLock { state in
            guard let place = state.doomed.firstIndex(of: ObjectIdentifier(process)) else { return false }
            state.doomed.remove(at: place)
            return true
        }
    }

    func hasEffect() { state.withLock { $0.effect }?() }

    /// Runs until `isOver` (asked whenever nobody has anything to do but wait) or a violation; a run that does neither by `end` is one.
    func run(until end: UnixTime, isOver: () -> Bool, standing: () -> String) {
        var turns = 0
        while violation == nil {
            if runOne() {
                turns += 1
                if turns > Self.turnsOfOneMoment { violate("turns without end, and no time passes: \(standing())") }
                continue
            }
            turns = 0
            guard !isOver() else { return }
            guard let (due, action) = state.withLock({ $0.timers.take() }) else {
                return violate("everybody waits, and nobody is waited for: \(standing())")
            }
            guard due <= end.nanoseconds else { return violate("it does not come to an end: \(standing())") }
            state.withLock { $0.time = max($0.time, due) }
            action()
        }
    }

    /// Kills everybody and lets all tasks end, so that nothing of this run is left.
    func end() {
        let (processes, waits) = state.withLock { state in
            let waits = state.timers.waits
            state.timers = TimerHeap()
            (state.crash, state.effect) = (nil, nil)
            state.faults = .none
            return (state.processes, waits)
        }
        for process in processes { process.kill() }
        for wake in waits { wake() }
        while runOne() {}
        if let left = processes.first(where: { !$0.isOver }) {
            violate("\(left.taskCount) tasks of \(left.name) do not end when it is killed")
        }
        state.withLock { $0.processes = [] }
    }

    private func runOne() -> Bool {
        let processes = state.withLock { state in
            if state.processes.count > 16 { state.processes.removeAll(where: \.isOver) }
            return state.processes
        }
        let ready = processes.reduce(0) { $0 + $1.readyCount }
        guard ready > 0 else { return false }
        var place = isShuffled ? random(in: 0...ready - 1) : 0
        for process in processes {
            let count = process.readyCount
            if place < count {
                process.run(at: place)
                return true
            }
            place -= count
        }
        return false
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
