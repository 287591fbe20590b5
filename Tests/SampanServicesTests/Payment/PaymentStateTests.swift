import SampanDomain
import SampanServices
import Testing

@Suite("Payment state machine")
struct PaymentStateTests {
    static let amount = Money(fen: 500)
    static let money = ChannelPayment(transactionID: "4200", paidAt: UnixTime(nanoseconds: 5))
    static let reason = OutcomeReason(constant: "HIS_REFUSED", "no")
    static let paid = PaymentEvent.paid(money, amount: amount)

    static func receipt() throws -> ReceiptNumber { try ReceiptNumber("H2611180000001") }
    static func refundNo(_ digit: Int = 1) throws -> RefundNo { try RefundNo("RF202611180000000\(digit)") }

    /// All states, with the events that may happen (again or for the first time) in each.
    static func table() throws -> [(state: PaymentState, moves: [PaymentEvent], repeats: [PaymentEvent])] {
        let queued = UnpostedPayment(payment: money, seq: 7, reason: reason)
        let never = UnpostedPayment(payment: money, seq: nil, reason: reason)
        let reversed = PaymentEvent.chargeReversed(try receipt(), reason, try refundNo())
        // A refund knows its number and its reason; the receipt it came from is the HIS's to know.
        let unseen = PaymentEvent.chargeReversed(try ReceiptNumber("H2"), reason, try refundNo())
        let decisions: [PaymentEvent] = [.decided(.posted(try receipt())), .decided(.rejected(reason)), .decided(.expired(reason))]
        return [
            (.created, [paid, .closed], []),
            (.closed, [paid], [.closed]),
            (.paid(money), [.queued(seq: 7), .unqueueable(reason)], [paid]),
            (.queued(money, seq: 7), decisions, [paid, .queued(seq: 7)]),
            (.posted(money, seq: 7, try receipt()), [reversed], [paid, .queued(seq: 7), decisions[0]]),
            (.rejected(queued), [.refundStarted(try refundNo())], [paid, .queued(seq: 7), decisions[1]]),
            (.rejected(never), [.refundStarted(try refundNo())], [paid, .unqueueable(reason)]),
            (.expired(queued), [.refundStarted(try refundNo())], [paid, .queued(seq: 7), decisions[2]]),
            (
                .refunding(queued, try refundNo()), [.refunded],
                [reversed, unseen, paid, .queued(seq: 7), decisions[1], decisions[2], .refundStarted(try refundNo())]
            ),
            (
                .refunding(never, try refundNo()), [.refunded],
                [reversed, unseen, paid, .unqueueable(reason), .refundStarted(try refundNo())]
            ),
            (
                .refunded(queued, try refundNo()), [],
                [reversed, unseen, paid, .queued(seq: 7), decisions[1], decisions[2], .refundStarted(try refundNo()), .refunded]
            ),
        ]
    }

    static func events() throws -> [PaymentEvent] {
        [
            paid, .closed, .queued(seq: 7), .queued(seq: 8), .unqueueable(reason), .unqueueable(PaymentState.paidAfterClose),
            .decided(.posted(try receipt())), .decided(.posted(try ReceiptNumber("H2"))), .decided(.rejected(reason)),
            .decided(.rejected(PaymentState.paidAfterClose)), .decided(.expired(reason)), .refundStarted(try refundNo()),
            .refundStarted(try refundNo(2)), .chargeReversed(try receipt(), reason, try refundNo()),
            .chargeReversed(try ReceiptNumber("H2"), reason, try refundNo()), .chargeReversed(try receipt(), reason, try refundNo(2)),
            .refunded,
        ]
    }

    @Test("every event in every state: it moves, repeats, or is illegal, and nothing else")
    func everything() throws {
        for (state, moves, repeats) in try Self.table() {
            for event in try Self.events() {
                do throws(PaymentTransitionError) {
                    let step = try state.applying(event, amount: Self.amount)
                    if case .moved(let next, _) = step {
                        let isListed = moves.contains(event) || moves.contains { Self.kind($0) == Self.kind(event) }
                        #expect(isListed && next != state, "\(state.name) + \(event)")
                    } else {
                        #expect(repeats.contains(event), "\(state.name) + \(event)")
                    }
                } catch {
                    #expect(error == .illegal(state: state.name, event: event.name))
                    #expect(!moves.contains(event) && !repeats.contains(event), "\(state.name) + \(event)")
                }
            }
        }
    }

    private static func kind(_ event: PaymentEvent) -> String { event.name }

    @Test("another amount and a second payment are their own errors, in every state")
    func contradictions() throws {
        for (state, _, _) in try Self.table() {
            #expect(throws: PaymentTransitionError.amountMismatch(ordered: Self.amount, reported: Money(fen: 499))) {
                try state.applying(.paid(Self.money, amount: Money(fen: 499)), amount: Self.amount)
            }
            guard state.channelPayment != nil else { continue }
            #expect(throws: PaymentTransitionError.secondPayment(known: "4200", reported: "4201")) {
                try state.applying(
                    .paid(ChannelPayment(transactionID: "4201", paidAt: Self.money.paidAt), amount: Self.amount), amount: Self.amount)
            }
        }
    }

    @Test("money moves exactly with paid, posted, refund started and refunded; late money after closing goes back")
    func movements() throws {
        #expect(try PaymentState.created.applying(Self.paid, amount: Self.amount) == .moved(.paid(Self.money), .received))
        let late = UnpostedPayment(payment: Self.money, seq: nil, reason: PaymentState.paidAfterClose)
        #expect(try PaymentState.closed.applying(Self.paid, amount: Self.amount) == .moved(.expired(late), .received))
        #expect(
            try PaymentState.queued(Self.money, seq: 7).applying(.decided(.posted(Self.receipt())), amount: Self.amount)
                == .moved(.posted(Self.money, seq: 7, Self.receipt()), .posted))
        #expect(
            try PaymentState.expired(late).applying(.refundStarted(Self.refundNo()), amount: Self.amount)
                == .moved(.refunding(late, Self.refundNo()), .refundStarted))
        #expect(
            try PaymentState.refunding(late, Self.refundNo()).applying(.refunded, amount: Self.amount)
                == .moved(.refunded(late, Self.refundNo()), .refunded))
        #expect(try PaymentState.queued(Self.money, seq: 7).applying(.decided(.rejected(Self.reason)), amount: Self.amount).movement == nil)
    }

    @Test("from every state that is not final, something leads on")
    func noDeadEnd() throws {
        for (state, moves, _) in try Self.table() { #expect(state.isFinal == moves.isEmpty || state == .closed || state.receipt != nil) }
    }
}

extension PaymentStep {
    var movement: LedgerMovement? {
        if case .moved(_, let movement) = self { movement } else { nil }
    }
}
