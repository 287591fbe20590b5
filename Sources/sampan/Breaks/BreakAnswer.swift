import SampanAPI
import SampanDomain
import SampanReconciliation

/// A break as JSON. Amounts are whole fen.
struct BreakAnswer: Encodable {
    struct Step: Encodable {
        let number: UInt32
        let kind: String
        let by: String
        /// RFC 3339, UTC.
        let at: String?
        let note: String
        let outRefundNo: String?
        let entry: UInt64?
    }

    let number: UInt64
    let date: String
    let run: UInt64
    let state: String
    let type: String
    let outTradeNo: String
    let outRefundNo: String
    let org: String
    let channel: String
    let amountFen: Int64
    let action: String
    let lastStep: UInt32
    let proposedBy: String?
    let note: String
    let steps: [Step]?

    init(_ found: ReconciliationV1.Break, steps: [ReconciliationV1.BreakStep]? = nil) {
        let finding = found.finding ?? ReconciliationV1.Finding()
        (number, date, run, state) = (found.number, found.date, found.run, BreakText.word(found.state))
        (type, outTradeNo, outRefundNo) = (finding.type, finding.outTradeNo, finding.outRefundNo)
        (org, channel, amountFen, action) = (finding.institutionCode, finding.channel, finding.amountFen, finding.action)
        (lastStep, note) = (found.lastStep, found.note)
        proposedBy = found.proposedBy.isEmpty ? nil : found.proposedBy
        self.steps = steps?.map {
            Step(
                number: $0.number, kind: $0.kind, by: $0.by, at: Moment.text($0.at), note: $0.note,
                outRefundNo: $0.outRefundNo.isEmpty ? nil : $0.outRefundNo, entry: $0.entry == 0 ? nil : $0.entry)
        }
    }
}

/// Breaks as people read them. Amounts are yuan.
enum BreakText {
    static func word(_ state: ReconciliationV1.BreakState) -> String {
        switch state {
        case .open: "OPEN"
        case .proposed: "PROPOSED"
        case .refunding: "REFUNDING"
        case .resolved: "RESOLVED"
        case .gone: "GONE"
        case .unspecified, .unrecognized: "UNKNOWN"
        }
    }

    static func table(_ breaks: [ReconciliationV1.Break]) -> String {
        let rows = breaks.map { found in
            let finding = found.finding ?? ReconciliationV1.Finding()
            return [
                String(found.number), found.date, word(found.state), finding.type, BreakType(rawValue: finding.type)?.chinese ?? "",
                finding.outTradeNo, finding.institutionCode, finding.channel, Money(fen: finding.amountFen).yuan, finding.action,
                found.proposedBy,
            ].map(CertificateDescription.printable)
        }
        return TextTable(
            ["break", "day 日期", "state", "type", "名称", "order", "institution", "channel", "amount", "action", "proposed by"], rows
        ).text
    }

    static func history(_ found: ReconciliationV1.Break, _ steps: [ReconciliationV1.BreakStep]) -> String {
        let rows = steps.map { step in
            let at = step.at?.nanosecondsSince1970.map { UnixTime(nanoseconds: $0).chinaText } ?? ""
            let more = [
                step.note, step.outRefundNo.isEmpty ? "" : "refund \(step.outRefundNo)", step.entry == 0 ? "" : "entry \(step.entry)",
            ]
            return [String(step.number), step.kind, at, step.by, more.filter { !$0.isEmpty }.joined(separator: "; ")]
                .map(CertificateDescription.printable)
        }
        return table([found]) + "\n\n" + TextTable(["step", "what", "at 时间", "by", "note"], rows).text
    }
}
