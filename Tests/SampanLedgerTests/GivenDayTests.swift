import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanLedger

/// The day of the shared data booked event by event: what is left on the accounts is exactly what its truth says was planted.
@Suite("The given payment day in the ledger", .blocking, .enabled(if: GivenDay.isAtHand))
struct GivenDayTests {
    private let bench: LedgerBench
    private let truth: GivenDay.Truth
    private let settled = BusinessDay(number: 20_261_118) ?? day
    private let deposited = BusinessDay(number: 20_261_119) ?? dayAfter

    init() throws {
        bench = try LedgerBench()
        truth = try GivenDay.truth()
    }

    private func post(_ entry: NewEntry) async throws { try await bench.post(entry) }

    /// Payments, postings and refunds as the platform saw them.
    private func bookPlatform() async throws {
        for row in try GivenDay.rows("platform_ledger.csv") {
            let channel = try PaymentChannelKind(code: row["channel"] ?? "")
            let institution = try InstitutionCode(row["org_code"] ?? "", scheme: .local)
            let amount = money(Int64(row["amount_fen"] ?? "") ?? 0)
            let order = try OutTradeNo(row["out_trade_no"] ?? "")
            guard row["status"] != "CLOSED" else { continue }
            let day = BusinessDay(try UnixTime(chinaText: row["finished_at"] ?? ""))
            if row["entry_type"] == "PAY" {
                try await post(.paid(order, through: channel, amount, day: day, actor: "day"))
                if row["his_status"] == "POSTED" { try await post(.posted(order, at: institution, amount, day: day, actor: "day")) }
            } else {
                let refund = try RefundNo(row["out_refund_no"] ?? "")
                if row["his_status"] == "REVERSED" {
                    try await post(.chargeReversed(refund, at: institution, amount, day: day, actor: "day"))
                }
                try await post(.refundStarted(refund, through: channel, amount, day: day, actor: "day"))
                try await post(.refundConfirmed(refund, through: channel, amount, day: day, actor: "day"))
            }
        }
    }

    /// What the channels settle, by their bills.
    private func bookBills() async throws {
        let lines = try GivenDay.billLines()
        for line in lines {
            guard let refund = line.refund, line.fee > 0 else { continue }
            try await post(
                .feeReturned(refund, through: line.channel, at: line.institution, money(line.fee), day: settled, actor: "bill"))
        }
        for channel in PaymentChannelKind.allCases {
            for institution in Set(lines.map(\.institution)) {
                let own = lines.filter { $0.channel == channel && $0.institution == institution }
                guard !own.isEmpty else { continue }
                let fee = own.reduce(0) { $1.refund == nil ? $0 + $1.fee : $0 }
                let net = own.reduce(0) { $1.refund == nil ? $0 + $1.settled - $1.fee : $0 - $1.settled + $1.fee }
                try await post(
                    .channelPayout(
                        of: settled, through: channel, to: institution, net: money(net), fee: money(fee), day: deposited, actor: "bill"))
            }
        }
    }

    private func bookBank() async throws {
        for row in try GivenDay.rows("bank_statement_20261119.csv") {
            let channel: PaymentChannelKind = row["摘要"]?.hasPrefix("财付通") == true ? .wechatPay : .alipay
            let institution = try InstitutionCode(String((row["摘要"] ?? "").suffix(10)), scheme: .local)
            try await post(
                .bankDeposit(
                    slip: row["流水号"] ?? "", from: channel, for: institution, try Money(yuan: row["金额"] ?? ""), day: deposited,
                    actor: "bank"))
        }
    }

    private func moved(_ event: LedgerEvent, _ account: LedgerAccount) async throws -> (fen: Int64, entries: Int64) {
        let sums = try await bench.read { ledger, tx in
            let sums = try ledger.turnover(of: event, on: account, tx)
            return [sums.debits.fen, sums.credits.fen, sums.entries]
        }
        return (max(sums[0], sums[1]), sums[2])
    }

