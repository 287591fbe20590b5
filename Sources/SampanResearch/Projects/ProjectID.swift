package import SampanDomain

/// A research project of one requester. Two requesters may call theirs alike: they are two, with two keys.
package struct ProjectID: Sendable, Hashable {
    package let requester: InstitutionCode
    /// 1 to 64 of `0-9 A-Z a-z . _ -`.
    package let name: String

    package init(_ name: String, of requester: InstitutionCode) throws(DomainError) {
        try ResearchText.checkName(name, field: "project")
        (self.requester, self.name) = (requester, name)
    }
}

extension ProjectID: CustomStringConvertible {
    package var description: String { "\(requester)/\(name)" }
}
