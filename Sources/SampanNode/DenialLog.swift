internal import Logging
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC

/// Every denial, with the rule that decided, to the audit log and to the log. Who a caller is stands in its certificate; what it asked for
/// is not told.
struct DenialLog: Sendable {
    let log: Logger
    let auditLog: AuditLog

    func note(_ call: AccessPolicy.DeniedCall) {
        auditLog.record(AuditRecord(call, at: WallClock.now()))
        log.notice(
            "a call was denied",
            metadata: [
                "method": "\(call.method)", "caller": "\(call.identity?.uri ?? "none")", "address": "\(call.address)",
                "reason": "\(call.denial.reason)", "rules": "\(call.denial.rules.joined(separator: ","))",
            ])
    }
}
