package import Logging
internal import SampanCrypto
package import SampanMesh
package import SampanTransport

/// Opens the audit log of a node: `audit.db` in its data folder, its heads signed with the key of the node's certificate.
package enum NodeAudit {
    /// The secret of which the pseudonyms in the log are made: `audit-person.key` (0600) in the data folder, made where there is none.
    /// Throws, with the file's name, where it is another file or cannot be read or made.
    package static func personKeys(folder: String) throws -> AuditPersonKeys {
        let path = "\(folder)/\(AuditPersonKeys.fileName)"
        if !WholeFile.exists(path) { try WholeFile.write(try RandomBytes.make(32), to: path, mode: 0o600, overwrite: false) }
        guard let keys = AuditPersonKeys(secret: try CredentialFile.secret(path)) else {
            throw ConfigurationError(file: path, message: "is not 32 bytes; without the right ones nobody's entries are found again")
        }
        return keys
    }

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
                file: path,
                message: "\(fault); `sampan audit verify` tells more; "
                    + "move it and \(AuditArchive.indexName) to a safe place, and the node begins a new one")
        }
    }
}
