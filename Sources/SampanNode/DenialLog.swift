internal import Logging
internal import SampanMesh
internal import SampanRPC

/// Every denial, with the rule that decided. Who a caller is stands in its certificate; what it asked for is not told.
struct DenialLog: Sendable {
    let log: Logger

    func note(_ call: AccessPolicy.DeniedCall) {
        log.notice(
            "a call was denied",
            metadata: [
                "method": "\(call.method)", "caller": "\(call.identity?.uri ?? "none")", "address": "\(call.address)",
                "reason": "\(call.denial.reason)", "rules": "\(call.denial.rules.joined(separator: ","))",
            ])
    }
}
