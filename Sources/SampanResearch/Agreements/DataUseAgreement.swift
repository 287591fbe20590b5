package import SampanDomain

/// What a requester has signed for (RE-25): the five things that an agreement must say, and how far it reaches.
package struct DataUseAgreement: Sendable, Hashable {
    /// In words; each is needed.
    package struct Terms: Sendable, Hashable {
        /// 使用范围: what the data may be used for.
        package let usage: String
        /// 条件.
        package let conditions: String
        /// 数据产品: what comes of it.
        package let products: String
        /// 保密责任.
        package let confidentiality: String
        /// 安全措施.
        package let security: String

        /// Throws when one is missing, naming it.
        package init(
            usage: String, conditions: String, products: String, confidentiality: String, security: String
        ) throws(DomainError) {
            for (field, text) in [
                ("usage", usage), ("conditions", conditions), ("products", products), ("confidentiality", confidentiality),
                ("security", security),
            ] { try ResearchText.check(text, field: field) }
            (self.usage, self.conditions, self.products) = (usage, conditions, products)
            (self.confidentiality, self.security) = (confidentiality, security)
        }
    }

    /// 1 to 64 of `0-9 A-Z a-z . _ -`.
    package let name: String
    /// Whose, and for which of the requester's projects.
    package let project: ProjectID
    package let datasets: Set<DatasetCode>
    package let kinds: Set<DocumentKind>
    /// Times that documents tell of; both are included.
    package let dataFrom: UnixTime
    package let dataUntil: UnixTime
    package let from: UnixTime
    /// From here on it is over.
    package let until: UnixTime
    package let terms: Terms

    /// Throws for an empty scope and times that end before they begin.
    package init(
        name: String, project: ProjectID, datasets: Set<DatasetCode>, kinds: Set<DocumentKind>,
        dataFrom: UnixTime, dataUntil: UnixTime, from: UnixTime, until: UnixTime, terms: Terms
    ) throws(DomainError) {
        try ResearchText.checkName(name, field: "agreement")
        guard !datasets.isEmpty else { throw DomainError(field: "datasets", message: "name at least one dataset") }
        guard !kinds.isEmpty else { throw DomainError(field: "kinds", message: "name at least one kind of document") }
        guard dataFrom <= dataUntil else { throw DomainError(field: "data_until", message: "lies before data_from") }
        guard from < until else { throw DomainError(field: "until", message: "is not after from") }
        (self.name, self.project, self.datasets, self.kinds) = (name, project, datasets, kinds)
        (self.dataFrom, self.dataUntil, self.from, self.until, self.terms) = (dataFrom, dataUntil, from, until, terms)
    }

    /// Whether it reaches as far as what is asked for.
    func covers(_ request: ExportRequest) -> Bool {
        datasets.contains(request.dataset) && request.kinds.isSubset(of: kinds) && dataFrom <= request.from && request.until <= dataUntil
    }
}
