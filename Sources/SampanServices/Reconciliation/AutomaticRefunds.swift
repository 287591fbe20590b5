package import Logging
internal import SampanDomain
internal import SampanReconciliation
package import SampanStorage

/// Makes the refunds that a rule makes (RC-04): takes up every break in `refunding`, also after a crash, and writes down what came of it.
///
/// It holds nothing that a crash could lose: the break's step says that a refund is due, and the payment's refund number makes it one.
package final class AutomaticRefunds: Sendable {
    private let books: any Database
    private let remedy: PaymentRemedy
    private let configuration: PaymentEngineConfiguration
    private let log: Logger
    private let signal = MoverSignal()

    /// Breaks that are seen to at once. 16: as many questions to a channel as it answers in a second.
    private static let page = 16

    package init(books: any Database, remedy: PaymentRemedy, configuration: PaymentEngineConfiguration, log: Logger) {
        self.books = books
        self.remedy = remedy
        self.configuration = configuration
        self.log = log
    }

    /// A run was recorded: there may be something to do.
    package func wake() { signal.fire() }

    /// Goes on until its task is cancelled.
    package func run() async {
        var last: Int64 = 0
        var isPending = false
        while !Task.isCancelled {
            let (after, limit) = (last, Self.page)
            let due: [BreakRecord]
            do throws(BreakRefusal) {
                due = try await books.read(BreakRefusal.self) { tx in try BreakRows.refunding(after: after, limit: limit, tx) }
            } catch {
                log.error("breaks cannot be read", metadata: ["reason": "\(error)"])
                await configuration.pause(configuration.longestBackoff)
                continue
            }
            isPending = await refund(due) || isPending
            if let end = due.last, due.count == limit {
                last = end.number
                continue
            }
            // All were seen. Those that are under way are looked at again soon, new ones at once.
            last = 0
            let wait: Duration = isPending ? configuration.longestBackoff : .seconds(3_600)
            isPending = false
            await signal.wait(atMost: wait, pause: configuration.pause)
        }
    }

    /// True when one of them is not at its end.
    private func refund(_ due: [BreakRecord]) async -> Bool {
        await withTaskGroup(of: Bool.self) { tasks in
            for record in due { tasks.addTask { await self.refund(record) } }
            var isPending = false
            for await isDone in tasks where !isDone { isPending = true }
            return isPending
        }
    }

    private func refund(_ record: BreakRecord) async -> Bool {
        do {
            let result: Result<String, BreakResolution.HandedOver>
            switch try await outcome(record) {
            case .underWay: return false
            case .refunded(let number): result = .success(number.text)
            case .person(let reason): result = .failure(BreakResolution.HandedOver(reason))
            }
            let now = configuration.now()
            try await books.write(BreakRefusal.self) { tx in try BreakResolution.finishRefund(record, result, now: now, tx) }
            log.notice("a break was dealt with by its rule", metadata: ["break": "\(record.number)", "result": "\(result)"])
            return true
        } catch {
            if !Task.isCancelled {
                log.warning("a refund of a break could not be made", metadata: ["break": "\(record.number)", "reason": "\(error)"])
            }
            return false
        }
    }

    private func outcome(_ record: BreakRecord) async throws -> PaymentRemedy.Outcome {
        guard let order = try? OutTradeNo(record.found.order) else { return .person("the order number cannot be one of the platform") }
        switch record.found.action {
        case .refundPayer: return try await remedy.refundClosed(order)
        case .repeatRefund:
            guard let number = try? RefundNo(record.found.refund) else { return .person("the refund number cannot be one of the platform") }
            return try await remedy.repeatRefund(order, as: number)
        default: return .person("no rule for \(record.found.action.rawValue)")
        }
    }
}
