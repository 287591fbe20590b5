package import SampanDomain

/// The name of a dataset in the catalogue: 1 to 64 of `0-9 A-Z a-z . _ -`.
package struct DatasetCode: Sendable, Hashable {
    package let text: String

    package init(_ text: String) throws(DomainError) {
        try ResearchText.checkName(text, field: "dataset")
        self.text = text
    }
}

/// An entry of the catalogue (RE-22): what there is, whose it is, and how far it is open.
package struct Dataset: Sendable, Hashable {
    /// Documents of the highest grade are for a few named persons (GB/T 39725-2020): research is never one of them.
    package static let highestGrade = 4

    package let code: DatasetCode
    package let title: String
    package let part: CataloguePart
    /// Who is responsible for it.
    package let owner: InstitutionCode
    package let kinds: Set<DocumentKind>
    /// Documents above are left out of it: 1 to `highestGrade`.
    package let gradeCeiling: Int
    package let level: OpenLevel
    /// The law or regulation by which it is closed, or open on conditions only (RE-24). Empty only for open ones.
    package let basis: String
    /// Persons that must be alike at least in what is given out.
    package let smallestClass: Int

    /// Throws for no kinds, a grade that is none, and a closed or conditional dataset without its legal basis.
    /// - Parameter smallestClass: nil: the least that the level allows.
    package init(
        code: DatasetCode, title: String, part: CataloguePart, owner: InstitutionCode, kinds: Set<DocumentKind>, gradeCeiling: Int = 3,
        level: OpenLevel, basis: String, smallestClass: Int? = nil
    ) throws(DomainError) {
        try ResearchText.check(title, field: "title")
        guard !kinds.isEmpty else { throw DomainError(field: "kinds", message: "name at least one kind of document") }
        guard (1...Self.highestGrade).contains(gradeCeiling) else {
            throw DomainError(field: "grade_ceiling", message: "must be 1 to \(Self.highestGrade)")
        }
        if level != .open || !basis.isEmpty { try ResearchText.check(basis, field: "basis") }
        let least = smallestClass ?? level.leastClass
        guard (level.leastClass...1_000_000).contains(least) else {
            throw DomainError(field: "smallest_class", message: "must be \(level.leastClass) or more at this level")
        }
        (self.code, self.title, self.part, self.owner, self.kinds) = (code, title, part, owner, kinds)
        (self.gradeCeiling, self.level, self.basis, self.smallestClass) = (gradeCeiling, level, basis, least)
    }
}

/// A dataset as the catalogue has it.
package struct ListedDataset: Sendable, Hashable {
    package let dataset: Dataset
    /// 1 upwards: each change is a new one, and the former stay.
    package let version: Int64
    package let enteredAt: UnixTime
}
