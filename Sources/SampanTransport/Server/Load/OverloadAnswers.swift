internal import SampanHTTP2
internal import SampanRPC

/// The answers to calls that are refused for others, by the time after which they may come again.
struct OverloadAnswers: Sendable {
    static let shared = OverloadAnswers()

    /// Spread, so that calls that were refused together do not come back together. 250 ms to 1 s: one to four windows.
    static let waits: ClosedRange<Int64> = 250_000_000...1_000_000_000
    /// 16 waits, 50 ms from one to the next.
    private static let count: Int64 = 16

    private let answers: [HeaderBlock.Prepared]

    private init() {
        let step = (Self.waits.upperBound - Self.waits.lowerBound) / (Self.count - 1)
        answers = (0..<Self.count).map { index in
            let error = LoadRefusal.overload.error(wait: Self.waits.lowerBound + index * step)
            return HeaderBlock.Prepared(ResponseFields.trailersOnly(error, Metadata()))
        }
    }

    /// That of a wait; of the nearest where it is out of range.
    subscript(wait: Int64) -> HeaderBlock.Prepared {
        let wait = min(max(wait, Self.waits.lowerBound), Self.waits.upperBound)
        return answers[Int((wait - Self.waits.lowerBound) * (Self.count - 1) / (Self.waits.upperBound - Self.waits.lowerBound))]
    }
}
