internal import SampanTestSupport
internal import SampanDomain

/// A payment day made from a seed, with more trouble in it than a real one: 10 % nobody pays, 5 % refused, 2 % without an answer,
/// 5 % with a lost answer.
enum GeneratedDay {
    /// - Parameter outcome: what the HIS does with every request; nil draws for each what it does, and whether anybody pays.
    static func requests(count: Int, outcome: DayRequest.HISOutcome? = nil, using random: inout SeededRandom) throws -> [DayRequest] {
        try (0..<count).map { index in
            let outcome = outcome ?? drawnOutcome(using: &random)
            let number = String(index)
            return DayRequest(
                line: index + 2, outTradeNo: try OutTradeNo("G\(String(repeating: "0", count: 8 - number.count))\(number)"),
                channel: Bool.random(using: &random) ? .wechatPay : .alipay,
                institution: Region.institutions[Int.random(in: 0..<Region.institutions.count, using: &random)],
                kind: PaymentKind.allCases[Int.random(in: 0..<PaymentKind.allCases.count, using: &random)],
                amount: Money(fen: Int64.random(in: 1...200_000, using: &random)), hisOutcome: outcome)
        }
    }

    private static func drawnOutcome(using random: inout SeededRandom) -> DayRequest.HISOutcome? {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: nil
        case 10..<15: .reject
        case 15..<17: .timeout
        case 17..<22: .lostReply
        default: .ok
        }
    }
}
