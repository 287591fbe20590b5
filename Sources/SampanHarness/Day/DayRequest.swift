package import SampanDomain

/// One line of a payment day: what arrives, and how payer and HIS behave.
package struct DayRequest: Sendable, Hashable {
    /// What the HIS will do with it.
    package enum HISOutcome: String, Sendable, Hashable {
        case ok = "OK"
        case reject = "REJECT"
        case timeout = "TIMEOUT"
        case lostReply = "LOST_REPLY"
    }

    package let line: Int
    package let outTradeNo: OutTradeNo
    package let channel: PaymentChannelKind
    package let institution: String
    package let kind: PaymentKind
    package let amount: Money
    /// nil: nobody pays.
    package let hisOutcome: HISOutcome?

    /// How it has to end.
    package var expected: Expected {
        switch hisOutcome {
        case nil: .closed
        case .ok, .lostReply: .posted
        case .reject, .timeout: .refunded
        }
    }

    package enum Expected: Sendable, Hashable { case posted, refunded, closed }

    /// Reads a day. Throws, with the line, for the first thing that is wrong; nothing has been played then.
    package static func read(_ bytes: [UInt8]) throws -> [DayRequest] {
        let table = try CSVTable(bytes)
        let columns = try Columns(table)
        var seen: Set<OutTradeNo> = []
        var requests: [DayRequest] = []
        for row in table.rows {
            do {
                let request = try DayRequest(row, columns)
                guard seen.insert(request.outTradeNo).inserted else {
                    throw DomainError(field: "out_trade_no", message: "\(request.outTradeNo.text) stands twice")
                }
                requests.append(request)
            } catch let error as DomainError {
                throw HarnessError("line \(row.line): \(error.field): \(error.message)")
            }
        }
        guard !requests.isEmpty else { throw HarnessError("the day has no requests") }
        return requests
    }

    private struct Columns {
        let outTradeNo, channel, institution, kind, amount, payOutcome, hisOutcome: CSVTable.Column

        init(_ table: CSVTable) throws {
            outTradeNo = try table.column("out_trade_no")
            channel = try table.column("channel")
            institution = try table.column("org_code")
            kind = try table.column("biz_type")
            amount = try table.column("amount_fen")
            payOutcome = try table.column("pay_outcome")
            hisOutcome = try table.column("his_outcome")
        }
    }

    private init(_ row: CSVTable.Row, _ columns: Columns) throws(DomainError) {
        line = row.line
        outTradeNo = try OutTradeNo(row[columns.outTradeNo])
        channel = try PaymentChannelKind(code: row[columns.channel])
        institution = try InstitutionCode(row[columns.institution], scheme: .local).text
        guard Region.institutions.contains(institution) else {
            throw DomainError(field: "org_code", message: "\(institution) is not one of \(Region.institutions.joined(separator: ", "))")
        }
        kind = try PaymentKind(name: row[columns.kind])
        // Digits and a minus only: Int64 would take a plus sign too.
        guard !row[columns.amount].hasPrefix("+"), let fen = Int64(row[columns.amount]) else {
            throw DomainError(field: "amount_fen", message: "\(row[columns.amount]) is no whole number of fen")
        }
        amount = Money(fen: fen)
        try Charge.check(amount)
        switch (row[columns.payOutcome], row[columns.hisOutcome]) {
        case ("UNPAID", ""): hisOutcome = nil
        case ("PAID", let text):
            guard let outcome = HISOutcome(rawValue: text) else {
                throw DomainError(field: "his_outcome", message: "\(text) is not OK, REJECT, TIMEOUT or LOST_REPLY")
            }
            hisOutcome = outcome
        case ("UNPAID", let text): throw DomainError(field: "his_outcome", message: "\(text) of a payment that nobody pays")
        case (let text, _): throw DomainError(field: "pay_outcome", message: "\(text) is not PAID or UNPAID")
        }
    }

    package init(
        line: Int, outTradeNo: OutTradeNo, channel: PaymentChannelKind, institution: String, kind: PaymentKind, amount: Money,
        hisOutcome: HISOutcome?
    ) {
        self.line = line
        self.outTradeNo = outTradeNo
        self.channel = channel
        self.institution = institution
        self.kind = kind
        self.amount = amount
        self.hisOutcome = hisOutcome
    }
}

extension Sequence<DayRequest> {
    /// What the HIS goes by: the columns of a fault plan.
    package var faultPlan: String {
        var text = "out_trade_no,his_outcome\n"
        for request in self {
            if let outcome = request.hisOutcome, outcome != .ok { text += "\(request.outTradeNo.text),\(outcome.rawValue)\n" }
        }
        return text
    }
}
