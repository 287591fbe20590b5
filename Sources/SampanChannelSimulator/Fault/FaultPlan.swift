package import SampanDomain

/// Which faults happen to which order: rows of a file, and a seeded chance beside them.
package struct FaultPlan: Sendable {
    private struct Place: Hashable {
        let outTradeNo: String
        let operation: FaultOperation
    }

    /// The out_trade_no of a row that is meant for every order without a row of its own for the same operation and fault.
    static let everyOrder = "*"

    private var rules: [Place: [FaultRule]] = [:]
    package var seeded: SeededFaults?

    package static let none = FaultPlan()

    package init(seeded: SeededFaults? = nil) {
        self.seeded = seeded
    }

    /// Adds a rule behind those of the same order and operation; false when there is one of the same fault, or the fault is not of
    /// the operation.
    @discardableResult
    package mutating func add(_ rule: FaultRule, to operation: FaultOperation, of outTradeNo: String) -> Bool {
        let place = Place(outTradeNo: outTradeNo, operation: operation)
        guard rule.fault.applies(to: operation), rules[place]?.contains(where: { $0.key == rule.key }) != true else { return false }
        rules[place, default: []].append(rule)
        return true
    }

    /// The faults of an order's operation, in the order in which they are used up: its own, everybody's, the seeded one.
    package func rules(_ operation: FaultOperation, of outTradeNo: OutTradeNo) -> [FaultRule] {
        let own = rules[Place(outTradeNo: outTradeNo.text, operation: operation)] ?? []
        let common = rules[Place(outTradeNo: Self.everyOrder, operation: operation)] ?? []
        let chance = seeded?.rule(operation, of: outTradeNo)
        return own + common.filter { rule in !own.contains { $0.key == rule.key } } + (chance.map { [$0] } ?? [])
    }
}
