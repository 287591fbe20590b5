/// What the channel is told to do wrong. None of it breaks the truth in the store.
package enum Fault: Sendable, Hashable {
    /// A call is refused with UNAVAILABLE before it has any effect.
    case fail
    /// A call has its effect, and its answer comes that much later; a notification leaves that much later.
    case late(Duration)
    /// A call has its effect, and the caller gets UNAVAILABLE.
    case lostAnswer
    /// A notification is sent twice.
    case twice
    /// A notification gets lost on the way; the ladder sends it again.
    case lost
    /// New refunds of the order stay PROCESSING for that long.
    case processing(Duration)
    /// By web only. An answer is signed by a stranger; of a notification a copy that is comes first.
    case forged
    /// By web only. The moment that is signed is off by so much.
    case skewed(Duration)

    /// As plan files write it.
    var name: String {
        switch self {
        case .fail: "FAIL"
        case .late: "LATE"
        case .lostAnswer: "LOST_ANSWER"
        case .twice: "TWICE"
        case .lost: "LOST"
        case .processing: "PROCESSING"
        case .forged: "FORGED"
        case .skewed: "SKEWED"
        }
    }

    func applies(to operation: FaultOperation) -> Bool {
        switch self {
        case .fail, .lostAnswer: operation != .notifyOrder
        case .late: true
        case .twice, .lost: operation == .notifyOrder
        case .processing: operation == .createRefund
        case .forged, .skewed: operation != .payOrder
        }
    }

    /// How it spoils a message that leaves.
    var spoiling: MessageSpoiling {
        switch self {
        case .forged: .forged
        case .skewed(let skew): .skewed(skew)
        case .fail, .late, .lostAnswer, .twice, .lost, .processing: .none
        }
    }
}

/// What a fault happens to, as plan files write it.
package enum FaultOperation: String, Sendable, Hashable, CaseIterable {
    case createOrder = "create_order"
    case queryOrder = "query_order"
    case closeOrder = "close_order"
    case createRefund = "create_refund"
    case queryRefund = "query_refund"
    case payOrder = "pay_order"
    case notifyOrder = "notify_order"
}

/// A fault and how often it happens to one order.
package struct FaultRule: Sendable, Hashable {
    package let fault: Fault
    /// 1 to 1,000,000; nil for always.
    package let times: Int?
    /// Under which its uses are counted in the store.
    let key: String

    package init(_ fault: Fault, times: Int?, key: String? = nil) {
        self.fault = fault
        self.times = times
        self.key = key ?? fault.name
    }
}
