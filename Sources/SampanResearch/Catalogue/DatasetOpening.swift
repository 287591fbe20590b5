package import SampanDomain

/// That a closed dataset is let out after all (RE-26: 经相关权利人同意开放，或者依法进行脱敏、脱密等技术处理), for a time.
package struct DatasetOpening: Sendable, Hashable {
    /// By which of the two ways. The raw value is the word of files.
    package enum Path: String, Sendable, Hashable, CaseIterable {
        /// Of those persons alone who have consented, to this project.
        case consent
        /// Of all, after processing: the basis says what was looked at and by whose decision.
        case processed
    }

    package let name: String
    package let dataset: DatasetCode
    package let path: Path
    /// What it is open as: conditional or open.
    package let level: OpenLevel
    /// The law, decision or assessment it rests on.
    package let basis: String
    package let from: UnixTime
    /// From here on it is over.
    package let until: UnixTime

    /// Throws for a level that opens nothing, a missing basis, and a time that ends before it begins.
    package init(
        name: String, dataset: DatasetCode, path: Path, level: OpenLevel, basis: String, from: UnixTime, until: UnixTime
    ) throws(DomainError) {
        try ResearchText.checkName(name, field: "opening")
        guard level != .closed else { throw DomainError(field: "level", message: "an opening is conditional or open") }
        // Whom everybody may read of cannot be asked for one project.
        guard path == .processed || level == .conditional else {
            throw DomainError(field: "level", message: "consent is to one project: the opening must be conditional")
        }
        try ResearchText.check(basis, field: "basis")
        guard from < until else { throw DomainError(field: "until", message: "is not after from") }
        (self.name, self.dataset, self.path, self.level) = (name, dataset, path, level)
        (self.basis, self.from, self.until) = (basis, from, until)
    }
}
