internal import SampanAPI
package import SampanDomain
internal import SampanLedger
internal import SampanStorage

/// What a channel owes an institution for a day, and what the bank shows of it, on its way into the ledger (RC-02): so booked, the
/// difference between them is what is left on `BANK_IN_TRANSIT`, also where the bank books the days of a holiday in one.
package struct ChannelSettlement: Sendable, Hashable {
    /// Fen of one amount at the most: 100 billion yuan, so that no sum of a day's lines comes near the end of 64 bits.
    static let maximumFen: Int64 = 10_000_000_000_000

    let channel: PaymentChannelKind
    let institution: InstitutionCode
    /// Paid less refunded less fees.
    let net: Money
    /// What the channel kept, less what it gave back.
    let fees: Money
    /// Nil: the bank shows nothing.
    let deposited: Money?

    package init(channel: PaymentChannelKind, institution: InstitutionCode, net: Money, fees: Money, deposited: Money?) {
        (self.channel, self.institution, self.net, self.fees, self.deposited) = (channel, institution, net, fees, deposited)
    }

    var name: String { "\(channel.rawValue):\(institution.text)" }

    /// What an earlier run of the day has booked.
    private struct Booked {
        let content: ChannelSettlement
        let payout: Int64?
        let deposit: Int64?
    }

    /// Books it, or what is different from what an earlier run has booked: that is taken back first. All of it on the day of `now`.
    func book(_ day: BusinessDay, run: Int64, now: UnixTime, _ tx: borrowing Transaction) throws {
        let earlier = try find(day, tx)
        guard earlier?.content != self else { return }
        do {
            let today = BusinessDay(now)
            var (payout, deposit) = (earlier?.payout, earlier?.deposit)
            if earlier?.content.net != net || earlier?.content.fees != fees {
                try takeBack(payout, run, today, now, tx)
                payout = try post(
                    NewEntry.channelSettlement(
                        of: day, through: channel, to: institution, net: net, fees: fees, run: run, day: today, actor: Self.actor), now, tx)
            }
            if earlier?.content.deposited != deposited {
                try takeBack(deposit, run, today, now, tx)
                deposit = try post(
                    NewEntry.settlementDeposit(
                        of: day, from: channel, for: institution, deposited ?? .zero, run: run, day: today, actor: Self.actor), now, tx)
            }
            try insert(day, run, payout, deposit, tx)
        } catch let error as LedgerError {
            throw BreakRefusal.ledger("\(error)")
        }
    }

    private static let actor = "reconciliation"

    private func post(_ entry: NewEntry?, _ now: UnixTime, _ tx: borrowing Transaction) throws -> Int64? {
        guard let entry else { return nil }
        return try DayBooking.post(entry, in: PaymentBooking.ledger, now: now, tx).number
    }

    private func takeBack(
        _ entry: Int64?, _ run: Int64, _ today: BusinessDay, _ now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        guard let entry else { return }
        try PaymentBooking.ledger.reverse(
            entry, key: "reversal:\(entry):\(run)", day: today, reason: "run \(run) has other figures", actor: Self.actor, now: now, tx)
    }

    private func find(_ day: BusinessDay, _ tx: borrowing Transaction) throws -> Booked? {
        try tx.first(
            """
            SELECT net_fen, fees_fen, deposited_fen, payout, deposit FROM reconciliation_settlements
            WHERE day = ? AND channel = ? AND institution = ? ORDER BY run DESC LIMIT 1
            """, .integer(day.number), .text(channel.rawValue), .text(institution.text)
        ) { row in
            Booked(
                content: ChannelSettlement(
                    channel: channel, institution: institution, net: Money(fen: try row.int64(0)), fees: Money(fen: try row.int64(1)),
                    deposited: try row.optionalInt64(2).map(Money.init(fen:))),
                payout: try row.optionalInt64(3), deposit: try row.optionalInt64(4))
        }
    }

    private func insert(
        _ day: BusinessDay, _ run: Int64, _ payout: Int64?, _ deposit: Int64?, _ tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO reconciliation_settlements (run, day, channel, institution, net_fen, fees_fen, deposited_fen, payout, deposit)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(run), .integer(day.number), .text(channel.rawValue), .text(institution.text), .integer(net.fen),
            .integer(fees.fen), SQLValue(deposited?.fen), SQLValue(payout), SQLValue(deposit))
    }
}

extension ChannelSettlement {
    init(_ message: ReconciliationV1.ChannelSettlement) throws(DomainError) {
        for fen in [message.netFen, message.feesFen, message.depositedFen ?? 0] where !(-Self.maximumFen...Self.maximumFen).contains(fen) {
            throw DomainError(field: "settlements", message: "an amount is beyond 100 billion yuan")
        }
        self.init(
            channel: try PaymentChannelKind(code: message.channel),
            institution: try InstitutionCode(message.institutionCode, scheme: .local), net: Money(fen: message.netFen),
            fees: Money(fen: message.feesFen), deposited: message.depositedFen.map { Money(fen: $0) })
    }
}
