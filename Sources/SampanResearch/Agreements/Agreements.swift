internal import SampanDomain
internal import SampanStorage

/// Agreements in the file. One that is made never changes: another is made, and the former ended.
package struct Agreements: Sendable {
    private let research: ResearchDatabase

    package init(_ research: ResearchDatabase) { self.research = research }

    /// Enters a signed agreement. The same again changes nothing; another under a used name is refused.
    package func make(_ agreement: DataUseAgreement, by actor: String) async throws(ResearchError) {
        try await research.database.write(ResearchError.self) { [research] tx in
            if let known = try AgreementRows.find(agreement.name, tx) {
                guard known.agreement == agreement else { throw ResearchError.numberUsed("agreement") }
                return
            }
            try AgreementRows.insert(agreement, by: actor, at: research.now(), tx)
        }
    }

    /// Nil where there is none; `isEnded` when it was ended before its time.
    package func find(_ name: String) async throws(ResearchError) -> (agreement: DataUseAgreement, isEnded: Bool)? {
        try await research.database.read(ResearchError.self) { tx in try AgreementRows.find(name, tx).map(Found.init) }
            .map { ($0.agreement, $0.isEnded) }
    }

    /// Ends an agreement: from when this returns, nothing is given on it. Twice is once.
    package func end(_ name: String) async throws(ResearchError) {
        try await research.database.write(ResearchError.self) { [research] tx in
            guard try AgreementRows.find(name, tx) != nil else { throw ResearchError.unknown("agreement") }
            try tx.execute(
                "UPDATE research_agreements SET ended_at = ? WHERE name = ? AND ended_at IS NULL",
                .integer(research.now().nanoseconds), .text(name))
        }
    }

    private struct Found: Sendable {
        let agreement: DataUseAgreement
        let isEnded: Bool
        init(_ found: (agreement: DataUseAgreement, isEnded: Bool)) { (agreement, isEnded) = found }
    }
}

/// Agreements as rows.
enum AgreementRows {
    static func find(_ name: String, _ tx: borrowing Transaction) throws -> (agreement: DataUseAgreement, isEnded: Bool)? {
        try tx.first(
            """
            SELECT name, requester, project, datasets, kinds, data_from, data_until, valid_from, valid_until, usage, conditions, products,
                confidentiality, security, ended_at FROM research_agreements WHERE name = ?
            """, .text(name), map: read)
    }

    static func insert(_ agreement: DataUseAgreement, by actor: String, at now: UnixTime, _ tx: borrowing Transaction) throws {
        let terms = agreement.terms
        try tx.execute(
            """
            INSERT INTO research_agreements (name, requester, project, datasets, kinds, data_from, data_until, valid_from, valid_until,
                usage, conditions, products, confidentiality, security, made_at, made_by)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .text(agreement.name), .text(agreement.project.requester.text), .text(agreement.project.name),
            .text(agreement.datasets.map(\.text).sorted().joined(separator: " ")), .text(KindList.text(agreement.kinds)),
            .integer(agreement.dataFrom.nanoseconds), .integer(agreement.dataUntil.nanoseconds), .integer(agreement.from.nanoseconds),
            .integer(agreement.until.nanoseconds), .text(terms.usage), .text(terms.conditions), .text(terms.products),
            .text(terms.confidentiality), .text(terms.security), .integer(now.nanoseconds), .text(actor))
    }

    private static func read(_ row: borrowing Row) throws -> (agreement: DataUseAgreement, isEnded: Bool) {
        let (name, requester, project) = (try row.text(0), try row.text(1), try row.text(2))
        let (datasets, kinds) = (try row.text(3), try row.text(4))
        let times = try (5...8).map { UnixTime(nanoseconds: try row.int64($0)) }
        let texts = try (9...13).map { try row.text($0) }
        let agreement = try ResearchError.stored("an agreement") { () throws(DomainError) in
            var codes: Set<DatasetCode> = []
            for code in datasets.split(separator: " ") { codes.insert(try DatasetCode(String(code))) }
            return try DataUseAgreement(
                name: name, project: ProjectID(project, of: InstitutionCode(requester, scheme: .local)), datasets: codes,
                kinds: KindList.read(kinds), dataFrom: times[0], dataUntil: times[1], from: times[2], until: times[3],
                terms: DataUseAgreement.Terms(
                    usage: texts[0], conditions: texts[1], products: texts[2], confidentiality: texts[3], security: texts[4]))
        }
        return (agreement, try row.optionalInt64(14) != nil)
    }
}
