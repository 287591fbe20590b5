internal import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanProtobuf

/// What a payment will ask of the HIS once it is paid: kept with the payment as the serialized request, without what only the
/// channel can say.
enum PaymentCommand {
    /// The part that is known when the payment is made.
    static func bytes(_ command: GatewayV1.Request.Command) throws(ProtobufError) -> [UInt8] {
        try GatewayV1.Request(command: command).serialized()
    }

    /// Throws for what the HIS would never be asked: found when the payment is made, not when it is paid for.
    static func check(_ command: GatewayV1.Request.Command, scheme: InstitutionCode.Scheme) throws(DomainError) {
        let paid = completing(command) { charge in
            var charge = charge ?? GatewayV1.Charge()
            // Placeholders for what only the channel will say.
            charge.channelTransactionID = "0"
            charge.paidAt = UnixTime(nanoseconds: 0).message
            return charge
        }
        _ = try HISCommand(GatewayV1.Request(command: paid), scheme: scheme)
    }

    /// The whole request, now that the channel has the money. Throws for bytes that this store has not made.
    static func request(_ payment: PaymentRecord, _ paid: ChannelPayment) throws -> GatewayV1.Request {
        var request = try GatewayV1.Request(serialized: payment.command)
        guard let command = request.command else { throw DomainError(field: "command", message: "is missing") }
        request.command = completing(command) { charge($0, payment, paid) }
        return request
    }

    /// The command with its charge replaced.
    private static func completing(
        _ command: GatewayV1.Request.Command, _ charge: (GatewayV1.Charge?) -> GatewayV1.Charge
    ) -> GatewayV1.Request.Command {
        switch command {
        case .bookingFee(var fee):
            fee.charge = charge(fee.charge)
            return .bookingFee(fee)
        case .outpatientFee(var fee):
            fee.charge = charge(fee.charge)
            return .outpatientFee(fee)
        case .inpatientDeposit(var deposit):
            deposit.charge = charge(deposit.charge)
            return .inpatientDeposit(deposit)
        case .slotHold, .holdRelease, .bookingCancellation, .clinicSessionStop, .bookingRuleEdit: return command
        }
    }

    private static func charge(_ known: GatewayV1.Charge?, _ payment: PaymentRecord, _ paid: ChannelPayment) -> GatewayV1.Charge {
        GatewayV1.Charge(
            outTradeNo: payment.outTradeNo.text, institutionCode: payment.institution.text, amountFen: payment.amount.fen,
            channel: payment.channel.message, channelTransactionID: paid.transactionID, paidAt: paid.paidAt.message,
            patientNumber: known?.patientNumber ?? "")
    }
}
