internal import SampanDomain
internal import SampanStorage

/// Writes of the index within one transaction: a registration, and what follows from it.
struct IndexWriter: Sendable {
    let reader: IndexReader
    let thresholds: Thresholds
    let scorer: MatchScorer
    let time: Int64
    let actor: String

    func register(_ registration: Registration, _ tx: borrowing Transaction) throws -> RegistrationOutcome {
        let institution = try institution(registration.institution, tx)
        let digest = try reader.keys.hash(
            RecordCodec.encode(IndexedRecord(localID: registration.localID, demographics: registration.demographics)))
        let request = try reader.keys.requestKey(institution: registration.institution, registration.requestID)
        if let (kept, answer) = try tx.first(
            "SELECT digest, answer FROM requests WHERE request_key = ?", .blob(request), map: { (try $0.blob(0), try $0.blob(1)) })
        {
            guard kept == digest else { throw IndexError.requestIDReused }
            guard let outcome = RegistrationOutcome(packed: answer) else {
                throw StorageError(kind: .corrupt, message: "an answer that was kept cannot be read")
            }
            return outcome
        }
        let localKey = try reader.keys.localKey(institution: registration.institution, registration.localID)
        let known = try tx.first("SELECT id, person FROM records WHERE local_key = ?", .blob(localKey)) {
            (try $0.int64(0), try $0.int64(1))
        }
        let outcome: RegistrationOutcome
        if let (record, person) = known {
            outcome = try renew(record, of: person, registration, tx)
        } else {
            outcome = try add(registration, institution, localKey, tx)
        }
        try tx.execute(
            "INSERT INTO requests (request_key, digest, answer) VALUES (?, ?, ?)", .blob(request), .blob(digest), .blob(outcome.packed))
        return outcome
    }

    func institution(_ code: String, _ tx: borrowing Transaction) throws -> Int64 {
        if let id = try tx.first("SELECT id FROM institutions WHERE code = ?", .text(code), map: { try $0.int64(0) }) { return id }
        try tx.execute("INSERT INTO institutions (code) VALUES (?)", .text(code))
        return try lastID("institutions", tx)
    }

    private func lastID(_ table: String, _ tx: borrowing Transaction) throws -> Int64 {
        try tx.first("SELECT COALESCE(MAX(id), 0) FROM \(table)", map: { try $0.int64(0) }) ?? 0
    }

    // MARK: A new record

    private func add(
        _ registration: Registration, _ institution: Int64, _ localKey: [UInt8], _ tx: borrowing Transaction
    ) throws -> RegistrationOutcome {
        let features = PersonFeatures(registration.demographics)
        let record = try lastID("records", tx) + 1
        var places: [Int64] = [record]
        let others = try reader.profiles(of: try reader.candidates(features, tx), places: &places, tx)
        let own = ClusterProfile(0, features)
        var solver = ComponentSolver([own] + others.map(\.profile), scorer: scorer, thresholds: thresholds)
        solver.solve(focus: 0)
        let joined = Set((solver.focus.map { solver.clusters[$0].members } ?? [0]).map { places[Int($0)] })
        let linked = others.filter { $0.profile.members.contains { joined.contains(places[Int($0)]) } }
        let person = try linked.map(\.person).min() ?? newPerson(tx)
        try tx.execute(
            "INSERT INTO records (id, person, institution, local_key, sealed, registered_at) VALUES (?, ?, ?, ?, ?, ?)", .integer(record),
            .integer(person), .integer(institution), .blob(localKey),
            .blob(
                try reader.keys.sealRecord(IndexedRecord(localID: registration.localID, demographics: registration.demographics), record)),
            .integer(time))
        try tx.execute("UPDATE totals SET value = value + 1 WHERE name = 'records'")
        try setKeys(features, record, tx)
        var (hundredths, weights): (Int64, [FieldWeight]) = (0, [])
        if let strongest = linked.map({ scorer.best(own.faces, $0.profile.faces) }).max(by: { $0.score < $1.score }) {
            hundredths = Int64((strongest.score * 100).rounded())
            weights = FieldWeight.list(strongest.comparison, strongest.weights)
        }
        try event(linked.isEmpty ? "created" : "linked", person, record: record, hundredths: hundredths, weights: weights, tx)
        let absorbed = linked.map(\.person).filter { $0 != person }.sorted()
        for other in absorbed {
            try merge(other, into: person, hundredths: hundredths, weights: weights, reason: "RECORD_SHOWS_ONE_PERSON", tx)
        }
        let reviews = try open(solver.reviews, places, own: others, record: record, features, tx)
        try linkGuardian(features, person, tx)
        return RegistrationOutcome(
            person: try EnterpriseID(person), answer: linked.isEmpty ? (reviews > 0 ? .review : .created) : .linked,
            merged: try absorbed.map { try EnterpriseID($0) }, reviews: reviews, hundredths: hundredths, weights: weights)
    }

