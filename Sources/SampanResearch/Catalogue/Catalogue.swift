internal import SampanDomain
internal import SampanStorage

/// The data directory: what is not in it cannot be opened (RE-22). Changes are versions; the former stay.
package struct Catalogue: Sendable {
    private let research: ResearchDatabase

    package init(_ research: ResearchDatabase) { self.research = research }

    /// Enters a dataset, or a new version of one. One that says the same as the newest version changes nothing.
    /// - Parameter actor: who enters it, as audits name people.
    package func list(_ dataset: Dataset, by actor: String) async throws(ResearchError) -> ListedDataset {
        try await research.database.write(ResearchError.self) { [research] tx in
            let newest = try CatalogueRows.newest(dataset.code, tx)
            if let newest, newest.isListed, newest.listed.dataset == dataset { return newest.listed }
            let listed = ListedDataset(dataset: dataset, version: (newest?.listed.version ?? 0) + 1, enteredAt: research.now())
            try CatalogueRows.insert(listed, isListed: true, by: actor, tx)
            return listed
        }
    }

    /// Takes a dataset out: from when this returns, nothing of it is given. Twice is once.
    package func withdraw(_ code: DatasetCode, by actor: String) async throws(ResearchError) {
        try await research.database.write(ResearchError.self) { [research] tx in
            guard let newest = try CatalogueRows.newest(code, tx) else { throw ResearchError.unknown("dataset") }
            guard newest.isListed else { return }
            let former = newest.listed
            let last = ListedDataset(dataset: former.dataset, version: former.version + 1, enteredAt: research.now())
            try CatalogueRows.insert(last, isListed: false, by: actor, tx)
        }
    }

    /// Nil for one that is not listed.
    package func find(_ code: DatasetCode) async throws(ResearchError) -> ListedDataset? {
        try await research.database.read(ResearchError.self) { tx in
            let newest = try CatalogueRows.newest(code, tx)
            return newest?.isListed == true ? newest?.listed : nil
        }
    }

    /// Datasets that are listed, by code.
    /// - Parameters:
    ///   - part: nil: of all parts.
    ///   - after: the code that the page before ended with; empty for the first.
    package func page(
        part: CataloguePart? = nil, after: String = "", limit: Int = 100
    ) async throws(ResearchError) -> [ListedDataset] {
        try await research.database.read(ResearchError.self) { tx in
            try CatalogueRows.page(part: part, after: after, limit: max(1, min(500, limit)), tx)
        }
    }

    /// Lets a closed dataset out (RE-26). The same again changes nothing; another under a used name is refused.
    package func open(_ opening: DatasetOpening, by actor: String) async throws(ResearchError) {
        try await research.database.write(ResearchError.self) { tx in
            if let known = try OpeningRows.find(opening.name, tx) {
                guard known == opening else { throw ResearchError.numberUsed("opening") }
                return
            }
            try OpeningRows.insert(opening, by: actor, tx)
        }
    }

    /// Ends an opening at once. Twice is once.
    package func end(opening name: String) async throws(ResearchError) {
        try await research.database.write(ResearchError.self) { [research] tx in
            guard try OpeningRows.find(name, tx) != nil else { throw ResearchError.unknown("opening") }
            try OpeningRows.end(name, at: research.now(), tx)
        }
    }
}
