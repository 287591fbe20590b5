package import SampanAPI
package import SampanDomain
internal import SampanRPC

/// The typed command and its form on the wire: checked outside when it arrives, and inside again by the same code (gap rule 2, GW-15).
extension HISCommand {
    /// Throws naming the first field that is wrong, or that the kind of command is none this side knows (GW-20).
    package init(_ request: GatewayV1.Request, scheme: InstitutionCode.Scheme) throws(DomainError) {
        switch request.command {
        case .bookingFee(let fee):
            self = .bookingFee(
                try BookingFee(
                    charge: try Charge(required: fee.charge, scheme: scheme), departmentCode: fee.departmentCode,
                    scheduleID: fee.scheduleID, holdNumber: fee.holdNumber))
        case .outpatientFee(let fee):
            self = .outpatientFee(
                try OutpatientFee(charge: try Charge(required: fee.charge, scheme: scheme), chargeOrderIDs: fee.chargeOrderIDs))
        case .inpatientDeposit(let deposit):
            self = .inpatientDeposit(
                try InpatientDeposit(
                    charge: try Charge(required: deposit.charge, scheme: scheme), admissionNumber: deposit.admissionNumber))
        case .slotHold, .holdRelease, .bookingCancellation, .clinicSessionStop, .bookingRuleEdit:
            self = .booking(try BookingCommand(request.command, scheme: scheme))
        case nil:
            throw DomainError(field: "command", message: "is missing or of a kind that is not known here")
        }
    }

    /// The form on the wire.
    package var message: GatewayV1.Request.Command {
        switch self {
        case .bookingFee(let fee):
            .bookingFee(
                GatewayV1.BookingFee(
                    charge: fee.charge.message, departmentCode: fee.departmentCode ?? "", scheduleID: fee.scheduleID ?? "",
                    holdNumber: fee.holdNumber?.text ?? ""))
        case .outpatientFee(let fee):
            .outpatientFee(GatewayV1.OutpatientFee(charge: fee.charge.message, chargeOrderIDs: fee.chargeOrderIDs))
        case .inpatientDeposit(let deposit):
            .inpatientDeposit(
                GatewayV1.InpatientDeposit(charge: deposit.charge.message, admissionNumber: deposit.admissionNumber))
        case .booking(let command): command.message
        }
    }
}

extension Charge {
    fileprivate init(required message: GatewayV1.Charge?, scheme: InstitutionCode.Scheme) throws(DomainError) {
        guard let message else { throw DomainError(field: "charge", message: "is missing") }
        try self.init(
            outTradeNo: try OutTradeNo(message.outTradeNo),
            institution: try InstitutionCode(message.institutionCode, scheme: scheme), amount: Money(fen: message.amountFen),
            channel: try PaymentChannelKind(message.channel), channelTransactionID: message.channelTransactionID,
            paidAt: try UnixTime(required: message.paidAt, field: "paid_at"), patientNumber: message.patientNumber)
    }

    fileprivate var message: GatewayV1.Charge {
        GatewayV1.Charge(
            outTradeNo: outTradeNo.text, institutionCode: institution.text, amountFen: amount.fen, channel: channel.message,
            channelTransactionID: channelTransactionID, paidAt: paidAt.message, patientNumber: patientNumber ?? "")
    }
}