    private func newPerson(_ tx: borrowing Transaction) throws -> Int64 {
        let person = try lastID("persons", tx) + 1
        try tx.execute("INSERT INTO persons (id, created_at) VALUES (?, ?)", .integer(person), .integer(time))
        try tx.execute("UPDATE totals SET value = value + 1 WHERE name = 'persons'")
        return person
    }

    func setKeys(_ features: PersonFeatures, _ record: Int64, _ tx: borrowing Transaction) throws {
        for key in BlockingKeys.keys(features) {
            try tx.execute(
                "INSERT INTO record_keys (stored, record) VALUES (?, ?) ON CONFLICT DO NOTHING", .integer(try reader.keys.stored(key)),
                .integer(record))
        }
    }

    /// Opens reviews for the pairs that the solver left to people and that this record is part of.
    private func open(
        _ doubts: [ComponentSolver.Review], _ places: [Int64], own others: [(person: Int64, profile: ClusterProfile)], record: Int64,
        _ features: PersonFeatures, _ tx: borrowing Transaction
    ) throws -> Int {
        var opened = 0
        for doubt in doubts {
            let (left, right) = (places[Int(doubt.left)], places[Int(doubt.right)])
            let (first, second) = (min(left, right), max(left, right))
            guard first != second else { continue }
            let face = others.first { $0.profile.members.contains(doubt.left) || $0.profile.members.contains(doubt.right) }
            let best = face.map { scorer.best([features], $0.profile.faces) }
            opened += try tx.execute(
                """
                INSERT INTO reviews (first_record, second_record, hundredths, reason, weights, state, opened_at)
                VALUES (?, ?, ?, ?, ?, 'open', ?)
                ON CONFLICT DO NOTHING
                """, .integer(first), .integer(second), .integer(Int64((doubt.score * 100).rounded())), .text(doubt.doubt.rawValue),
                .text(best.map { FieldWeight.text(FieldWeight.list($0.comparison, $0.weights)) } ?? ""), .integer(time))
        }
        return opened
    }

    /// A guardian whose citizen number the record names, and whom the index knows, is linked as that: never as the child.
    private func linkGuardian(_ features: PersonFeatures, _ child: Int64, _ tx: borrowing Transaction) throws {
        guard features.guardianNumber != 0 else { return }
        var wanted = NumberForm()
        wanted.kind = .own
        wanted.value = features.guardianNumber
        guard let key = BlockingKeys.numberKey(wanted) else { return }
        let rows = try tx.rows(
            "SELECT r.id, r.person, r.sealed FROM record_keys k JOIN records r ON r.id = k.record WHERE k.stored = ? LIMIT 16",
            .integer(try reader.keys.stored(key))
        ) { (try $0.int64(0), try $0.int64(1), try $0.blob(2)) }
        for (id, person, box) in rows where person != child {
            let number = PersonFeatures(try reader.keys.openRecord(box, id).demographics).number
            guard number.kind == .own, number.value == features.guardianNumber else { continue }
            try addGuardian(person, of: child, reason: "NUMBER_OF_GUARDIAN", tx)
            return
        }
    }

