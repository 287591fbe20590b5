/// What kind of thing an audit tells of. Open: a log written by a later program has kinds that this one does not know, and shows them by
/// name.
package struct AuditKind: Sendable, Hashable {
    package let name: String

    private static let longestName = 32

    /// Nil unless the name is 1 to 32 characters a-z 0-9 and dash.
    package init?(_ name: String) {
        let isName = name.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard (1...Self.longestName).contains(name.utf8.count), isName else { return nil }
        self.name = name
    }

    private init(known name: String) { self.name = name }

    /// A call that the policy did not let through.
    package static let denial = AuditKind(known: "denial")
    /// An admin changed something.
    package static let admin = AuditKind(known: "admin")
    /// Finance staff closed a day or dealt with a break.
    package static let finance = AuditKind(known: "finance")
    /// Somebody changed the registry of institutions, staff or codes.
    package static let registry = AuditKind(known: "registry")
    /// Another policy is in force.
    package static let policy = AuditKind(known: "policy")
    /// An admin's command under the break-glass key.
    package static let breakGlass = AuditKind(known: "break-glass")
    /// Somebody looked at, or changed, a person's record, or was refused.
    package static let access = AuditKind(known: "access")
    /// So many were not told one by one: their queue was full, or they could not be written.
    package static let untold = AuditKind(known: "untold")
}
