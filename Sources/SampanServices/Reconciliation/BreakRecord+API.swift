internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanReconciliation

extension Break {
    /// Text of a finding at the most: a WeChat transaction has 32 characters, a refund number 64.
    private static let maximumText = 64

    init(_ finding: ReconciliationV1.Finding) throws(DomainError) {
        guard let type = BreakType(rawValue: finding.type) else {
            throw DomainError(field: "findings.type", message: "is none of the types of breaks.csv")
        }
        guard let action = BreakAction(rawValue: finding.action) else {
            throw DomainError(field: "findings.action", message: "is none of the actions of breaks.csv")
        }
        guard (0...ChannelSettlement.maximumFen).contains(finding.amountFen) else {
            throw DomainError(field: "findings.amount_fen", message: "is below zero, or beyond 100 billion yuan")
        }
        for text in [finding.outTradeNo, finding.outRefundNo, finding.institutionCode] {
            guard text.utf8.count <= Self.maximumText, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw DomainError(field: "findings", message: "a number or code has blanks, or more than \(Self.maximumText) characters")
            }
        }
        self.init(
            type, order: finding.outTradeNo, refund: finding.outRefundNo, institution: finding.institutionCode,
            channel: finding.channel.isEmpty ? nil : try PaymentChannelKind(code: finding.channel), amount: finding.amountFen,
            action: action)
    }

    fileprivate var message: ReconciliationV1.Finding {
        ReconciliationV1.Finding(
            type: type.rawValue, outTradeNo: order, outRefundNo: refund, institutionCode: institution, channel: channel?.rawValue ?? "",
            amountFen: amount, action: action.rawValue)
    }
}

extension BreakRecord {
    var message: ReconciliationV1.Break {
        ReconciliationV1.Break(
            number: UInt64(clamping: number), date: day.text, run: UInt64(clamping: run), finding: found.message, state: state.message,
            lastStep: UInt32(clamping: last.number), proposedBy: last.kind == .proposed ? last.by : "", note: last.note)
    }
}

extension BreakStep {
    var message: ReconciliationV1.BreakStep {
        ReconciliationV1.BreakStep(
            number: UInt32(clamping: number), kind: kind.rawValue, by: by, at: at.message, note: note, outRefundNo: refundNo ?? "",
            entry: UInt64(clamping: entry ?? 0))
    }
}

extension BreakRun {
    var message: ReconciliationV1.Run {
        ReconciliationV1.Run(
            number: UInt64(clamping: number), date: day.text, recordedAt: recordedAt.message, recordedBy: recordedBy,
            breaks: UInt64(clamping: breaks), newBreaks: UInt64(clamping: newBreaks), goneBreaks: UInt64(clamping: goneBreaks))
    }
}

extension BreakState {
    fileprivate var message: ReconciliationV1.BreakState {
        switch self {
        case .open: .open
        case .proposed: .proposed
        case .refunding: .refunding
        case .resolved: .resolved
        case .gone: .gone
        }
    }
}
