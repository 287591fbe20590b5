import Glibc
import SampanCrypto
import SampanDomain
import SampanLedger
import SampanStorage

/// A ledger alone in a file: posts and holds for ever and prints what was acknowledged, for a test that kills it; or measures.
struct LedgerWorkload {
    static let schema = Schema(name: "ledger test", migrations: [Migration("ledger", LedgerSchema.tables)])
    static let ledger = Ledger { try SHA256.hash($0) }

    let path: String

    /// From eight tasks: each payment is booked, half of it is held, and the hold is posted or voided. Prints the keys of entries that
    /// stand, one a line.
    func run() async throws {
        let database = try SQLiteDatabase(path: path, schema: Self.schema)
        let known = try await database.read { tx in try tx.first("SELECT COUNT(*) FROM ledger_entries") { try $0.int64(0) } ?? 0 }
        let now = try UnixTime(chinaText: "2026-11-18 12:00:00")
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var index = 0
                    while (try? await Self.live("\(known)-\(task)-\(index)", voids: index % 3 == 0, now, database)) != nil { index += 1 }
                }
            }
        }
    }

    private static func live(_ name: String, voids: Bool, _ now: UnixTime, _ database: any Database) async throws {
        let hospital = try InstitutionCode("4699010001", scheme: .local)
        let (order, amount) = (try OutTradeNo(name), Money(fen: 100))
        let hold = try NewHold(
            key: "half:\(name)", event: .posted, debit: .customerPrepayment, credit: .hospitalPayable(hospital), amount: Money(fen: 50),
            expiresAt: nil, reason: "", actor: "workload")
        try await database.write { tx in
            let paid = try NewEntry.paid(order, through: .wechatPay, amount, day: BusinessDay(now), actor: "workload")
            try ledger.post(paid, now: now, tx)
            try ledger.place(hold, now: now, tx)
        }
        tell("paid:\(name)")
        try await database.write { tx in
            if voids {
                try ledger.voidHold(hold.key, actor: "workload", now: now, tx)
            } else {
                try ledger.postHold(hold.key, day: BusinessDay(now), actor: "workload", now: now, tx)
            }
        }
        if !voids { tell(hold.key) }
    }

    private static func tell(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
    }

    /// Posts `count` entries of two lines in transactions of `batch` each, and prints what one cost; then what verifying costs.
    func measure(count: Int, batch: Int) async throws {
        let database = try SQLiteDatabase(path: path, schema: Self.schema)
        let day = BusinessDay(try UnixTime(chinaText: "2026-11-18 12:00:00"))
        let start = try UnixTime(chinaText: "2026-11-18 12:00:00")
        let clock = ContinuousClock()
        let before = ProcessorTime.now()
        let elapsed = try await clock.measure {
            for first in stride(from: 0, to: count, by: batch) {
                try await database.write { tx in
                    for index in first..<min(count, first + batch) {
                        let entry = try NewEntry.paid(
                            try OutTradeNo("SP20261118\(index)"), through: index % 2 == 0 ? .wechatPay : .alipay, Money(fen: 500), day: day,
                            actor: "payments")
                        try Self.ledger.post(entry, now: start, tx)
                    }
                }
            }
        }
        let posted = ProcessorTime.now()
        let verification = try await database.read { tx in try Self.ledger.verify(tx) }
        let verified = ProcessorTime.now()
        func each(_ time: ProcessorTime) -> Double { (Double(time.microseconds) / Double(count) * 10).rounded() / 10 }
        let spent = posted - before
        print(
            "ledger batch=\(batch) entries=\(verification.entries) entries/s=\(rate(count, elapsed)) "
                + "cpu/entry=\(each(spent))us entries/cpu-s=\(count * 1_000_000 / max(1, spent.microseconds)) "
                + "verify cpu/entry=\(each(verified - posted))us")
        await database.close()
    }
}
