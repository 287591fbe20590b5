package import SampanAPI
package import SampanDomain
package import SampanMesh
package import SampanRPC

/// What the audit service reads of the node's log. Each throws `UNAVAILABLE` where the log cannot be read now.
package protocol AuditReading: Sendable {
    /// As `AuditLog.treeHead`; nil where nothing is sealed.
    func treeHead(known: UInt64) async throws(RPCError) -> (head: AuditTreeHead, path: [[UInt8]])?

    /// As `AuditLog.readers`, after a seal: what has happened until now is in it.
    func readers(of person: AuditPseudonym, skipping skipped: UInt64, limit: Int) async throws(RPCError) -> AuditV1.AuditReaders
}

/// Who the resident is that an app speaks for.
package protocol AuditResidents: Sendable {
    /// The person of a session that the calling app has opened. Throws `UNAUTHENTICATED` for one that is not, or no longer, open, or of
    /// another app.
    func person(of session: String, _ context: CallContext) async throws(RPCError) -> EnterpriseID
}

extension AuditRecord {
    /// One access to a person's record, as a service that was called tells it.
    /// - Parameter reason: why it was let through or not, in a word that stays the same.
    package static func access(_ access: AuditAccess, _ context: CallContext, at time: UnixTime, reason: String) -> AuditRecord {
        AuditRecord(
            at: time, kind: .access, actor: context.peer.identity?.uri ?? "", address: context.peer.address, method: "\(context.method)",
            reason: reason, access: access)
    }
}
