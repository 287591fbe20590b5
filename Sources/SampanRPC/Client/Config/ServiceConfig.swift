/// How a client makes its calls, by method (gRPC service_config.proto, doc/service_config.md).
public struct ServiceConfig: Sendable, Hashable {
    /// Asks for nothing.
    public static let none = ServiceConfig()

    public let methods: [MethodConfig]
    /// Nil leaves the choice to the channel.
    public let balancing: BalancingPolicy?
    public let throttling: RetryThrottling?
    /// Where the config of a name stands in `methods`.
    private let index: [MethodConfig.Name: Int]

    private init() {
        methods = []
        balancing = nil
        throttling = nil
        index = [:]
    }

    /// Throws when two configs claim one name.
    public init(
        methods: [MethodConfig], balancing: BalancingPolicy? = nil, throttling: RetryThrottling? = nil
    ) throws(ServiceConfigError) {
        var index: [MethodConfig.Name: Int] = [:]
        for (position, config) in methods.enumerated() {
            for name in config.names {
                guard index.updateValue(position, forKey: name) == nil else {
                    throw ServiceConfigError(field: "methodConfig.name", reason: "\(name.service)/\(name.method) stands there twice")
                }
            }
        }
        self.methods = methods
        self.balancing = balancing
        self.throttling = throttling
        self.index = index
    }

    /// The config of a method: its own, or its service's, or the one for all; nil when there is none of these.
    public func config(for method: MethodDescriptor) -> MethodConfig? {
        // The usual case first: nothing is configured, and nothing is looked up.
        guard !index.isEmpty else { return nil }
        for name in [(method.service, method.name), (method.service, ""), ("", "")] {
            if let name = try? MethodConfig.Name(service: name.0, method: name.1), let position = index[name] { return methods[position] }
        }
        return nil
    }
}

extension ServiceConfig: Decodable {
    private enum CodingKeys: String, CodingKey {
        case methodConfig, loadBalancingConfig, retryThrottling
    }

    /// Reads gRPC's JSON form; fields that are not known are passed over, as gRPC asks.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            methods: fields.decodeIfPresent([MethodConfig].self, forKey: .methodConfig) ?? [],
            balancing: fields.decodeIfPresent(BalancingPolicy.self, forKey: .loadBalancingConfig),
            throttling: fields.decodeIfPresent(RetryThrottling.self, forKey: .retryThrottling))
    }
}
