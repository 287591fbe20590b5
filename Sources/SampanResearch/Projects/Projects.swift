internal import SampanDomain
internal import SampanStorage

/// Projects and their keys. A project begins with its first export.
package struct Projects: Sendable {
    private let research: ResearchDatabase

    package init(_ research: ResearchDatabase) { self.research = research }

    /// Destroys a project's key: its pseudonyms lead to nobody any more, and nothing is exported for it again. Twice is once.
    package func end(_ project: ProjectID) async throws(ResearchError) { try await end(KeyHolder(project)) }

    /// The same of what was published of an open dataset.
    package func end(publicationOf dataset: DatasetCode) async throws(ResearchError) { try await end(KeyHolder(publicationOf: dataset)) }

    private func end(_ holder: KeyHolder) async throws(ResearchError) {
        try await research.database.write(ResearchError.self) { [research] tx in
            guard try ProjectRows.find(holder, tx) != nil else { throw ResearchError.unknown("project") }
            try tx.execute(
                "UPDATE research_projects SET sealed = NULL, ended_at = ? WHERE requester = ? AND name = ? AND ended_at IS NULL",
                .integer(research.now().nanoseconds), .text(holder.requester), .text(holder.name))
        }
        // The log still has the page as it was. With a reader in the way, the next checkpoint does it.
        try? await research.database.checkpoint()
    }
}

/// What a key is of: a project, or a dataset that is open. Of an open one, everybody gets the same rows: whoever could have them again
/// under project after project would join them by their values, and see from so many shifts which day it was.
struct KeyHolder: Sendable, Hashable {
    /// Empty for a dataset: no requester is called so.
    let requester: String
    let name: String

    init(_ project: ProjectID) { (requester, name) = (project.requester.text, project.name) }

    init(publicationOf dataset: DatasetCode) { (requester, name) = ("", dataset.text) }

    /// Of what a release is given under.
    init(_ request: ExportRequest, _ level: OpenLevel) {
        self = level == .open ? KeyHolder(publicationOf: request.dataset) : KeyHolder(request.project)
    }
}

/// A project, or a publication, as the file has it.
struct ProjectRow: Sendable {
    /// Ages are as of this day, in all exports: an age that changes between two would tell the birthday.
    let begunAt: UnixTime
    /// Nil when it has ended.
    let sealed: [UInt8]?
}

enum ProjectRows {
    static func find(_ holder: KeyHolder, _ tx: borrowing Transaction) throws -> ProjectRow? {
        try tx.first(
            "SELECT begun_at, sealed FROM research_projects WHERE requester = ? AND name = ?", .text(holder.requester), .text(holder.name)
        ) { row in ProjectRow(begunAt: UnixTime(nanoseconds: try row.int64(0)), sealed: try row.optionalBlob(1)) }
    }

    static func insert(_ row: ProjectRow, _ holder: KeyHolder, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO research_projects (requester, name, begun_at, sealed) VALUES (?, ?, ?, ?)", .text(holder.requester),
            .text(holder.name), .integer(row.begunAt.nanoseconds), SQLValue(row.sealed))
    }
}
