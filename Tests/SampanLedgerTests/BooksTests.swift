import SampanDomain
import Testing

@testable import SampanLedger

@Suite("The books of any moment")
struct BooksTests {
    private let clearing = LedgerAccount.channelClearing(.wechatPay)

    /// Three payments at noon, 12:00:10 and 12:00:20; the last of them belongs to the day before.
    private func bench() async throws -> LedgerBench {
        let bench = try LedgerBench()
        let yesterday = BusinessDay(noon.advanced(byNanoseconds: -86_400_000_000_000))
        for (index, (fen, day)) in [(100, day), (20, dayAfter), (3, yesterday)].enumerated() {
            try await bench.post(transfer("k\(index)", Int64(fen), day: day), now: moment(index))
        }
        return bench
    }

    private func moment(_ index: Int) -> UnixTime { noon.advanced(byNanoseconds: Int64(index) * 10_000_000_000) }

    @Test("as recorded at a moment, to the nanosecond; as booked up to a day, whenever it was recorded")
    func moments() async throws {
        let bench = try await bench()
        let table: [(LedgerMoment, Int64)] = [
            (.recorded(UnixTime(nanoseconds: .min)), 0), (.recorded(noon.advanced(byNanoseconds: -1)), 0), (.recorded(noon), 100),
            (.recorded(moment(1).advanced(byNanoseconds: -1)), 100), (.recorded(moment(1)), 120), (.recorded(moment(2)), 123),
            (.recorded(UnixTime(nanoseconds: .max)), 123), (.now, 123),
            (.booked(BusinessDay(noon.advanced(byNanoseconds: -2 * 86_400_000_000_000))), 0),
            (.booked(BusinessDay(noon.advanced(byNanoseconds: -86_400_000_000_000))), 3), (.booked(day), 103), (.booked(dayAfter), 123),
        ]
        for (moment, fen) in table {
            #expect(try await bench.balance(.customerPrepayment, at: moment) == fen, "\(moment)")
            #expect(try await bench.balance(clearing, at: moment) == fen, "\(moment)")
            let trial = try await bench.read { ledger, tx in try ledger.trialBalance(at: moment, tx) }
            #expect(trial.isBalanced && trial.debits.fen == fen, "\(moment)")
            #expect(trial.accounts.map(\.account.code) == (fen == 0 ? [] : ["CHANNEL_CLEARING:WX", "CUSTOMER_PREPAYMENT"]), "\(moment)")
        }
        #expect(try await bench.balance(.suspense) == 0)
        #expect(try await bench.balance(.suspense, at: .recorded(noon)) == 0)
        #expect(try await bench.balance(.suspense, at: .booked(day)) == 0)
    }

    @Test("statements: page by page, on the account's own side, opening and closing, of any moment")
    func statements() async throws {
        let bench = try await bench()
        try await bench.post(
            transfer("k3", 50, debit: .customerPrepayment, credit: .hospitalPayable(hospital()), event: .posted), now: moment(3))
        @Sendable func page(_ moment: LedgerMoment, after: Int64, _ limit: Int) async throws -> AccountStatement {
            try await bench.read { ledger, tx in
                try ledger.statement(of: .customerPrepayment, at: moment, after: after, limit: limit, tx)
            }
        }
        let whole = try await page(.now, after: 0, 100)
        #expect(whole.opening == .zero && whole.closing == money(73) && whole.next == nil)
        #expect(whole.lines.map(\.balance.fen) == [100, 120, 123, 73] && whole.lines.map(\.amount.fen) == [-100, -20, -3, 50])
        #expect(whole.lines.map(\.key) == ["k0", "k1", "k2", "k3"] && whole.lines.map(\.entry) == [1, 2, 3, 4])
        let first = try await page(.now, after: 0, 3)
        #expect(first.lines == Array(whole.lines.prefix(3)) && first.next == 3)
        let second = try await page(.now, after: 3, 3)
        #expect(second.opening == money(123) && second.lines == Array(whole.lines.suffix(1)) && second.next == nil)
        #expect(try await page(.now, after: 4, 3).opening == money(73))
        let early = try await page(.recorded(moment(1)), after: 0, 100)
        #expect(early.lines == Array(whole.lines.prefix(2)) && early.closing == money(120))
        let booked = try await page(.booked(day), after: 1, 100)
        #expect(booked.opening == money(100) && booked.lines.map(\.balance.fen) == [103, 53] && booked.lines.map(\.entry) == [3, 4])
        let nobody = try await bench.read { ledger, tx in try ledger.statement(of: .suspense, tx) }
        #expect(nobody.lines.isEmpty && nobody.closing == .zero)
        #expect(
            try await bench.read { ledger, tx in try ledger.statement(of: .channelClearing(.wechatPay), limit: 1, tx) }.closing.fen == 100)
    }

    @Test("what an event moved on an account, over all days and on one")
    func turnover() async throws {
        let bench = try await bench()
        func sums(_ event: LedgerEvent, _ day: BusinessDay?) async throws -> [Int64] {
            let sums = try await bench.read { ledger, tx in
                let sums = try ledger.turnover(of: event, on: .customerPrepayment, day: day, tx)
                return [sums.debits.fen, sums.credits.fen, sums.entries]
            }
            return sums
        }
        #expect(try await sums(.paid, nil) == [0, 123, 3])
        #expect(try await sums(.paid, day) == [0, 100, 1])
        #expect(try await sums(.paid, BusinessDay("2026-12-24")) == [0, 0, 0])
        #expect(try await sums(.posted, nil) == [0, 0, 0])
    }
}
