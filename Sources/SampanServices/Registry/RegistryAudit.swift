package import SampanMesh
package import SampanRPC
internal import SampanDomain

/// Where it is written down who changes the registry, before it is changed.
package protocol RegistryAudit: Sendable {
    /// Returns when the record is durable; throws where that cannot be, and then nothing is done.
    func append(_ record: AuditRecord) async throws(RPCError)
}

extension AuditRecord {
    /// - Parameter detail: for people: codes and ids, never a name.
    static func registry(_ context: CallContext, at time: UnixTime, _ reason: String, _ detail: String) -> AuditRecord {
        AuditRecord(
            at: time, kind: .registry, actor: context.peer.identity?.uri ?? "", address: context.peer.address,
            method: "\(context.method)", reason: reason, detail: detail)
    }
}
