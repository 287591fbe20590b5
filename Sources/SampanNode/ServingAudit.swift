internal import SampanMesh
internal import SampanRPC
internal import Synchronization

/// The audit log of a node that is opened after the desks which write into it are made.
final class ServingAudit: Sendable {
    private let state = Mutex<AuditLog?>(nil)

    func set(_ log: AuditLog) { state.withLock { $0 = log } }

    /// Throws where it cannot be written: nothing is done without it.
    func append(_ record: AuditRecord) async throws(RPCError) {
        let log = state.withLock { $0 }
        do throws(AuditError) {
            guard let log else { throw .closed }
            try await log.append(record)
        } catch {
            throw RPCError(code: .unavailable, message: "the audit log cannot be written, and nothing is done without it", cause: error)
        }
    }
}
