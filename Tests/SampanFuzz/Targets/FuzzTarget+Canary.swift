extension FuzzTarget {
    /// Targets with a fault in them, behind three steps: they show that the engine finds faults, and that each kind is noticed.
    package static let canaries = [
        canary("violation") { "the canary sang" },
        canary("trap") { preconditionFailure("the canary fell") },
        canary("hang") {
            var count: UInt64 = 0
            while count < .max { count &+= 2 }
            return "\(count)"
        },
    ]

    private static func canary(_ kind: String, _ fault: @escaping @Sendable () -> String?) -> FuzzTarget {
        FuzzTarget("canary-\(kind)", maximumBytes: 64, dictionary: ["coal".word, "mine".word]) { bytes in
            guard bytes.starts(with: "coal".word), bytes.dropFirst(4).starts(with: "mine".word), bytes.count > 12 else { return nil }
            return fault()
        }
    }
}
