package import SampanDomain
internal import SampanStorage

/// Who has consented that something of theirs is used by one project (RE-26). Durable when a call returns.
package struct ResearchConsents: Sendable {
    private let research: ResearchDatabase

    package init(_ research: ResearchDatabase) { self.research = research }

    package func give(_ person: EnterpriseID, _ dataset: DatasetCode, to project: ProjectID) async throws(ResearchError) {
        try await set(true, person, dataset, project)
    }

    /// Takes it back: the next export has nothing of the person. Twice is once, and what was never given may be taken back.
    package func withdraw(_ person: EnterpriseID, _ dataset: DatasetCode, from project: ProjectID) async throws(ResearchError) {
        try await set(false, person, dataset, project)
    }

    private func set(
        _ isGiven: Bool, _ person: EnterpriseID, _ dataset: DatasetCode, _ project: ProjectID
    ) async throws(ResearchError) {
        let name = try research.name(of: person)
        try await research.database.write(ResearchError.self) { [research] tx in
            try tx.execute(
                """
                INSERT INTO research_consents (dataset, requester, project, person, is_given, at) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (dataset, requester, project, person) DO UPDATE SET is_given = excluded.is_given, at = excluded.at
                """, .text(dataset.text), .text(project.requester.text), .text(project.name), .blob(name), .integer(isGiven ? 1 : 0),
                .integer(research.now().nanoseconds))
        }
    }

    /// Opaque names of all who have.
    static func given(_ dataset: DatasetCode, _ project: ProjectID, _ tx: borrowing Transaction) throws -> Set<[UInt8]> {
        Set(
            try tx.rows(
                "SELECT person FROM research_consents WHERE dataset = ? AND requester = ? AND project = ? AND is_given = 1",
                .text(dataset.text), .text(project.requester.text), .text(project.name)
            ) { try $0.blob(0) })
    }
}
