package import SampanDomain
package import SampanStorage
internal import Synchronization

/// The region's patient index (主索引): every person once, with the local ids of every institution. Durable in one file; safe from any task.
///
/// Every record that comes is matched within the transaction that keeps it, so two that come at once see each other. Nothing is linked
/// silently: each link, merge and undoing is an event with its weights, and is told to whoever registered.
package final class PatientIndex: Sendable {
    let database: any Database
    let keys: any IndexKeys
    let reader: IndexReader
    let thresholds: Thresholds
    private let now: @Sendable () -> UnixTime
    private let scorer: Mutex<MatchScorer>

    /// Opens an index over `database` (`IndexSchema.schema`). Throws `.sealed` when the keys are not those that the file was written with.
    package init(
        database: any Database, keys: any IndexKeys, thresholds: Thresholds = .standard, now: @escaping @Sendable () -> UnixTime
    ) async throws(IndexError) {
        self.database = database
        self.keys = keys
        self.thresholds = thresholds
        self.now = now
        let reader = IndexReader(keys: keys)
        self.reader = reader
        let learned = try await database.read(IndexError.self) { tx in try LearnedModel.read(keys, tx) }
        scorer = Mutex((learned ?? LearnedModel()).scorer)
    }

    /// What the records are weighed by now.
    package var currentScorer: MatchScorer { scorer.withLock { $0 } }

    func replaceScorer(_ fresh: MatchScorer) { scorer.withLock { $0 = fresh } }

    var time: Int64 { now().nanoseconds }

    /// Finishes what was begun and closes the file.
    package func close() async { await database.close() }

    // MARK: Registering

    /// Keeps a record and says whose it is. The same request again gets the first answer; the same local id again renews the record.
    package func register(_ registration: Registration, actor: String) async throws(IndexError) -> RegistrationOutcome {
        try registration.check()
        let (time, scorer) = (time, currentScorer)
        let writer = IndexWriter(reader: reader, thresholds: thresholds, scorer: scorer, time: time, actor: actor)
        return try await database.write(IndexError.self) { tx in try writer.register(registration, tx) }
    }

    // MARK: Looking up

    /// The person whom an institution knows under a local id.
    package func resolve(institution: String, localID: String) async throws(IndexError) -> EnterpriseID {
        let reader = reader
        return try await database.read(IndexError.self) { tx in
            let key = try reader.keys.localKey(institution: institution, localID)
            guard let person = try tx.first("SELECT person FROM records WHERE local_key = ?", .blob(key), map: { try $0.int64(0) }) else {
                throw IndexError.unknownRecord
            }
            return try EnterpriseID(try reader.survivor(person, tx))
        }
    }

    /// The persons who have shown a paper: one as a rule; more when a number is in two persons' records.
    package func resolve(paper: IdentityPaper) async throws(IndexError) -> [EnterpriseID] {
        let reader = reader
        let wanted = PersonFeatures(Demographics(idType: paper.kind.rawValue, idNumber: paper.number)).number
        return try await database.read(IndexError.self) { tx in
            var persons: Set<Int64> = []
            guard let key = BlockingKeys.numberKey(wanted) else { return [] }
            let rows = try tx.rows(
                "SELECT r.id, r.person, r.sealed FROM record_keys k JOIN records r ON r.id = k.record WHERE k.stored = ? LIMIT 256",
                .integer(try reader.keys.stored(key))
            ) { (try $0.int64(0), try $0.int64(1), try $0.blob(2)) }
            for (id, person, box) in rows {
                let number = PersonFeatures(try reader.keys.openRecord(box, id).demographics).number
                if number.value == wanted.value, number.kind == wanted.kind { persons.insert(try reader.survivor(person, tx)) }
            }
            return try persons.sorted().map { try EnterpriseID($0) }
        }
    }

    /// The person who stands for an enterprise id now: itself, or whom it was merged into.
    package func resolve(_ person: EnterpriseID) async throws(IndexError) -> EnterpriseID {
        let reader = reader
        return try await database.read(IndexError.self) { tx in try EnterpriseID(try reader.survivor(person.number, tx)) }
    }

    /// All that the index knows a person by.
    package func crossReference(_ person: EnterpriseID) async throws(IndexError) -> PersonCard {
        let reader = reader
        return try await database.read(IndexError.self) { tx in try PersonCard.read(person.number, reader, tx) }
    }

    /// What happened to a person, newest first.
    package func history(_ person: EnterpriseID, before event: Int64 = .max, limit: Int = 100) async throws(IndexError) -> [IndexEvent] {
        let limit = Int64(min(max(limit, 1), 500))
        return try await database.read(IndexError.self) { tx in
            try IndexEvent.list(person.number, before: event, limit: limit, tx)
        }
    }

    /// Weighs two records that institutions have registered, field by field.
    package func explain(
        _ first: (institution: String, localID: String), _ second: (institution: String, localID: String)
    ) async throws(IndexError) -> MatchExplanation {
        let (reader, scorer, thresholds) = (reader, currentScorer, thresholds)
        return try await database.read(IndexError.self) { tx in
            let (left, right) = (
                try reader.features(first.institution, first.localID, tx), try reader.features(second.institution, second.localID, tx)
            )
            return MatchExplanation(left, right, scorer, thresholds)
        }
    }

    /// How many records and persons there are, and how many reviews wait. A look at three rows, whatever the size.
    package func totals() async throws(IndexError) -> IndexTotals {
        try await database.read(IndexError.self) { tx in
            var totals = IndexTotals()
            try tx.forEach("SELECT name, value FROM totals") { row in
                if try row.text(0) == "records" { totals.records = try row.int64(1) } else { totals.persons = try row.int64(1) }
            }
            try tx.forEach("SELECT state, reviews FROM review_counts") { row in
                switch try row.text(0) {
                case "open": totals.openReviews = try row.int64(1)
                case "proposed": totals.proposedReviews = try row.int64(1)
                default: break
                }
            }
            return totals
        }
    }
}

/// How much is in an index.
package struct IndexTotals: Sendable, Hashable {
    package var records: Int64 = 0
    package var persons: Int64 = 0
    /// Reviews that nobody has looked at.
    package var openReviews: Int64 = 0
    /// Reviews that one person has looked at, and a second must.
    package var proposedReviews: Int64 = 0

    package init() {}
}
