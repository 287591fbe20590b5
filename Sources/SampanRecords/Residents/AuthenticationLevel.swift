/// How sure a sign-in makes who somebody is (ID-13). The raw value is the word of the file and of the audit log. Every method that a
/// session opens needs `code`; one that needs more refuses a session of less.
package enum AuthenticationLevel: String, Sendable, Hashable, CaseIterable {
    /// Who knows the number of an identity paper, and holds the phone that an institution has registered for its owner.
    case code
}
