internal import SampanRPC

/// Turns what an `EndpointSource` says into addresses, again after failures.
///
/// ```
/// idle ──start──► listed ──look up names──► resolved ──again, at most once per interval──► (look up)
///                              └──none found──► resting ──time──► (look up)
/// ```
/// Numeric addresses need no look-up and are handed on at once. Loop-confined.
final class EndpointResolution {
    private unowned let core: ChannelCore
    private let source: any EndpointSource
    private var endpoints: [Endpoint] = []
    private var hasNames = false
    private var isStarted = false
    /// Counts the lists and the look-ups, so that an answer that was overtaken is dropped.
    private var generation = 0
    private var isLookingUp = false
    private var lastLookUp: Int64?
    private(set) var lookUpCount = 0
    private var backoff: Backoff
    private lazy var timer = LoopTimer(core.loop) { [unowned self] in lookUp() }

    init(core: ChannelCore, source: any EndpointSource) {
        self.core = core
        self.source = source
        backoff = Backoff(initial: core.configuration.initialBackoff, maximum: core.configuration.maximumBackoff)
    }

    func start() {
        guard !isStarted else { return }
        isStarted = true
        if let fixed = source as? FixedEndpoints {
            received(fixed.endpoints)
            return
        }
        let (core, loop) = (core, core.loop)
        // Held strongly, until `stop` has the source let go: a weak reference would make every other one to the core slower. Never at
        // once: the source may hold a lock, and what follows here may come back to it.
        source.watch { list in
            loop.submit { core.received(list) }
        }
    }

    func stop() {
        generation += 1
        timer.cancel()
        source.stop()
    }

    func received(_ list: [Endpoint]) {
        endpoints = Array(list.prefix(core.configuration.maximumEndpoints))
        hasNames = endpoints.contains { SocketAddress(host: $0.host, port: $0.port) == nil }
        timer.cancel()
        lookUp()
    }

    /// A connection failed: the names may stand for other addresses now.
    func again() {
        source.refresh()
        guard hasNames, !isLookingUp, !timer.isSet, let lastLookUp else { return }
        let passed = Duration.nanoseconds(core.loop.nowNanoseconds - lastLookUp)
        timer.set(after: max(.zero, core.configuration.lookUpInterval - passed))
    }

    private func lookUp() {
        generation += 1
        guard hasNames else {
            take(.success(endpoints.compactMap(Self.numeric)))
            return
        }
        isLookingUp = true
        lookUpCount += 1
        Self.lookUp(endpoints, generation, for: core)
    }

    private static func lookUp(_ endpoints: [Endpoint], _ generation: Int, for core: ChannelCore) {
        Task {
            let found = await addresses(of: endpoints)
            core.loop.submit { core.found(found, generation) }
        }
    }

    func found(_ result: Result<[EndpointAddress], SocketError>, _ generation: Int) {
        guard generation == self.generation else { return }
        isLookingUp = false
        lastLookUp = core.loop.nowNanoseconds
        take(result)
    }

    private func take(_ result: Result<[EndpointAddress], SocketError>) {
        switch result {
        case .success(let addresses):
            backoff.reset()
            var seen: Set<EndpointAddress> = []
            core.resolved(Array(addresses.filter { seen.insert($0).inserted }.prefix(core.configuration.maximumEndpoints)))
        case .failure(let error):
            timer.set(after: backoff.next(using: &core.random))
            core.resolutionFailed(
                RPCError(code: .unavailable, message: "no connection to \(endpoints.first?.authority ?? ""): \(error)"))
        }
    }

    private static func numeric(_ endpoint: Endpoint) -> EndpointAddress? {
        SocketAddress(host: endpoint.host, port: endpoint.port).map { EndpointAddress($0, of: endpoint) }
    }

    /// Every address, in the order of the list. Names that are not found count for nothing as long as another is; one after
    /// the other, since each look-up takes a thread.
    private static func addresses(of endpoints: [Endpoint]) async -> Result<[EndpointAddress], SocketError> {
        var found: [EndpointAddress] = []
        var failure: SocketError?
        for endpoint in endpoints {
            do throws(SocketError) {
                for address in try await Resolver.resolve(host: endpoint.host, port: endpoint.port) {
                    found.append(EndpointAddress(address, of: endpoint))
                }
            } catch {
                failure = error
            }
        }
        if found.isEmpty, let failure { return .failure(failure) }
        return .success(found)
    }
}
