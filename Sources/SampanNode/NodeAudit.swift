package import Logging
package import SampanMesh
package import SampanTransport

/// Opens the audit log of a node: `audit.db` in its data folder, its heads signed with the key of the node's certificate.
package enum NodeAudit {
    /// Heads are signed with what `credentials` show at the time. Throws, with the file's name, for a log that cannot be written or is not
    /// whole.
    package static func open(folder: String, _ credentials: LiveCredentials, log: Logger) async throws -> AuditLog {
        let path = "\(folder)/\(AuditArchive.fileName)"
        do {
            return try await AuditLog.open(
                path: path, signer: { AuditSigner(credentials.credentials.identityShown) }, time: AuditTime(now: WallClock.now)
            ) { error in
                log.error("denials and admin actions cannot be written down", metadata: ["error": "\(error)"])
            }
        } catch AuditError.damaged(let fault) {
            throw ConfigurationError(
                file: path, message: "\(fault); `sampan audit verify` tells more; move it to a safe place, and the node begins a new one")
        }
    }
}
