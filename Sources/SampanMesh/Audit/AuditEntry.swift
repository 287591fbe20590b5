/// What an audit log is a chain of: serialized `AuditRecord`s.
package enum AuditChainKind: HashChainKind {
    package static let domain = "sampan audit log v1"
}

/// One line of an audit log.
package typealias AuditEntry = HashChainEntry<AuditChainKind>