    /// Nothing when the link is there.
    func addGuardian(_ guardian: Int64, of child: Int64, reason: String, _ tx: borrowing Transaction) throws {
        let present = try tx.first(
            "SELECT 1 FROM guardians WHERE child = ? AND guardian = ?", .integer(child), .integer(guardian), map: { try $0.int64(0) })
        let reverse = try tx.first(
            "SELECT 1 FROM guardians WHERE child = ? AND guardian = ?", .integer(guardian), .integer(child), map: { try $0.int64(0) })
        guard present == nil, reverse == nil else { return }
        let event = try event("guardian", child, other: guardian, reason: reason, tx)
        try tx.execute(
            "INSERT INTO guardians (child, guardian, event) VALUES (?, ?, ?)", .integer(child), .integer(guardian), .integer(event))
    }

    // MARK: A record that is known

    /// Takes over what the institution says now. The person stays: whether it still fits is for people to see.
    private func renew(
        _ record: Int64, of person: Int64, _ registration: Registration, _ tx: borrowing Transaction
    ) throws -> RegistrationOutcome {
        let old = try reader.record(record, tx)
        let fresh = IndexedRecord(localID: registration.localID, demographics: registration.demographics)
        let survivor = try EnterpriseID(try reader.survivor(person, tx))
        var reviews = 0
        if old != fresh {
            for key in BlockingKeys.keys(PersonFeatures(old.demographics)) {
                try tx.execute(
                    "DELETE FROM record_keys WHERE stored = ? AND record = ?", .integer(try reader.keys.stored(key)), .integer(record))
            }
            let features = PersonFeatures(fresh.demographics)
            try setKeys(features, record, tx)
            try tx.execute("UPDATE records SET sealed = ? WHERE id = ?", .blob(try reader.keys.sealRecord(fresh, record)), .integer(record))
            try event("updated", person, record: record, tx)
            reviews = try doubtRenewed(features, record, person, tx)
            try linkGuardian(features, survivor.number, tx)
        }
        return RegistrationOutcome(person: survivor, answer: .updated, merged: [], reviews: reviews, hundredths: 0, weights: [])
    }

    /// Opens a review when a renewed record contradicts the rest of its person, or fits another.
    private func doubtRenewed(_ features: PersonFeatures, _ record: Int64, _ person: Int64, _ tx: borrowing Transaction) throws -> Int {
        var places: [Int64] = [record]
        let apart = try reader.separated(from: record, tx)
        var own = ClusterProfile(0, features)
        var candidates = try reader.candidates(features, tx)
        candidates.remove(record)
        let others = try reader.profiles(of: candidates, places: &places, tx).filter { $0.person != person }
        own.apart = Set(places.indices.filter { apart.contains(places[$0]) }.map { Int32(truncatingIfNeeded: $0) })
        var doubts: [ComponentSolver.Review] = []
        for other in others {
            let best = scorer.best([features], other.profile.faces)
            guard best.score >= thresholds.link, MatchRules.conflict(own, other.profile, best.comparison) == nil,
                let member = other.profile.members.first
            else { continue }
            doubts.append(ComponentSolver.Review(left: 0, right: member, score: best.score, doubt: .rival))
        }
        return try open(doubts, places, own: others, record: record, features, tx)
    }

    // MARK: Events

    @discardableResult
    func event(
        _ kind: String, _ person: Int64, other: Int64? = nil, record: Int64? = nil, hundredths: Int64 = 0, weights: [FieldWeight] = [],
        reason: String = "", _ tx: borrowing Transaction
    ) throws -> Int64 {
        try tx.execute(
            """
            INSERT INTO events (at, kind, person, other, record, hundredths, weights, actor, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, .integer(time), .text(kind), .integer(person), SQLValue(other), SQLValue(record), .integer(hundredths),
            .text(FieldWeight.text(weights)), .text(actor), .text(reason))
        return try lastID("events", tx)
    }
}
