internal import SampanDomain
internal import SampanFerry
package import SampanMesh
package import SampanRPC

/// Where it is written down what finance staff do, before it is done.
package protocol FinanceAudit: Sendable {
    /// Returns when the record is durable; throws where that cannot be, and then nothing is done.
    func append(_ record: AuditRecord) async throws(RPCError)
}

extension CallContext {
    /// Who calls, of the institution whose books these are. Throws `PERMISSION_DENIED` for the finance staff of another one.
    func requireStaff(of institution: String) throws(RPCError) -> PeerIdentity {
        let identity = try requireIdentity()
        guard identity.institution == institution else {
            throw RPCError(
                .permissionDenied, reason: "OTHER_INSTITUTION", "these are the books of another institution than that of the certificate")
        }
        return identity
    }
}

extension AuditRecord {
    /// - Parameter detail: for people; no patient's data.
    static func finance(_ context: CallContext, at time: UnixTime, _ reason: String, _ detail: String) -> AuditRecord {
        AuditRecord(
            at: time, kind: .finance, actor: context.peer.identity?.uri ?? "", address: context.peer.address,
            method: "\(context.method)", reason: reason, detail: detail)
    }
}

/// Reasons and notes of persons, which are kept for ever.
enum FinanceText {
    static let maximumBytes = 400

    /// Throws for one that is too long, or has control characters, or is empty where it is needed.
    static func check(_ text: String, field: String, isNeeded: Bool) throws(DomainError) -> String {
        guard !isNeeded || !text.isEmpty else { throw DomainError(field: field, message: "is missing") }
        guard text.utf8.count <= maximumBytes else { throw DomainError(field: field, message: "more than \(maximumBytes) bytes") }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw DomainError(field: field, message: "has control characters")
        }
        return text
    }
}
