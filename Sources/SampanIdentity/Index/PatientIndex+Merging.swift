package import SampanDomain
internal import SampanStorage

extension PatientIndex {
    /// Makes two persons one, by somebody's decision. Returns the survivor, and the event that undoes it.
    package func merge(
        _ other: EnterpriseID, into person: EnterpriseID, _ request: IndexRequest
    ) async throws(IndexError) -> (person: EnterpriseID, event: Int64) {
        let (one, event) = try await change(request, "merge \(other) \(person)") { writer, reader, tx in
            let survivor = try reader.survivor(person.number, tx)
            guard try reader.survivor(other.number, tx) == other.number else { throw IndexError.samePerson }
            return (survivor, try writer.merge(other.number, into: survivor, hundredths: 0, weights: [], reason: request.reason, tx))
        }
        return (try Self.id(one), event)
    }

    /// Undoes a merge exactly: every record that it moved is whose it was.
    package func unmerge(
        event: Int64, _ request: IndexRequest
    ) async throws(IndexError) -> (person: EnterpriseID, restored: EnterpriseID) {
        let (person, restored) = try await change(request, "unmerge \(event)") { writer, _, tx in
            let (person, restored) = try writer.unmerge(event, reason: request.reason, tx)
            return (person, restored)
        }
        return (try Self.id(person), try Self.id(restored))
    }

    /// Takes a record of the asking institution out of the person it was linked to.
    package func split(localID: String, _ request: IndexRequest) async throws(IndexError) -> (person: EnterpriseID, fresh: EnterpriseID) {
        let (person, fresh) = try await change(request, "split \(localID)") { writer, reader, tx in
            let key = try reader.keys.localKey(institution: request.institution, localID)
            guard let record = try tx.first("SELECT id FROM records WHERE local_key = ?", .blob(key), map: { try $0.int64(0) }) else {
                throw IndexError.unknownRecord
            }
            let (person, fresh) = try writer.split(record, reason: request.reason, tx)
            return (person, fresh)
        }
        return (try Self.id(person), try Self.id(fresh))
    }

    /// Says that `guardian` stands for `child`. They stay two persons.
    package func linkGuardian(_ guardian: EnterpriseID, of child: EnterpriseID, _ request: IndexRequest) async throws(IndexError) {
        _ = try await change(request, "guardian \(guardian) \(child)") { writer, reader, tx in
            let (one, two) = (try reader.survivor(child.number, tx), try reader.survivor(guardian.number, tx))
            let reverse = try tx.first(
                "SELECT 1 FROM guardians WHERE child = ? AND guardian = ?", .integer(two), .integer(one), map: { try $0.int64(0) })
            guard one != two, reverse == nil else { throw IndexError.guardianCircle }
            try writer.addGuardian(two, of: one, reason: request.reason, tx)
            return (one, two)
        }
    }

    // MARK: Reviews

    /// Reviews that wait, oldest first, after the one numbered `after`.
    package func reviews(after: Int64 = 0, limit: Int = 50) async throws(IndexError) -> [PendingReview] {
        let reader = reader
        let limit = Int64(min(max(limit, 1), 200))
        return try await database.read(IndexError.self) { tx in try PendingReview.list(after: after, limit: limit, reader, tx) }
    }

    /// One of two people's word on a review. The first proposes; a second, somebody else, makes it so or sends it back.
    /// The reviewer is the request's actor, whatever member of staff it names.
    package func decide(review: Int64, _ decision: ReviewDecision, _ request: IndexRequest) async throws(IndexError) -> ReviewStand {
        let (stand, _) = try await change(request, "decide \(review) \(decision.rawValue)") { writer, reader, tx in
            let stand = try writer.decide(review, decision, request.actor, reader, tx)
            return (Int64(ReviewStand.allCases.firstIndex(of: stand) ?? 0), review)
        }
        guard let place = Int(exactly: stand), ReviewStand.allCases.indices.contains(place) else { throw .unknownReview }
        return ReviewStand.allCases[place]
    }

    // MARK: Shared

    private func change(
        _ request: IndexRequest, _ body: String,
        _ change: @escaping @Sendable (IndexWriter, IndexReader, borrowing Transaction) throws -> (Int64, Int64)
    ) async throws(IndexError) -> (Int64, Int64) {
        let reader = reader
        let writer = IndexWriter(reader: reader, thresholds: thresholds, scorer: currentScorer, time: time, actor: request.author)
        return try await database.write(IndexError.self) { tx in
            try writer.once(request, body, tx) { tx in try change(writer, reader, tx) }
        }
    }

    static func id(_ number: Int64) throws(IndexError) -> EnterpriseID {
        do throws(DomainError) { return try EnterpriseID(number) } catch { throw .unknownPerson }
    }
}
