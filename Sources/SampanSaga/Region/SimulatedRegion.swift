internal import Logging
internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanRPC
internal import SampanServices
internal import SampanStorage
internal import Synchronization

/// One gateway, its workers inside, callers, payers and a channel, with the code of the product between the simulated disks, lines and
/// clocks.
final class SimulatedRegion: Sendable {
    private struct State {
        var listener: SimulatedListener?
        var workers: [Int: SimulatedProcess] = [:]
        var count: Int
        var lives = 0
        var isChanging = false
    }

    let world: SimulatedWorld
    let disks: SimulatedDisks
    let channel: SimulatedChannel
    let scenario: SagaScenario
    private let bug: PlantedBug?
    private let state: Mutex<State>
    private let log = Logger(label: "saga") { _ in SwiftLogNoOpLogHandler() }

    init(_ scenario: SagaScenario, _ disks: SimulatedDisks, _ world: SimulatedWorld, bug: PlantedBug?) {
        (self.scenario, self.disks, self.world, self.bug) = (scenario, disks, world, bug)
        channel = SimulatedChannel(world)
        state = Mutex(State(count: scenario.workers))
    }

    var listener: SimulatedListener? { state.withLock { $0.listener } }

    /// Starts everything. What is killed comes again.
    func start() {
        startGateway()
        for worker in 0..<scenario.workers { startWorker(worker, of: scenario.workers) }
    }

    /// Puts something that was killed on its feet again, as the system's supervisor does.
    func killed(_ process: SimulatedProcess) {
        switch process.role {
        case .gateway:
            state.withLock { $0.listener = nil }
            world.after(restartDelay) { self.startGateway() }
        case .worker(let worker):
            do { try disks.his.losePower() } catch { world.violate("\(error)") }
            let (isKnown, count, isChanging) = state.withLock { ($0.workers[worker] === process, $0.count, $0.isChanging) }
            if isChanging {
                finishChange()
            } else if isKnown {
                world.after(restartDelay) { self.startWorker(worker, of: count) }
            }
        case .outsider: world.violate("\(process.name) is not to be killed")
        }
    }

    private var restartDelay: Duration { .milliseconds(world.random(in: 100...1_000)) }

    // MARK: The gateway

    private func startGateway() {
        let process = SimulatedProcess("gateway", .gateway, world)
        process.start { [self] in
            do {
                try await serve(process)
            } catch {
                // It could not open its files: its supervisor starts it again.
                if process.isAlive { world.crashed(process) }
            }
        }
    }

    private func serve(_ process: SimulatedProcess) async throws {
        let world = world
        let now: @Sendable () -> UnixTime = { world.now }
        let requests = try await RequestStore.open(database: process.open(disks.requests)) { Self.instant(world.now) }
        let payments = PaymentStore(database: process.open(disks.payments))
        let configuration = PaymentEngineConfiguration(
            orderLifetime: SagaScenario.orderLifetime, jitter: { world.random(in: 80...120) }, now: now, pause: { await world.pause($0) })
        let engine = PaymentEngine(
            store: payments, channel: SimulatedChannelLine(channel: channel, process: process, bug: bug),
            queue: PaymentQueue(requests: requests, digest: { $0 }, lifetime: SagaScenario.requestLifetime, scheme: .local),
            configuration: configuration, log: log)
        let institutions = try InstitutionDirectory(codes: [SimulatedDisks.institution], scheme: .local)
        let caller = try PeerIdentity(trustDomain: "saga", role: .hospital, institution: SimulatedDisks.institution, node: "n1")
        let services = InProcessCaller(
            [
                FerryDesk(store: requests, now: now, pause: { await world.pause($0) }),
                PaymentDesk(store: payments, engine: engine, institutions: institutions, configuration: configuration, digest: { $0 }),
                ChannelNotificationDesk(engine: engine),
            ], as: caller)
        guard process.isAlive else { return }
        state.withLock { $0.listener = SimulatedListener(process: process, services: services) }
        world.note("gateway listens")
        await engine.run()
    }

    // MARK: The workers

