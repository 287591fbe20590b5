internal import SampanMesh
internal import SampanRPC
internal import SampanRecords

extension RegionAccessAudit {
    /// An entry about nobody, where one about a person would stand if there were one: a sign-in with a paper that nobody has. It takes as
    /// long to write. Throws UNAVAILABLE `AUDIT_UNAVAILABLE`.
    func appendNobody(_ reason: String, _ context: CallContext) async throws(RPCError) {
        do {
            try await log.append(
                AuditRecord(
                    at: now(), kind: AuditKind("sign-in") ?? .denial, actor: context.peer.identity?.uri ?? "",
                    address: context.peer.address,
                    method: "\(context.method)", reason: reason))
        } catch {
            throw AccessRefusal.auditUnavailable.rpcError
        }
    }
}
