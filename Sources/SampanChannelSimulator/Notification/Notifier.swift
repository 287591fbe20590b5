package import Logging
package import SampanDomain
internal import Synchronization

/// Moves the outbox: sends every notification until the merchant answers OK, also those of an earlier life of the process.
package final class Notifier: Sendable {
    /// Notifications under way at once: enough for a payment day's peak, few enough for a merchant that hangs.
    private static let maximumInFlight = 64

    private let store: ChannelStore
    private let ladder: NotificationLadder
    private let faults: FaultInjector
    private let time: SimulatorTime
    private let send: @Sendable (OutTradeNo, MessageSpoiling) async throws -> Void
    private let logger: Logger
    private let wakeUps: WakeUps
    private let inFlight = Mutex<Set<OutTradeNo>>([])

    /// - Parameter send: tells the merchant once, spoilt as it is told; returning means OK. It has to end by itself, with a deadline.
    package init(
        store: ChannelStore, wakeUps: WakeUps, ladder: NotificationLadder, faults: FaultInjector, time: SimulatorTime, logger: Logger,
        send: @escaping @Sendable (OutTradeNo, MessageSpoiling) async throws -> Void
    ) {
        self.store = store
        self.wakeUps = wakeUps
        self.ladder = ladder
        self.faults = faults
        self.time = time
        self.logger = logger
        self.send = send
    }

    /// Runs until its task is cancelled. Call it once.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var alarm: Task<Void, Never>?
            defer { alarm?.cancel() }
            wakeUps.wake()
            for await _ in wakeUps.stream {
                alarm?.cancel()
                let next = await start(&group)
                alarm = next.map { self.alarm(after: $0) }
            }
            group.cancelAll()
        }
    }

    /// Sends what is due and returns how long nothing else is; nil when only a wake-up can bring more.
    private func start(_ group: inout DiscardingTaskGroup) async -> Duration? {
        // Taken before the look: what is not under way now can only be started here, so the look finds it as it is.
        let underWay = inFlight.withLock { $0 }
        let pending: [PendingNotification]
        do {
            pending = try await store.pendingNotifications(limit: 2 * Self.maximumInFlight)
        } catch {
            logger.error("the outbox cannot be read", metadata: ["error": "\(error)"])
            return .seconds(1)
        }
        let now = time.now()
        // Each of those under way wakes this up when it ends.
        for notification in pending where !underWay.contains(notification.outTradeNo) {
            guard notification.nextAt <= now else { return notification.nextAt.remaining(from: now) }
            let hasRoom = inFlight.withLock { set in
                set.count < Self.maximumInFlight ? set.insert(notification.outTradeNo).inserted : false
            }
            guard hasRoom else { return nil }
            group.addTask {
                await self.deliver(notification)
                _ = self.inFlight.withLock { $0.remove(notification.outTradeNo) }
                self.wakeUps.wake()
            }
        }
        return nil
    }

    private func deliver(_ notification: PendingNotification) async {
        let order = notification.outTradeNo
        do {
            if try await attempt(order) {
                try await store.delivered(order, now: time.now())
            } else if !Task.isCancelled {
                // Cut by a shutdown, it is due at once when the process comes back.
                let wait = ladder.interval(after: notification.attempts + 1)
                try await store.postpone(order, until: time.now().advanced(by: wait))
            }
        } catch {
            // The row is as it was; it is tried again, but not in a busy loop.
            logger.error("a notification could not be recorded", metadata: ["error": "\(error)"])
            try? await time.sleep(.seconds(1))
        }
    }

    /// True when the merchant answered OK.
    private func attempt(_ order: OutTradeNo) async throws(ChannelError) -> Bool {
        let fault = try await faults.next(.notifyOrder, of: order)
        if fault == .lost { return false }
        do {
            if case .late(let delay) = fault { try await time.sleep(delay) }
            // A forger's copy, which a merchant refuses; then the true one.
            if fault == .forged { try? await send(order, .forged) }
            try await send(order, fault == .forged ? .none : fault?.spoiling ?? .none)
            if fault == .twice { try await send(order, .none) }
            return true
        } catch {
            logger.debug("a notification was not answered with OK", metadata: ["out_trade_no": "\(order)", "error": "\(error)"])
            return false
        }
    }

    private func alarm(after duration: Duration) -> Task<Void, Never> {
        let (time, wakeUps) = (time, wakeUps)
        return Task {
            guard (try? await time.sleep(duration)) != nil else { return }
            wakeUps.wake()
        }
    }
}
