internal import SampanRPC
internal import SampanTransport

/// `limits` of a node's file: what one institution may ask of it, and what it does when all together ask too much (Docs/Mesh.md). Left out,
/// and each key of it left out: the defaults below.
///
/// ```yaml
/// limits:
///   calls-per-second: 20000     # of one institution; 0: any number
///   burst: 20000                # of one institution, at once after a pause; left out: as many as calls-per-second
///   calls-at-once: 10000        # of one institution; 0: any number
///   retry-percent: 20           # repetitions for a hundred calls of an institution to a method
///   shedding: true              # false: no call is refused for what others do
///   queueing: 50ms              # mean wait for a handler above which calls are refused, the least important first
///   priorities:                 # of calls that claim none; all others are normal
///     - { methods: [sampan.records.v1.RecordsService], priority: high }
///   highest-priority:           # the most that may be claimed
///     - { roles: [app], priority: high }
/// ```
enum LimitsSection {
    /// 20,000: ten times of what the largest hospital of a province brings in its busiest minute, and about what one core passes on. It
    /// stops a program that has gone round in circles, and nobody else.
    private static let callsPerSecond = 20_000
    /// Entries of a list, at most.
    private static let maximumEntries = 1_000

    static func read(_ mapping: YAMLMapping) throws(ConfigurationError) -> LoadLimits {
        let section = try mapping.mappingOrEmpty("limits")
        var limits = LoadLimits()
        limits.callsPerSecond = try section.integer("calls-per-second", default: callsPerSecond, in: 0...1_000_000)
        limits.burst = try section.integer("burst", default: max(1, limits.callsPerSecond), in: 1...10_000_000)
        limits.callsAtOnce = try section.integer("calls-at-once", default: limits.callsAtOnce, in: 0...10_000_000)
        limits.retryPercent = try section.integer("retry-percent", default: limits.retryPercent, in: 0...1_000)
        let queueing = try section.duration(
            "queueing", default: limits.queueingLimit ?? .zero, in: .milliseconds(1)...(.seconds(10)))
        limits.queueingLimit = try section.boolean("shedding", default: true) ? queueing : nil
        for entry in try entries(section, "priorities") {
            let methods = try entry.values("methods", "a service or service/Method") { isName($0) ? $0 : nil }
            let priority = try priority(entry)
            for method in methods {
                guard limits.priorities.updateValue(priority, forKey: method) == nil else {
                    throw entry.invalid("methods", "names \(method) a second time")
                }
            }
            try entry.finish()
        }
        for entry in try entries(section, "highest-priority") {
            let priority = try priority(entry)
            for role in try entry.roles("roles") { limits.highestPriorities[role] = priority }
            try entry.finish()
        }
        try section.finish()
        return limits
    }

    private static func entries(_ section: YAMLMapping, _ key: String) throws(ConfigurationError) -> [YAMLMapping] {
        guard section.has(key) else { return [] }
        let entries = try section.mappings(key)
        guard entries.count <= maximumEntries else { throw section.invalid(key, "has over \(maximumEntries) entries") }
        return entries
    }

    private static func priority(_ entry: YAMLMapping) throws(ConfigurationError) -> CallPriority {
        let name = try entry.string("priority")
        guard let priority = CallPriority(name: name) else {
            let names = CallPriority.allCases.map(\.name).joined(separator: ", ")
            throw entry.invalid("priority", "is \"\(name.prefix(100))\", which is not one of \(names)")
        }
        return priority
    }

    /// `package.Service` or `package.Service/Method`.
    private static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2E || $0 == 0x5F
                    }
            }
    }
}
