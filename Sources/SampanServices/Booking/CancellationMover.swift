package import Logging
internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanRPC

/// Wakes the mover of cancellations.
package struct CancellationSignal: Sendable {
    let signal = MoverSignal()

    package init() {}

    package func fire() { signal.fire() }
}

/// What becomes of the money of a booking that the HIS has taken back.
package enum ReversedPayment: Sendable, Equatable {
    case refunding
    /// It was not paid here.
    case elsewhere
    /// The HIS has posted it and the outcome is still on its way: ask again.
    case notPostedYet
}

/// Learns from the HIS what it has cancelled (停诊, 退号; also what a window stopped), tells the holders, and has their money given back.
///
/// ```
///  HIS: cancellations 1, 2, 3 … ──ask──► notices, durable, pending ──reverse──► started (the payment refunds itself) | elsewhere
/// ```
/// It keeps nothing in memory: after a crash it goes on behind the last notice that is kept, and with the refunds that are pending.
package struct CancellationMover: Sendable {
    /// The HIS may cancel without anybody outside having asked: how often it is asked.
    private static let interval: Duration = .seconds(5)
    private static let page: UInt32 = 200

    private let line: HospitalLine
    private let notices: NoticeStore
    private let signal: CancellationSignal
    private let reverse: @Sendable (StoredNotice) async throws -> ReversedPayment
    private let pause: @Sendable (Duration) async -> Void
    private let log: Logger

    /// - Parameters:
    ///   - reverse: starts the refund of a notice's payment; asked again after a crash, so it has to be idempotent.
    ///   - pause: waits, or returns early when the task is cancelled.
    package init(
        line: HospitalLine, notices: NoticeStore, signal: CancellationSignal,
        reverse: @escaping @Sendable (StoredNotice) async throws -> ReversedPayment, log: Logger,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.line = line
        self.notices = notices
        self.signal = signal
        self.reverse = reverse
        self.log = log
        self.pause = pause
    }

    /// Goes on until its task is cancelled.
    package func run() async {
        var wasSilent = false
        while !Task.isCancelled {
            do {
                try await settlePending()
                while try await learn() { try await settlePending() }
                wasSilent = false
            } catch {
                guard !Task.isCancelled else { return }
                // The inside may be away for hours: said once.
                if !wasSilent { log.warning("cancellations of the HIS are not known now", metadata: ["reason": "\(error)"]) }
                wasSilent = true
            }
            await signal.signal.wait(atMost: Self.interval, pause: pause)
        }
    }

    /// Whether there was anything new.
    func learn() async throws -> Bool {
        let question = GatewayV1.ListCancellationsQuestion(after: UInt64(clamping: try await notices.last()), limit: Self.page)
        guard case .listCancellations(let answer) = try await line.ask(.listCancellations(question), for: "") else {
            throw HospitalLine.strangeAnswer
        }
        guard !answer.cancellations.isEmpty else { return false }
        try await notices.append(try answer.cancellations.map { try StoredNotice($0) })
        return true
    }

    func settlePending() async throws {
        for notice in try await notices.pending() {
            do {
                switch try await reverse(notice) {
                case .refunding: try await notices.settle(notice.number, as: Int64(BookingV1.NoticeRefund.started.rawValue))
                case .elsewhere: try await notices.settle(notice.number, as: Int64(BookingV1.NoticeRefund.elsewhere.rawValue))
                case .notPostedYet: break
                }
            } catch {
                log.error(
                    "a cancelled booking's money could not be given back yet",
                    metadata: ["hold": "\(notice.holdNumber)", "out_trade_no": "\(notice.outTradeNo)", "reason": "\(error)"])
            }
        }
    }
}
