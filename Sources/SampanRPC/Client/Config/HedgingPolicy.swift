/// Several attempts of one call under way at once, the first answer counts (gRFC A6).
///
/// Right for methods that may run several times: each attempt may reach a server.
public struct HedgingPolicy: Sendable, Hashable {
    /// Attempts in all: 2 to 5.
    public let maximumAttempts: Int
    /// Time between one attempt and the next while no answer comes; zero sends all at once.
    public let delay: Duration
    /// Statuses that do not end the call while another attempt may still answer. Any other ends it, and cancels the rest.
    public let nonFatalCodes: Set<StatusCode>

    /// Throws for what gRFC A6 calls invalid, and names the field.
    public init(maximumAttempts: Int, delay: Duration = .zero, nonFatalCodes: Set<StatusCode> = []) throws(ServiceConfigError) {
        guard maximumAttempts >= 2 else {
            throw ServiceConfigError(field: "hedgingPolicy.maxAttempts", reason: "\(maximumAttempts) is less than 2")
        }
        guard delay >= .zero else { throw ServiceConfigError(field: "hedgingPolicy.hedgingDelay", reason: "must not be negative") }
        guard !nonFatalCodes.contains(.ok) else {
            throw ServiceConfigError(field: "hedgingPolicy.nonFatalStatusCodes", reason: "must not hold OK")
        }
        self.maximumAttempts = min(maximumAttempts, RetryPolicy.attemptLimit)
        self.delay = delay
        self.nonFatalCodes = nonFatalCodes
    }
}

extension HedgingPolicy: Decodable {
    private enum CodingKeys: String, CodingKey {
        case maxAttempts, hedgingDelay, nonFatalStatusCodes
    }

    /// Reads gRPC's JSON form.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            maximumAttempts: fields.decode(Int.self, forKey: .maxAttempts),
            delay: fields.decodeIfPresent(JSONDuration.self, forKey: .hedgingDelay)?.value ?? .zero,
            nonFatalCodes: Set(fields.decodeIfPresent([JSONStatusCode].self, forKey: .nonFatalStatusCodes)?.map(\.value) ?? []))
    }
}
