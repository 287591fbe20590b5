/// When a call that failed is made again (gRFC A6).
///
/// Right for methods that are idempotent only: a server may have done its work before the call failed.
public struct RetryPolicy: Sendable, Hashable {
    /// Most attempts of one call that any policy may ask for; more is taken for this (gRFC A6).
    public static let attemptLimit = 5
    /// Largest factor between two waits. 1,000: beyond it the second wait is the longest one anyway.
    public static let multiplierLimit: Double = 1_000

    /// Attempts in all, the first included: 2 to 5.
    public let maximumAttempts: Int
    /// Wait before the second attempt, give or take 20 %.
    public let initialBackoff: Duration
    public let maximumBackoff: Duration
    /// What the wait is multiplied with after each attempt.
    public let backoffMultiplier: Double
    /// Statuses that are worth another attempt; never OK, never none.
    public let retryableCodes: Set<StatusCode>

    /// Throws for what gRFC A6 calls invalid, and names the field.
    public init(
        maximumAttempts: Int, initialBackoff: Duration, maximumBackoff: Duration, backoffMultiplier: Double,
        retryableCodes: Set<StatusCode>
    ) throws(ServiceConfigError) {
        guard maximumAttempts >= 2 else { throw Self.invalid("maxAttempts", "\(maximumAttempts) is less than 2") }
        guard initialBackoff > .zero else { throw Self.invalid("initialBackoff", "must be more than nothing") }
        guard maximumBackoff > .zero else { throw Self.invalid("maxBackoff", "must be more than nothing") }
        guard backoffMultiplier > 0, backoffMultiplier <= Self.multiplierLimit else {
            throw Self.invalid("backoffMultiplier", "\(backoffMultiplier) is not above 0 and at most \(Self.multiplierLimit)")
        }
        guard !retryableCodes.isEmpty, !retryableCodes.contains(.ok) else {
            throw Self.invalid("retryableStatusCodes", "must hold a code, and not OK")
        }
        self.maximumAttempts = min(maximumAttempts, Self.attemptLimit)
        self.initialBackoff = initialBackoff
        self.maximumBackoff = maximumBackoff
        self.backoffMultiplier = backoffMultiplier
        self.retryableCodes = retryableCodes
    }

    private static func invalid(_ field: String, _ reason: String) -> ServiceConfigError {
        ServiceConfigError(field: "retryPolicy.\(field)", reason: reason)
    }
}

extension RetryPolicy: Decodable {
    private enum CodingKeys: String, CodingKey {
        case maxAttempts, initialBackoff, maxBackoff, backoffMultiplier, retryableStatusCodes
    }

    /// Reads gRPC's JSON form.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            maximumAttempts: fields.decode(Int.self, forKey: .maxAttempts),
            initialBackoff: fields.decode(JSONDuration.self, forKey: .initialBackoff).value,
            maximumBackoff: fields.decode(JSONDuration.self, forKey: .maxBackoff).value,
            backoffMultiplier: fields.decode(Double.self, forKey: .backoffMultiplier),
            retryableCodes: Set(fields.decode([JSONStatusCode].self, forKey: .retryableStatusCodes).map(\.value)))
    }
}
