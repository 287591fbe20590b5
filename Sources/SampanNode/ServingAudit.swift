internal import SampanAPI
internal import SampanFerry
internal import SampanMesh
internal import SampanRPC
internal import SampanServices
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

extension ServingAudit: AuditReading {
    func treeHead(known: UInt64) async throws(RPCError) -> (head: AuditTreeHead, path: [[UInt8]])? {
        do throws(AuditError) { return try await open().treeHead(known: known) } catch { throw Self.refusal(error) }
    }

    func readers(of person: AuditPseudonym, skipping skipped: UInt64, limit: Int) async throws(RPCError) -> AuditV1.AuditReaders {
        do throws(AuditError) {
            let log = try open()
            try await log.seal()
            return try await log.readers(of: person, skipping: skipped, limit: limit)
        } catch {
            throw Self.refusal(error)
        }
    }

    private func open() throws(AuditError) -> AuditLog {
        guard let log = state.withLock({ $0 }) else { throw .closed }
        return log
    }

    private static func refusal(_ error: AuditError) -> RPCError {
        if case .notSealed = error {
            return RPCError(.failedPrecondition, reason: "NOT_SEALED", "the log has no tree head over so many entries yet")
        }
        return RPCError(code: .unavailable, message: "the audit log cannot be read now", cause: error)
    }
}
