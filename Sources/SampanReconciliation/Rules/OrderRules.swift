internal import SampanDomain

/// What is wrong between the books, for one order: a pure function of its lines. The platform's ledger stands in the middle; the channel's
/// bill and the HIS ledger are each held against it, so one cause makes one break.
package struct OrderRules: Sendable {
    private let contract: FeeContract

    package init(contract: FeeContract) { self.contract = contract }

    /// The breaks of an order, in no order of their own. Empty for nearly all.
    package func breaks(of lines: OrderLines) -> [Break] {
        var found: [Break] = []
        payments(lines, &found)
        refunds(lines, &found)
        fees(lines, &found)
        his(lines, &found)
        return found
    }

    // Platform against channel: payments.

    private func payments(_ lines: OrderLines, _ found: inout [Break]) {
        guard let payment = lines.payment, payment.isPaid else {
            for bill in lines.billPayments { long(bill, lines, &found) }
            return
        }
        func add(_ type: BreakType, _ amount: Int64, _ action: BreakAction) {
            found.append(
                Break(
                    type, order: lines.order, institution: payment.institution, channel: payment.channel, amount: amount, action: action))
        }
        let match = Self.match(payment, lines.billPayments)
        // Paid twice: the platform knows of one.
        for (place, bill) in lines.billPayments.enumerated() where place != match { long(bill, lines, &found) }
        if let match {
            if payment.isBeforeDay { add(.crossDayPrevious, payment.amount, .clearPreviousDay) }
            compare(lines.billPayments[match], payment, add)
        } else if let match = Self.match(payment, lines.nextPayments) {
            add(.crossDayNext, payment.amount, .carryToNextDay)
            compare(lines.nextPayments[match], payment, add)
        } else {
            add(.short, payment.amount, .queryOrder)
        }
    }

    private func compare(
        _ bill: OrderLines.BillPayment, _ payment: OrderLines.LedgerPayment, _ add: (BreakType, Int64, BreakAction) -> Void
    ) {
        if bill.amount != payment.amount { add(.amountMismatch, abs(bill.amount - payment.amount), .correctLedger) }
    }

    /// The bill's line of the platform's transaction, else the first.
    private static func match(_ payment: OrderLines.LedgerPayment, _ bill: [OrderLines.BillPayment]) -> Int? {
        let own = bill.firstIndex { $0.channel == payment.channel && $0.transaction == payment.transaction }
        return own ?? bill.indices.first { bill[$0].channel == payment.channel }
    }

    /// Money that the platform does not count, unless the channel has given it back on the same day.
    private func long(_ bill: OrderLines.BillPayment, _ lines: OrderLines, _ found: inout [Break]) {
        let back = lines.billRefunds.filter { $0.isDone && $0.channel == bill.channel && $0.transaction == bill.transaction }
        let rest = bill.amount - back.reduce(0) { $0 + $1.amount }
        guard rest > 0 else { return }
        let owner = lines.payment.map(\.institution) ?? bill.institution
        found.append(
            Break(
                .long, order: lines.order, institution: owner, channel: bill.channel, amount: rest,
                action: lines.payment == nil ? .findOrder : .refundPayer))
    }

    // Platform against channel: refunds, by their number.

    private func refunds(_ lines: OrderLines, _ found: inout [Break]) {
        for refund in lines.refunds {
            func add(_ type: BreakType, _ amount: Int64, _ action: BreakAction) {
                found.append(
                    Break(
                        type, order: lines.order, refund: refund.number, institution: refund.institution, channel: refund.channel,
                        amount: amount, action: action))
            }
            func isSame(_ bill: OrderLines.BillRefund) -> Bool {
                bill.isDone && bill.channel == refund.channel && bill.number == refund.number
            }
            if let bill = lines.billRefunds.first(where: isSame) {
                if refund.isBeforeDay { add(.crossDayPrevious, refund.amount, .clearPreviousDay) }
                if bill.amount != refund.amount { add(.refundAmountMismatch, abs(bill.amount - refund.amount), .settleRefund) }
            } else if let bill = lines.nextRefunds.first(where: isSame) {
                add(.crossDayNext, refund.amount, .carryToNextDay)
                if bill.amount != refund.amount { add(.refundAmountMismatch, abs(bill.amount - refund.amount), .settleRefund) }
            } else if refund.isDone {
                add(.refundMissingAtChannel, refund.amount, .repeatRefund)
            }
        }
        for bill in lines.billRefunds where bill.isDone {
            if lines.refunds.contains(where: { $0.channel == bill.channel && $0.number == bill.number }) { continue }
            let owner = lines.payment.map(\.institution) ?? lines.refunds.first.map(\.institution) ?? bill.institution
            found.append(
                Break(
                    .refundMissingAtPlatform, order: lines.order, refund: bill.number, institution: owner, channel: bill.channel,
                    amount: bill.amount, action: .recordRefund))
        }
    }

    // Channel against contract.

    private func fees(_ lines: OrderLines, _ found: inout [Break]) {
        func owner(_ institution: String) -> String {
            institution.isEmpty ? lines.payment.map(\.institution) ?? lines.refunds.first.map(\.institution) ?? "" : institution
        }
        func add(_ difference: Int64, refund: String, _ institution: String, _ channel: PaymentChannelKind) {
            found.append(
                Break(
                    .feeMismatch, order: lines.order, refund: refund, institution: institution, channel: channel, amount: abs(difference),
                    action: .claimFee))
        }
        for bill in lines.billPayments {
            let due = contract.fee(of: bill.settled, institution: owner(bill.institution))
            if bill.fee != due { add(bill.fee - due, refund: "", owner(bill.institution), bill.channel) }
        }
        for bill in lines.billRefunds {
            let due = contract.fee(of: bill.settled, institution: owner(bill.institution))
            guard bill.fee != due else { continue }
            // With a coupon the channels give back the fee of what was asked back or of what was settled; and of a refund of everything
            // exactly what was charged.
            if bill.fee == contract.fee(of: bill.amount, institution: owner(bill.institution)) { continue }
            let whole = lines.billPayments.first { $0.transaction == bill.transaction && $0.channel == bill.channel }
            if let whole, whole.amount == bill.amount, whole.fee == bill.fee { continue }
            add(bill.fee - due, refund: bill.number, owner(bill.institution), bill.channel)
        }
    }

    // Platform against HIS: what is charged, less what was taken back.

    private func his(_ lines: OrderLines, _ found: inout [Break]) {
        let charged = lines.charges.reduce(0) { $0 + $1.amount }
        let reversed = lines.reversals.reduce(0) { $0 + $1.amount }
        func add(_ type: BreakType, refund: String = "", _ amount: Int64, _ action: BreakAction) {
            let owner = lines.payment.map(\.institution) ?? lines.refunds.first.map(\.institution)
            let institution = owner ?? (lines.charges + lines.reversals).first.map(\.institution) ?? ""
            let channel = lines.payment.map(\.channel) ?? lines.refunds.first.map(\.channel) ?? lines.billPayments.first.map(\.channel)
            found.append(
                Break(type, order: lines.order, refund: refund, institution: institution, channel: channel, amount: amount, action: action))
        }
        guard let payment = lines.payment, payment.isPaid else {
            unpaid(lines, charged: charged, reversed: reversed, add)
            return
        }
        // A refund of another transaction of this order (paid twice) is not this payment's.
        let own = lines.refunds.filter { $0.transaction == payment.transaction || $0.transaction == 0 || payment.transaction == 0 }
        let refunded = own.reduce(0) { $0 + $1.amount }
        if charged == 0 {
            if payment.amount > refunded {
                add(.paidNotPosted, payment.amount - refunded, payment.isHISPending ? .awaitHIS : .postOrRefund)
            }
            if reversed > 0 { add(.hisAmountMismatch, reversed, .correctAtHIS) }
        } else if charged != payment.amount, !(refunded >= payment.amount && reversed == 0) {
            add(.hisAmountMismatch, abs(charged - payment.amount), .correctAtHIS)
        } else if refunded > reversed {
            add(.refundedButPosted, refund: own.count == 1 ? own[0].number : "", min(refunded, charged) - reversed, .reverseAtHIS)
        } else if reversed > refunded {
            add(.hisAmountMismatch, reversed - refunded, .correctAtHIS)
        }
    }

    /// The platform has no payment of this day: the order was closed, or the refund is of an earlier day's payment.
    private func unpaid(
        _ lines: OrderLines, charged: Int64, reversed: Int64, _ add: (BreakType, String, Int64, BreakAction) -> Void
    ) {
        guard lines.payment == nil, charged == 0 else {
            if charged != reversed { add(.hisAmountMismatch, "", abs(charged - reversed), .correctAtHIS) }
            return
        }
        let due = lines.refunds.reduce(0) { $1.isReversed ? $0 + $1.amount : $0 }
        if due > reversed {
            let number = lines.refunds.count == 1 ? lines.refunds[0].number : ""
            add(.refundedButPosted, number, due - reversed, .reverseAtHIS)
        } else if reversed > due {
            add(.hisAmountMismatch, "", reversed - due, .correctAtHIS)
        }
    }
}
