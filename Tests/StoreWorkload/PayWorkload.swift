import Glibc
import SampanDomain
import SampanServices
import SampanStorage

/// Takes payments through whole lives from many tasks for ever and prints number and version of each step that was acknowledged.
struct PayWorkload {
    let path: String
    /// Sets the numbers of this run apart from those of an earlier one over the same file.
    let life: Int

    func run() async throws {
        let store = try PaymentStore(path: path)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<32 {
                group.addTask {
                    var index = 0
                    while (try? await live("L\(life)-\(task)-\(index)", refuses: (task + index) % 3 == 0, isQuiet: false, store)) != nil {
                        index += 1
                    }
                }
            }
        }
    }

    private func live(_ name: String, refuses: Bool, isQuiet: Bool, _ store: PaymentStore) async throws {
        let now = try UnixTime(chinaText: "2026-11-18 12:00:00")
        let institution = try InstitutionCode("4699010001", scheme: .local)
        let order = try NewPayment(
            outTradeNo: OutTradeNo(name), caller: institution, requestID: RequestID(name), hash: [1], institution: institution,
            kind: .outpatientFee, amount: Money(fen: 123), channel: .wechatPay, command: [1, 2, 3])
        var record = try await store.create(order, now: now)
        acknowledge(record, isQuiet)
        let money = ChannelPayment(transactionID: "T" + name, paidAt: now)
        let outcome: RequestOutcome = refuses ? .rejected(OutcomeReason(constant: "HIS_REFUSED", "no")) : .posted(try ReceiptNumber("H1"))
        for event in [PaymentEvent.paid(money, amount: order.amount), .queued(seq: 1), .decided(outcome)] {
            record = try await store.apply(event, to: order.outTradeNo, expecting: record.version, now: now)
            acknowledge(record, isQuiet)
        }
        guard refuses else { return }
        record = try await store.startRefund(of: order.outTradeNo, expecting: record.version, now: now)
        acknowledge(record, isQuiet)
        acknowledge(try await store.apply(.refunded, to: order.outTradeNo, expecting: record.version, now: now), isQuiet)
    }

    /// Takes `count` payments to their ends, one in four of them refunded, from `tasks` tasks at once, and prints what one cost.
    func measure(count: Int, tasks: Int) async throws {
        let store = try PaymentStore(path: path)
        let before = ProcessorTime.now()
        let clock = ContinuousClock()
        let elapsed = try await clock.measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for task in 0..<tasks {
                    group.addTask {
                        for index in stride(from: task, to: count, by: tasks) {
                            try await live("M\(life)-\(index)", refuses: index % 4 == 3, isQuiet: true, store)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        let spent = ProcessorTime.now() - before
        print("pay tasks=\(tasks) payments=\(count) payments/s=\(rate(count, elapsed)) cpu/payment=\(spent.microseconds / count)us")
        await store.close()
    }

    private func acknowledge(_ record: PaymentRecord, _ isQuiet: Bool) {
        guard !isQuiet else { return }
        let line = Array("\(record.outTradeNo.text) \(record.version)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
    }
}
