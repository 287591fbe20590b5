/// How far failures may go before a channel stops its retries and hedges (gRFC A6, Throttling Retry Attempts and Hedged RPCs).
public struct RetryThrottling: Sendable, Hashable {
    /// Thousandths of a token: gRFC A6 counts to three decimals and no further.
    package let maximumThousandths: Int
    package let ratioThousandths: Int

    /// - Parameters:
    ///   - maximumTokens: 1 to 1,000. At half of them or less nothing is retried.
    ///   - tokenRatio: what a call that ends well gives back, above 0; counted to three decimals. A failure costs one token.
    public init(maximumTokens: Int, tokenRatio: Double) throws(ServiceConfigError) {
        guard (1...1_000).contains(maximumTokens) else {
            throw ServiceConfigError(field: "retryThrottling.maxTokens", reason: "\(maximumTokens) is not 1 to 1000")
        }
        // A ratio above the maximum fills the bucket at once, like the maximum itself.
        guard tokenRatio >= 0.001, tokenRatio.isFinite else {
            throw ServiceConfigError(field: "retryThrottling.tokenRatio", reason: "\(tokenRatio) is less than 0.001")
        }
        maximumThousandths = maximumTokens * 1_000
        // Rounded down past a shadow of binary fractions: 0.3 * 1000 is 299.99999999999994 for some ratios.
        ratioThousandths = Int(min(tokenRatio, 1_000) * 1_000 + 1e-9)
    }
}

extension RetryThrottling: Decodable {
    private enum CodingKeys: String, CodingKey {
        case maxTokens, tokenRatio
    }

    /// Reads gRPC's JSON form.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            maximumTokens: fields.decode(Int.self, forKey: .maxTokens), tokenRatio: fields.decode(Double.self, forKey: .tokenRatio))
    }
}
