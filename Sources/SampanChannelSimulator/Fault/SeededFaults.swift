internal import SampanDomain

/// Faults by chance, the same for the same seed whatever the order of the calls: a share of all pairs of order and operation meets one
/// fault, once.
package struct SeededFaults: Sendable {
    /// Of 2^32 pairs, how many meet a fault.
    private let threshold: UInt64
    private let seed: UInt64
    /// How late what is late is, and how long a refund stays PROCESSING.
    private let delay: Duration

    /// Nil unless `rate` is 0 to 1.
    package init?(rate: Double, seed: UInt64, delay: Duration = .milliseconds(300)) {
        guard rate >= 0, rate <= 1 else { return nil }
        threshold = UInt64(rate * 4_294_967_296)
        self.seed = seed
        self.delay = delay
    }

    func rule(_ operation: FaultOperation, of outTradeNo: OutTradeNo) -> FaultRule? {
        let hash = hash(operation.rawValue + "/" + outTradeNo.text)
        guard hash >> 32 < threshold else { return nil }
        let all: [Fault] = [.fail, .lostAnswer, .late(delay), .twice, .lost, .processing(delay)]
        let possible = all.filter { $0.applies(to: operation) }
        let fault = possible[Int(hash & 0xFFFF_FFFF) % possible.count]
        return FaultRule(fault, times: 1, key: "SEEDED")
    }

    /// FNV-1a over the text, mixed by SplitMix64's finaliser.
    private func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
