import SampanDomain
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanLedger

/// News comes late, twice and in any order. What the books refuse because something before it is missing comes again later.
///
/// Only ways without a return are here. Where money goes back to where it came from (a refund that fails, a charge that is reversed), an
/// event that comes too early may take the money of another order, since accounts are guarded and orders are not: their order is the
/// payments' state machine's to keep.
@Suite("Business events in any order of arrival", .blocking)
struct ArrivalOrderTests {
    /// All that happens to some orders, with payouts that settle exactly what is left with the channels.
    private static func events(_ random: inout SeededRandom) throws -> [NewEntry] {
        var events: [NewEntry] = []
        var settled: [PaymentChannelKind: Int64] = [:]
        for id in 0..<40 {
            let (order, refund) = (try OutTradeNo("SP\(id)"), try RefundNo("RF\(id)"))
            let (channel, amount) = (PaymentChannelKind.allCases[id % 2], money(Int64.random(in: 1...500, using: &random)))
            let hospital = hospital(id % 3)
            events.append(try .paid(order, through: channel, amount, late: id % 11 == 0, day: day, actor: "a"))
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                events.append(try .posted(order, at: hospital, amount, day: day, actor: "a"))
                settled[channel, default: 0] += amount.fen
            case 1:
                events.append(try .refundStarted(refund, through: channel, amount, day: day, actor: "a"))
                events.append(try .refundConfirmed(refund, through: channel, amount, day: dayAfter, actor: "a"))
            default:
                // Paid twice; the second is given back.
                events.append(try .posted(order, at: hospital, amount, day: day, actor: "a"))
                events.append(try .secondPayment(of: order, transaction: "T\(id)", through: channel, amount, day: day, actor: "a"))
                events.append(try .refundStarted(refund, through: channel, amount, second: true, day: day, actor: "a"))
                events.append(try .refundConfirmed(refund, through: channel, amount, day: day, actor: "a"))
                settled[channel, default: 0] += amount.fen
            }
        }
        for (channel, fen) in settled {
            events.append(
                try .channelPayout(of: day, through: channel, to: hospital(), net: money(fen), fee: .zero, day: dayAfter, actor: "a"))
            events.append(
                try .bankDeposit(
                    slip: "BK\(channel.rawValue)", from: channel, for: hospital(), money(fen), day: dayAfter, actor: "a"))
        }
        return events
    }

    @Test("whatever is refused is taken later; the books end the same, and never below zero", arguments: [11, 12, 13, 14] as [UInt64])
    func anyOrder(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let events = try Self.events(&random)
        let bench = try LedgerBench()
        var waiting = events.shuffled(using: &random)
        var (refused, rounds) = (0, 0)
        while !waiting.isEmpty {
            rounds += 1
            try #require(rounds <= events.count, "seed \(seed): \(waiting.count) events never find their place")
            var later: [NewEntry] = []
            for event in waiting {
                do throws(LedgerError) {
                    let booked = try await bench.post(event)
                    // Told again at once, or told that it is there.
                    if Bool.random(using: &random) { #expect(try await bench.post(event).number == booked.number) }
                } catch {
                    guard case .insufficient = error else { throw error }
                    refused += 1
                    later.append(event)
                }
            }
            waiting = later.shuffled(using: &random)
        }
        #expect(refused > 0, "seed \(seed): nothing came too early")
        // Nothing is left but what the hospitals are owed and the bank has.
        let trial = try await bench.read { ledger, tx in try ledger.trialBalance(tx) }
        var (owed, deposited) = (Int64(0), Int64(0))
        for account in trial.accounts {
            switch account.account {
            case .hospitalPayable: owed += account.balance.fen
            case .bank: deposited += account.balance.fen
            default: #expect(account.balance == .zero, "seed \(seed): \(account.account.code)")
            }
        }
        #expect(owed == deposited && owed > 0, "seed \(seed)")
        #expect(try await bench.fault() == nil, "seed \(seed)")
        print("ledger arrival: seed \(seed): \(events.count) events, \(refused) refusals, \(rounds) rounds")
    }
}
