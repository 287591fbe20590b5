package import Logging
internal import SampanCrypto
package import SampanMesh

/// Opens the audit log of a node: `audit.db` in its data folder, its heads signed with the key of the node's certificate.
package enum NodeAudit {
    /// Throws for credentials that cannot be read, and, with the file's name, for a log that cannot be written or is not whole.
    package static func open(folder: String, _ node: NodeSettings, log: Logger) async throws -> AuditLog {
        let signer = AuditSigner(try CredentialFile.identity(certificate: node.certificateFile, key: node.keyFile))
        let path = "\(folder)/\(AuditArchive.fileName)"
        do {
            return try await AuditLog.open(path: path, signer: { signer }, time: AuditTime(now: WallClock.now)) { error in
                log.error("denials and admin actions cannot be written down", metadata: ["error": "\(error)"])
            }
        } catch AuditError.damaged(let fault) {
            throw ConfigurationError(
                file: path, message: "\(fault); `sampan audit verify` tells more; move it to a safe place, and the node begins a new one")
        }
    }
}
