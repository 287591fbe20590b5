internal import SampanDomain
internal import SampanStorage

/// SQL that moves finished rows out of `requests`, which then holds what is open and a few rows more, however many there have been.
enum RequestHistory {
    private static let columns = """
        seq, submitter, request_id, hash, deadline, state, receipt, reason, message, submitted_at, claimed_at, decided_at, finished_at
        """
    /// The oldest finished rows; both statements below mean the same ones.
    private static let oldest = "FROM requests WHERE state <> 0 AND finished_at <= ? ORDER BY finished_at, seq LIMIT ?"

    static func move(_ limit: Int, finishedBy moment: UnixTime, _ tx: borrowing Transaction) throws -> Int {
        let which = [SQLValue.integer(moment.nanoseconds), .integer(Int64(limit))]
        let copied = try tx.execute("INSERT INTO request_history (\(columns)) SELECT \(columns) \(oldest)", which)
        let left = try tx.execute("DELETE FROM requests WHERE seq IN (SELECT seq \(oldest))", which)
        guard copied == left else { throw StorageError(kind: .corrupt, message: "\(copied) rows became history, and \(left) left") }
        return left
    }

    static func finishedCount(_ tx: borrowing Transaction) throws -> Int {
        Int(try tx.first("SELECT COUNT(*) FROM requests WHERE state <> 0") { try $0.int64(0) } ?? 0)
    }
}
