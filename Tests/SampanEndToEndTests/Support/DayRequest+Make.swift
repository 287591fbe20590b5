import SampanDomain
import SampanHarness

/// A paid request of the first institution; the number tells it from others.
func dayRequest(_ number: String, _ outcome: DayRequest.HISOutcome?, fen: Int64 = 1_500) throws -> DayRequest {
    DayRequest(
        line: 2, outTradeNo: try OutTradeNo(number), channel: .wechatPay, institution: Region.institutions[0], kind: .bookingFee,
        amount: Money(fen: fen), hisOutcome: outcome)
}