    @Test("its totals are the truth's, and what is left on every account is the planted breaks, to the fen")
    func totals() async throws {
        try await bookPlatform()
        let paid = try await moved(.paid, .customerPrepayment)
        #expect(paid.fen == truth.totals.platformPayFen && paid.entries == truth.totals.paidOnPlatform)
        var refunded: (fen: Int64, entries: Int64) = (0, 0)
        for channel in PaymentChannelKind.allCases {
            let sums = try await moved(.refundConfirmed, .refundsInFlight(channel))
            refunded = (refunded.fen + sums.fen, refunded.entries + sums.entries)
            #expect(try await bench.balance(.refundsInFlight(channel)) == 0)
        }
        #expect(refunded.fen == truth.totals.platformRefundFen && refunded.entries == truth.totals.refundsOnPlatform)
        // Paid, not posted, not refunded.
        #expect(try await bench.balance(.customerPrepayment) == truth.sum("PAID_NOT_POSTED") { $0.platformFen })
        try await checkHospitals()
        // Paid around midnight: by the day on which the channel took it.
        let before = LedgerMoment.booked(try #require(BusinessDay("2026-11-17")))
        let yesterday = try await bench.read { ledger, tx in try ledger.trialBalance(at: before, tx) }
        #expect(yesterday.accounts.first { $0.account == .channelClearing(.wechatPay) }?.debits.fen == 34_225)
        #expect(yesterday.accounts.first { $0.account == .channelClearing(.alipay) }?.debits.fen == 12_768)

        try await bookBills()
        try await checkSettlement()
        try await bookBank()
        for settlement in truth.totals.settlement {
            let account = LedgerAccount.bankInTransit(
                try PaymentChannelKind(code: settlement.channel), try InstitutionCode(settlement.org, scheme: .local))
            let short = truth.breaks.filter { $0.type == "BANK_SHORT" && $0.channel == settlement.channel && $0.org == settlement.org }
            // The T+1 difference is a balance: 1 fen, where the bank lacks one.
            #expect(try await bench.balance(account) == Int64(short.count), "\(account.code)")
        }
        #expect(try await bench.read { ledger, tx in try ledger.trialBalance(tx) }.isBalanced)
        #expect(try await bench.fault() == nil)
    }

    /// What the platform owes the hospitals is what the HIS has, but for the breaks between the two.
    private func checkHospitals() async throws {
        var owed: Int64 = 0
        for row in try await bench.read({ ledger, tx in try ledger.trialBalance(tx) }).accounts {
            if case .hospitalPayable = row.account { owed += row.balance.fen }
        }
        let his = try GivenDay.rows("his_ledger.csv").reduce(0 as Int64) { sum, row in
            let amount = abs(Int64(row["amount_fen"] ?? "") ?? 0)
            return row["kind"] == "CHARGE" ? sum + amount : sum - amount
        }
        let postedAndRefunded = truth.sum("REFUNDED_BUT_POSTED") { $0.hisFen }
        let otherAmount = truth.sum("HIS_AMOUNT_MISMATCH") { ($0.platformFen ?? 0) - ($0.hisFen ?? 0) }
        #expect(owed == his - postedAndRefunded + otherAmount)
    }

    /// What is left with a channel after its payout is what platform and channel contradict each other about.
    private func checkSettlement() async throws {
        let lines = try GivenDay.billLines()
        for settlement in truth.totals.settlement {
            let account = LedgerAccount.bankInTransit(
                try PaymentChannelKind(code: settlement.channel), try InstitutionCode(settlement.org, scheme: .local))
            #expect(try await moved(.channelPayout, account).fen == settlement.netFen, "\(account.code)")
        }
        for channel in PaymentChannelKind.allCases {
            let breaks = truth.breaks.filter { $0.channel == channel.rawValue }
            let signed: [Int64] = breaks.map { found in
                let (platform, other) = (found.platformFen ?? 0, found.channelFen ?? 0)
                return switch found.type {
                case "SHORT", "CROSS_DAY_NEXT": platform
                case "LONG": -other
                case "AMOUNT_MISMATCH": platform - other
                case "REFUND_MISSING_AT_CHANNEL": -platform
                case "REFUND_MISSING_AT_PLATFORM": other
                case "REFUND_AMOUNT_MISMATCH": other - platform
                default: 0
                }
            }
            // Coupons: the order's amount counts with the platform, the settled one with the channel.
            let coupons = lines.filter { $0.channel == channel }.reduce(0) {
                $0 + ($1.amount - $1.settled) * ($1.refund == nil ? 1 : -1)
            }
            #expect(try await bench.balance(.channelClearing(channel)) == signed.reduce(0, +) + coupons, "\(channel)")
        }
    }
}
