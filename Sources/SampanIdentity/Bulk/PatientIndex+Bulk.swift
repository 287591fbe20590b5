internal import SampanStorage

extension PatientIndex {
    /// Rows that are sealed and written at a time.
    private static let chunk = 20_000

    /// Fills an empty index with rows that were matched in memory. Each link is an event as if the rows had come one by one.
    ///
    /// - Parameters:
    ///   - count: how many rows there are; `row` gives the one at a place, from several tasks at once.
    ///   - progress: told how many rows are written.
    package func fill(
        count: Int, outcome: BatchMatcher.Outcome, row: @escaping @Sendable (Int) -> BulkRow, actor: String, lanes: Int,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws(IndexError) {
        guard try await totals().records == 0, outcome.person.count == count else {
            throw .invalid(field: "db", "is not empty: what is in an index is added to by registering")
        }
        var persons: [Int32: Int64] = [:]
        let time = time
        let keys = keys
        let institutions = try await numberInstitutions(count, row)
        var written = 0
        while written < count {
            let range = written..<min(count, written + Self.chunk)
            let start = range.lowerBound
            let sealed = await Parallel.map(range.count, pieces: lanes) { part in
                Result { try part.map { try SealedRow(row(start + $0), Int64(start + $0 + 1), keys, institutions) } }
            }
            let rows: [SealedRow]
            do { rows = try sealed.flatMap { try $0.get() } } catch { throw .sealed }
            var links: [(person: Int64, isNew: Bool)] = []
            for index in range {
                let root = outcome.person[index]
                let known = persons[root]
                let person = known ?? Int64(persons.count + 1)
                persons[root] = person
                links.append((person, known == nil))
            }
            let marked = links
            try await database.write(IndexError.self) { tx in
                for (offset, row) in rows.enumerated() {
                    try row.insert(
                        Int64(start + offset + 1), marked[offset].person, isNew: marked[offset].isNew, time: time, actor: actor, tx)
                }
                try tx.execute("UPDATE totals SET value = value + ? WHERE name = 'records'", .integer(Int64(rows.count)))
                try tx.execute(
                    "UPDATE totals SET value = value + ? WHERE name = 'persons'", .integer(Int64(marked.count { $0.isNew })))
            }
            written = range.upperBound
            progress(written)
        }
        try await writeKeys(count, row, lanes)
        try await writeReviews(outcome.reviews, time)
        try await keep(LearnedModel(model: outcome.model, frequencies: outcome.frequencies))
    }

    private func numberInstitutions(_ count: Int, _ row: @escaping @Sendable (Int) -> BulkRow) async throws(IndexError) -> [String: Int64] {
        let codes = await Parallel.map(count, pieces: 2) { range in Set(range.map { row($0).institution }) }
        let all = codes.reduce(into: Set<String>()) { $0.formUnion($1) }.sorted()
        return try await database.write(IndexError.self) { tx in
            var numbers: [String: Int64] = [:]
            for (index, code) in all.enumerated() {
                try tx.execute("INSERT INTO institutions (id, code) VALUES (?, ?)", .integer(Int64(index + 1)), .text(code))
                numbers[code] = Int64(index + 1)
            }
            return numbers
        }
    }

    /// Blocking keys go in sorted: in the order of the index, every page is written once.
    private func writeKeys(_ count: Int, _ row: @escaping @Sendable (Int) -> BulkRow, _ lanes: Int) async throws(IndexError) {
        let keys = keys
        let cut = await Parallel.map(count, pieces: lanes * 2) { range in
            Result {
                var pairs: [StoredKey] = []
                pairs.reserveCapacity(range.count * 12)
                for index in range {
                    for key in Set(BlockingKeys.keys(PersonFeatures(row(index).demographics))) {
                        pairs.append(StoredKey(stored: try keys.stored(key), record: Int64(index + 1)))
                    }
                }
                pairs.sort()
                return pairs
            }
        }
        var pairs: [StoredKey] = []
        do { for part in cut { pairs += try part.get() } } catch { throw .sealed }
        pairs.sort()
        var start = 0
        while start < pairs.count {
            let part = Array(pairs[start..<min(pairs.count, start + 200_000)])
            try await database.write(IndexError.self) { tx in
                for pair in part {
                    try tx.execute("INSERT INTO record_keys (stored, record) VALUES (?, ?)", .integer(pair.stored), .integer(pair.record))
                }
            }
            start += part.count
        }
    }

    private func writeReviews(_ reviews: [BatchMatcher.Review], _ time: Int64) async throws(IndexError) {
        try await database.write(IndexError.self) { tx in
            for review in reviews where review.left != review.right {
                try tx.execute(
                    """
                    INSERT INTO reviews (first_record, second_record, hundredths, reason, weights, state, opened_at)
                    VALUES (?, ?, ?, ?, '', 'open', ?)
                    ON CONFLICT DO NOTHING
                    """, .integer(Int64(min(review.left, review.right)) + 1), .integer(Int64(max(review.left, review.right)) + 1),
                    .integer(review.hundredths), .text(review.reason), .integer(time))
            }
        }
    }

    private struct StoredKey: Comparable, Sendable {
        let stored: Int64
        let record: Int64

        static func < (left: StoredKey, right: StoredKey) -> Bool {
            left.stored != right.stored ? left.stored < right.stored : left.record < right.record
        }
    }
}

/// A row ready to be written.
private struct SealedRow: Sendable {
    let institution: Int64
    let localKey: [UInt8]
    let box: [UInt8]

    init(_ row: BulkRow, _ record: Int64, _ keys: any IndexKeys, _ institutions: [String: Int64]) throws {
        institution = institutions[row.institution] ?? 0
        localKey = try keys.localKey(institution: row.institution, row.localID)
        box = try keys.sealRecord(IndexedRecord(localID: row.localID, demographics: row.demographics), record)
    }

    func insert(_ record: Int64, _ person: Int64, isNew: Bool, time: Int64, actor: String, _ tx: borrowing Transaction) throws {
        if isNew { try tx.execute("INSERT INTO persons (id, created_at) VALUES (?, ?)", .integer(person), .integer(time)) }
        try tx.execute(
            "INSERT INTO records (id, person, institution, local_key, sealed, registered_at) VALUES (?, ?, ?, ?, ?, ?)", .integer(record),
            .integer(person), .integer(institution), .blob(localKey), .blob(box), .integer(time))
        try tx.execute(
            """
            INSERT INTO events (at, kind, person, record, hundredths, weights, actor, reason) VALUES (?, ?, ?, ?, 0, '', ?, 'BULK_LOAD')
            """, .integer(time), .text(isNew ? "created" : "linked"), .integer(person), .integer(record), .text(actor))
    }
}
