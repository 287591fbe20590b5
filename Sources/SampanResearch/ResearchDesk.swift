internal import SampanDomain
internal import SampanStorage

/// The one way of data for research: decides, notes, reads, hides, counts, decides again, notes, and gives. Default deny.
///
/// ```
/// decide ──no──► note ─► refused
///   │ yes
/// note ─► read documents ─► rows ─► classes below k left out ─► decide again ─► note ─► rows
/// ```
package struct ResearchDesk: Sendable {
    /// Rows of one export: they are in memory until all classes are counted.
    package static let mostRows = 500_000

    private let research: ResearchDatabase
    private let vocabulary: CodeVocabulary
    private let rowLimit: Int

    package init(_ research: ResearchDatabase, vocabulary: CodeVocabulary = .standard, rowLimit: Int = Self.mostRows) {
        (self.research, self.vocabulary, self.rowLimit) = (research, vocabulary, rowLimit)
    }

    /// Throws `refused` when it is not open to who asks; that is noted then.
    package func export(_ request: ExportRequest, from source: any ResearchSource) async throws(ResearchError) -> ResearchExport {
        let admission = try await admit(request)
        let (dataset, least) = (admission.release.dataset, admission.release.smallestClass)
        let hider = Deidentifier(key: admission.key, reference: admission.reference, vocabulary: vocabulary)
        let subjects = try await Self.asking { try await source.subjects(of: dataset) }
        var people: [EnterpriseID: (traits: QuasiIdentifiers, rows: [ResearchRow])] = [:]
        var (withheld, count) = (Withheld(), 0)
        for subject in subjects where people[subject.person] == nil {
            guard try admission.consenting?.contains(research.name(of: subject.person)) ?? true else { continue }
            let documents = try await Self.asking {
                try await source.documents(of: subject.person, kinds: request.kinds, from: request.from, until: request.until)
            }
            var rows: [ResearchRow] = []
            for document in documents {
                guard request.kinds.contains(document.kind), request.from <= document.occurredAt, document.occurredAt <= request.until
                else {
                    withheld.add(.outside)
                    continue
                }
                guard document.label.grade <= dataset.gradeCeiling else {
                    withheld.add(.grade)
                    continue
                }
                rows += try hider.rows(of: document, subject, withheld: &withheld)
            }
            count += rows.count
            guard count <= rowLimit else { throw .tooManyRows(limit: rowLimit) }
            if let first = rows.first { people[subject.person] = (first.traits, rows) }
        }
        let report = AnonymityReport(people.values.map(\.traits), wanted: least)
        let kept = Set(report.classes.map(\.traits))
        let released = people.filter { kept.contains($0.value.traits) }
        let rows = released.values.flatMap(\.rows).sorted(by: ResearchRow.isBefore)
        let names = try released.keys.map { (person) throws(ResearchError) in try research.name(of: person) }
        try await release(request, admission, names, rows: rows.count)
        let label = try ResearchError.stored("a label") { () throws(DomainError) in
            try SecurityLabel(.publicHealth, grade: admission.release.level == .open ? 1 : 2)
        }
        return ResearchExport(release: admission.release, rows: rows, report: report, withheld: withheld, label: label)
    }

    // MARK: Decisions

    private struct Admission: Sendable {
        let release: Release
        let key: ProjectKey
        let reference: UnixTime
        /// Opaque names of those who have consented; nil where that is not needed.
        let consenting: Set<[UInt8]>?
    }

    /// Decides and notes it. The first export of a project begins it, and the first of an open dataset publishes it.
    private func admit(_ request: ExportRequest) async throws(ResearchError) -> Admission {
        let fresh = try ProjectKey.fresh()
        return try await decided { [research] tx -> Result<Admission, ResearchRefusal> in
            let now = research.now()
            let known = try Self.knowledge(request, at: now, tx)
            switch ReleaseRules.decide(request, known, at: now) {
            case .failure(let refusal):
                try AccessNotes.add(.refused(refusal), of: request, at: now, tx)
                return .failure(refusal)
            case .success(let release):
                let holder = KeyHolder(request, release.level)
                let former = try ProjectRows.find(holder, tx)
                let project = try former ?? ProjectRow(begunAt: now, sealed: research.seal(fresh, of: holder))
                if former == nil { try ProjectRows.insert(project, holder, tx) }
                try AccessNotes.add(.allowed, of: request, at: now, tx)
                let key = if let sealed = former?.sealed { try research.open(sealed, of: holder) } else { fresh }
                let consenting = release.isOfConsenting ? try ResearchConsents.given(request.dataset, request.project, tx) : nil
                return .success(Admission(release: release, key: key, reference: project.begunAt, consenting: consenting))
            }
        }
    }

    /// Decides once more, by what holds now, and notes what is given.
    /// - Parameter persons: opaque names of those who are in it.
    private func release(
        _ request: ExportRequest, _ admission: Admission, _ persons: [[UInt8]], rows: Int
    ) async throws(ResearchError) {
        try await decided { [research] tx -> Result<Void, ResearchRefusal> in
            let now = research.now()
            var refusal: ResearchRefusal?
            switch ReleaseRules.decide(request, try Self.knowledge(request, at: now, tx), at: now) {
            case .failure(let reason): refusal = reason
            case .success(let release):
                if release != admission.release { refusal = .changedMeanwhile }
                if release.isOfConsenting {
                    let given = try ResearchConsents.given(request.dataset, request.project, tx)
                    if !persons.allSatisfy(given.contains) { refusal = .changedMeanwhile }
                }
            }
            if let refusal {
                try AccessNotes.add(.refused(refusal), of: request, at: now, tx)
                return .failure(refusal)
            }
            try AccessNotes.add(.released(persons: persons.count, rows: rows), of: request, at: now, tx)
            return .success(())
        }
    }

    /// Runs a decision. What is refused is committed too: its note must stay.
    private func decided<T: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction) throws -> Result<T, ResearchRefusal>
    ) async throws(ResearchError) -> T {
        let outcome = try await research.database.write(ResearchError.self, body)
        do throws(ResearchRefusal) { return try outcome.get() } catch { throw .refused(error) }
    }

    private static func knowledge(
        _ request: ExportRequest, at now: UnixTime, _ tx: borrowing Transaction
    ) throws -> ReleaseRules.Knowledge {
        let newest = try CatalogueRows.newest(request.dataset, tx)
        let agreement = try request.agreement.flatMap { try AgreementRows.find($0, tx) }
        return ReleaseRules.Knowledge(
            dataset: newest?.isListed == true ? newest?.listed : nil, openings: try OpeningRows.inForce(request.dataset, at: now, tx),
            agreement: agreement?.agreement, isAgreementEnded: agreement?.isEnded ?? false,
            project: try ProjectRows.find(KeyHolder(request.project), tx),
            publication: try ProjectRows.find(KeyHolder(publicationOf: request.dataset), tx))
    }

    private static func asking<T: Sendable>(_ body: () async throws -> T) async throws(ResearchError) -> T {
        do { return try await body() } catch { throw .sourceFailed }
    }
}