    /// - Parameter isTwin: beside the one that there is.
    private func startWorker(_ worker: Int, of count: Int, isTwin: Bool = false) {
        let life = state.withLock { state in
            state.lives += 1
            return state.lives
        }
        let process = SimulatedProcess("worker \(worker) of \(count)", .worker(worker), world)
        if !isTwin { state.withLock { $0.workers[worker] = process } }
        process.start { [self] in
            do {
                try await work(process, worker, count, life)
            } catch {
                world.violate("a worker cannot start: \(error)")
            }
            ended(process)
        }
    }

    private func work(_ process: SimulatedProcess, _ worker: Int, _ count: Int, _ life: Int) async throws {
        let (world, skew) = (world, scenario.skew)
        let database = process.open(disks.his)
        let store = HISStore(database: database)
        let base: any HISAdapter = bug == .inboxApart ? SplitHIS(base: store, database: database) : store
        let worker = try FerryWorker(
            WorkerConfiguration(worker: worker, count: count, session: "life\(life)", scheme: .local),
            gateway: SimulatedLine(process: process) { self.listener },
            his: SimulatedHIS(base: base, process: process, bug: bug),
            time: WorkerTime(
                wall: { world.now.advanced(byNanoseconds: skew.nanoseconds) }, monotonic: { Self.instant(world.now) },
                pause: { await world.pause($0) }, jitter: { world.random(in: 80...120) }),
            log: log, executor: process)
        await worker.run()
    }

    /// A worker that ended by itself: it was asked to, or another has taken its place.
    private func ended(_ process: SimulatedProcess) {
        guard process.isAlive else { return }
        process.kill()
        state.withLock { state in
            if let worker = state.workers.first(where: { $0.value === process })?.key { state.workers[worker] = nil }
        }
        finishChange()
        revive()
    }

    /// The supervisor starts again what ended without being asked to.
    private func revive() {
        let missing = state.withLock { state in
            state.isChanging ? [] : (0..<state.count).filter { state.workers[$0] == nil }
        }
        let count = state.withLock { $0.count }
        for worker in missing {
            world.after(.seconds(1)) { [self] in
                let isMissing = state.withLock { !$0.isChanging && $0.count == count && $0.workers[worker] == nil }
                if isMissing { startWorker(worker, of: count) }
            }
        }
    }

    // MARK: Upsets

    func upset(_ upset: SagaScenario.Upset) {
        world.note("upset", "\(upset)")
        switch upset {
        case .stop(let worker, let time):
            guard let process = state.withLock({ $0.workers[worker] }) else { return }
            process.stop(true)
            world.after(time) { process.stop(false) }
        case .count(let count): change(to: count)
        case .twin(let worker):
            let count = state.withLock { $0.count }
            if worker < count { startWorker(worker, of: count, isTwin: true) }
        case .killGateway: if let process = listener?.process { world.crashed(process) }
        case .killWorker(let worker): if let process = state.withLock({ $0.workers[worker] }), process.isAlive { world.crashed(process) }
        case .forgedNotices, .repeatedCalls: break
        }
    }

    /// As `SIGHUP` to the supervisor: those that are there finish what they have, then as many as are wanted start.
    private func change(to count: Int) {
        let workers = state.withLock { state -> [SimulatedProcess] in
            guard !state.isChanging else { return [] }
            (state.isChanging, state.count) = (true, count)
            return state.workers.values.filter(\.isAlive).sorted { $0.name < $1.name }
        }
        for process in workers {
            process.ask()
            // It has ten seconds; then it is killed, also where it stands still.
            world.after(.seconds(10)) { [self] in
                guard process.isAlive else { return }
                process.stop(false)
                process.kill()
                world.note("killed", process.name)
                finishChange()
            }
        }
        finishChange()
    }

    private func finishChange() {
        let next = state.withLock { state -> Int? in
            guard state.isChanging, state.workers.values.allSatisfy({ !$0.isAlive }) else { return nil }
            state.isChanging = false
            state.workers = [:]
            return state.count
        }
        if let next { for worker in 0..<next { startWorker(worker, of: next) } }
    }

    private static func instant(_ time: UnixTime) -> ContinuousClock.Instant {
        Self.origin + .nanoseconds(time.nanoseconds - SimulatedWorld.begin.nanoseconds)
    }

    private static let origin = ContinuousClock.now
}
