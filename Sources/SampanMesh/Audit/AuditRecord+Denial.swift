package import SampanDomain
internal import SampanRPC

extension AuditRecord {
    /// A call that the policy did not let through.
    package init(_ call: AccessPolicy.DeniedCall, at time: UnixTime) {
        self.init(
            at: time, kind: .denial, actor: call.identity?.uri ?? "", address: call.address, method: call.method.description,
            reason: call.denial.reason, rules: call.denial.rules, policyHash: call.policyHash)
    }
}
