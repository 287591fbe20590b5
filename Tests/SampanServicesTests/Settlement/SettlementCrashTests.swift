import SampanAPI
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Closings and kill -9", .blocking, .timeLimit(.minutes(20)))
struct SettlementCrashTests {
    @Test("ST-01: a closing that was acknowledged stands, closed once, and says the same; every fen is on one day", arguments: [5, 17, 61])
    func killed(afterLines count: Int) async throws {
        let directory = try TemporaryDirectory()
        var acknowledged: [String: (receipts: UInt64, fen: Int64)] = [:]
        func note(_ line: String) throws {
            let parts = line.split(separator: " ").map(String.init)
            let told = (try #require(UInt64(parts[1])), try #require(Int64(parts[2])))
            // No day is acknowledged twice: a later life goes on behind it.
            #expect(acknowledged.updateValue(told, forKey: parts[0]) == nil, "\(line)")
        }
        for _ in 0..<3 {
            let child = try TalkingProcess.workload(["settle", directory.file()])
            for _ in 0..<count {
                guard let line = child.line() else { break }
                try note(line)
            }
            child.kill()
            while let line = child.line() { try note(line) }
        }
        #expect(acknowledged.count >= 3 * count)
        let store = try PaymentStore(path: directory.file())
        let closings = try await store.books.read(SettlementError.self) { tx in
            try Settlements.list(MobileOperator.code, from: nil, through: nil, tx)
        }
        #expect(Set(closings.map(\.date)).count == closings.count && closings.count >= acknowledged.count)
        for closing in closings {
            guard let told = acknowledged[closing.date] else { continue }
            #expect(closing.receipts == told.receipts && closing.receiptsFen == told.fen, "\(closing.date)")
        }
        let now = try UnixTime(chinaText: "2030-01-01 00:00:00")
        let newest = try #require(closings.first)
        let next = try #require(BusinessDay(newest.date).flatMap { BusinessDay($0.next) })
        let open = try await store.books.read(SettlementError.self) { tx in
            try Settlements.show(MobileOperator.code, next, now: now, tx)
        }
        let equation = try await store.equation()
        let closed = closings.reduce(0) { $0 + $1.receiptsFen }
        #expect(closed + open.receiptsFen == equation.posted.fen)
        let fault = try await store.checkLedger().fault
        #expect(fault == nil && equation.holds)
        await store.close()
    }
}
