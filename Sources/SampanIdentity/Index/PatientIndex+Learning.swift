internal import SampanStorage

extension PatientIndex {
    /// Records that the estimation looks at.
    static let learningMax: Int64 = 200_000

    /// Estimates weights and frequencies from the records that are there, and weighs by them from now on. Takes seconds; registrations go
    /// on.
    package func learn() async throws(IndexError) {
        let reader = reader
        let people = try await database.read(IndexError.self) { tx in
            let last = try tx.first("SELECT COALESCE(MAX(id), 0) FROM records", map: { try $0.int64(0) }) ?? 0
            let step = max(1, last / Self.learningMax)
            var people: [PersonFeatures] = []
            // Persons as a whole: pairs of one person are what is learned from. So ranges of records' persons, not single records.
            try tx.forEach(
                "SELECT id, sealed FROM records WHERE person % ? = 0 ORDER BY id LIMIT ?", .integer(step), .integer(Self.learningMax)
            ) { row in
                let id = try row.int64(0)
                people.append(PersonFeatures(try reader.keys.openRecord(try row.blob(1), id).demographics))
            }
            return (people, Int(last))
        }
        let learned = await BatchMatcher.learn(people.0, of: people.1)
        try await keep(learned)
    }

    func keep(_ learned: LearnedModel) async throws(IndexError) {
        let keys = keys
        try await database.write(IndexError.self) { tx in try learned.write(keys, tx) }
        replaceScorer(learned.scorer)
    }
}

extension BatchMatcher {
    /// A model of a sample of `total` records.
    static func learn(_ people: [PersonFeatures], of total: Int) async -> LearnedModel {
        let table = await KeyTable(people, lanes: 2)
        var model = table.estimate(people)
        model.prior = KeyTable.prior(total)
        var frequencies = TermFrequencies()
        for person in people { frequencies.add(person) }
        return LearnedModel(model: model, frequencies: frequencies)
    }
}
