/// Which of several endpoints a call goes to.
public enum BalancingPolicy: Sendable, Hashable {
    /// All calls to the first endpoint that answers, in the order of the list (gRFC A62).
    case pickFirst
    /// One after the other, over every endpoint that is connected.
    case roundRobin
    /// Of some that are drawn, the one with the fewest calls under way (gRFC A48).
    case leastRequest(choices: LeastRequestChoices = .two)
    /// Of some that are drawn, the one where a call is expected to take least: by how long its answers took lately, times the calls under
    /// way. Service configs have no name for it.
    case leastLatency(choices: LeastRequestChoices = .two)
}

/// How many endpoints `leastRequest` draws for a call: 2 to 10.
public struct LeastRequestChoices: Sendable, Hashable {
    /// gRFC A48's bound; more is taken for this.
    public static let limit = 10
    /// The default: a second choice brings nearly all of the gain (Mitzenmacher 2001).
    public static let two = LeastRequestChoices(count: 2)

    public let count: Int

    /// Throws below 2.
    public init(_ count: Int) throws(ServiceConfigError) {
        guard count >= 2 else {
            throw ServiceConfigError(field: "loadBalancingConfig.least_request.choiceCount", reason: "\(count) is less than 2")
        }
        self.init(count: min(count, Self.limit))
    }

    private init(count: Int) { self.count = count }
}

extension BalancingPolicy: Decodable {
    private enum CodingKeys: String, CodingKey {
        case pickFirst = "pick_first"
        case roundRobin = "round_robin"
        case leastRequest = "least_request"
        case leastRequestExperimental = "least_request_experimental"
    }

    private struct LeastRequestFields: Decodable {
        var choiceCount: Int?
    }

    /// One entry of `loadBalancingConfig`, or a list of them, of which the first known one counts (gRFC A24).
    public init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd {
                if let known = try Self.read(list.nestedContainer(keyedBy: CodingKeys.self)) {
                    self = known
                    return
                }
            }
        } else if let known = try Self.read(decoder.container(keyedBy: CodingKeys.self)) {
            self = known
            return
        }
        throw ServiceConfigError(
            field: "loadBalancingConfig", reason: "none of its policies is known; use pick_first, round_robin or least_request")
    }

    private static func read(_ entry: KeyedDecodingContainer<CodingKeys>) throws -> Self? {
        if entry.contains(.pickFirst) { return .pickFirst }
        if entry.contains(.roundRobin) { return .roundRobin }
        for key in [CodingKeys.leastRequest, .leastRequestExperimental] where entry.contains(key) {
            let fields = try entry.decode(LeastRequestFields.self, forKey: key)
            return .leastRequest(choices: try fields.choiceCount.map { try LeastRequestChoices($0) } ?? .two)
        }
        return nil
    }
}
