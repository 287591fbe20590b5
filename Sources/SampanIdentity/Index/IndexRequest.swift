internal import SampanStorage

/// Who asks for a change, and under which id: the same again gets the first answer.
package struct IndexRequest: Sendable, Hashable {
    /// The code of the asking institution.
    package let institution: String
    /// Unique in the institution, 1 to 64 bytes.
    package let id: String
    /// Who did it, by what was proved: the name in the certificate. Two of these are two people where two are needed.
    package let actor: String
    /// Whom that names of its staff, for the history only: a caller may write here what it likes. Empty for nobody.
    package let staff: String
    /// For the history: at most 400 bytes, no patient data.
    package let reason: String

    package init(institution: String, id: String, actor: String, staff: String = "", reason: String = "") {
        self.institution = institution
        self.id = id
        self.actor = actor
        self.staff = staff
        self.reason = reason
    }

    /// As the history names who did it.
    var author: String { staff.isEmpty ? actor : "\(actor)#\(staff)" }
}

extension IndexWriter {
    /// Runs `change` once for each request id; a replay gets the two numbers that came of it. `body` says what was asked.
    func once(
        _ request: IndexRequest, _ body: String, _ tx: borrowing Transaction, _ change: (borrowing Transaction) throws -> (Int64, Int64)
    ) throws -> (Int64, Int64) {
        guard (1...64).contains(request.id.utf8.count) else { throw IndexError.invalid(field: "request_id", "has 1 to 64 bytes") }
        guard request.reason.utf8.count <= Registration.textMax else { throw IndexError.invalid(field: "reason", "is too long") }
        let key = try reader.keys.requestKey(institution: request.institution, request.id)
        let digest = try reader.keys.hash(Array("\(body)\u{0}\(request.author)\u{0}\(request.reason)".utf8))
        if let (kept, answer) = try tx.first(
            "SELECT digest, answer FROM requests WHERE request_key = ?", .blob(key), map: { (try $0.blob(0), try $0.blob(1)) })
        {
            guard kept == digest else { throw IndexError.requestIDReused }
            let numbers = String(decoding: answer, as: UTF8.self).split(separator: " ").compactMap { Int64($0) }
            guard numbers.count == 2 else { throw StorageError(kind: .corrupt, message: "an answer that was kept cannot be read") }
            return (numbers[0], numbers[1])
        }
        let answer = try change(tx)
        try tx.execute(
            "INSERT INTO requests (request_key, digest, answer) VALUES (?, ?, ?)", .blob(key), .blob(digest),
            .blob(Array("\(answer.0) \(answer.1)".utf8)))
        return answer
    }
}
