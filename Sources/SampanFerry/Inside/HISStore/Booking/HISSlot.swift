internal import SampanDomain
internal import SampanStorage

/// A slot of a clinic session, with what its session says. Entries without a session are sold without holds and are none.
struct HISSlot {
    let institution: String
    let schedule: String
    let session: String
    let department: String
    let departmentName: String
    let expert: String?
    let expertName: String?
    let day: Int64
    let half: Int64
    let minutes: Range<Int64>
    let quota: Int64
    /// Booked, and held by holds that are not over at the time of the look.
    let taken: Int64
    let isStopped: Bool
    let isOnline: Bool
    private let registration: Money
    private let consultation: Money
    private let insured: Money

    /// Of holds that are over, but not ended by anybody yet, the places are free for who looks: the next one who holds gets them.
    private static let select = """
        SELECT s.institution, s.id, s.session, s.department, d.name, c.expert, e.name, c.day, c.half, s.start_minute, s.end_minute, s.quota,
            s.booked + s.held - (SELECT COUNT(*) FROM holds h WHERE h.institution = s.institution AND h.session = s.session
                AND h.schedule_id = s.id AND h.state = 1 AND h.expires_at < ?),
            c.state, d.online, COALESCE(e.online, 1), c.registration_fen, c.consultation_fen, c.insurer_fen
        FROM schedules s JOIN clinic_sessions c ON c.institution = s.institution AND c.id = s.session
        JOIN departments d ON d.institution = s.institution AND d.code = s.department
        LEFT JOIN experts e ON e.institution = c.institution AND e.code = c.expert
        """

    /// Counts no hold as over: for transactions, which have ended those before.
    static func find(_ institution: InstitutionCode, _ schedule: String, _ tx: borrowing Transaction) throws -> HISSlot? {
        try tx.first("\(select) WHERE s.institution = ? AND s.id = ?", .integer(.min), .text(institution.text), .text(schedule)) {
            try HISSlot($0)
        }
    }

    static func session(_ institution: InstitutionCode, _ schedule: String, _ tx: borrowing Transaction) throws -> String? {
        try tx.first("SELECT session FROM schedules WHERE institution = ? AND id = ?", .text(institution.text), .text(schedule)) {
            try $0.optionalText(0)
        } ?? nil
    }

    /// What may be shown of `days`, by day, institution and schedule entry, behind `last`.
    /// - Parameters:
    ///   - department: empty for all; `expert` too.
    ///   - last: day, institution and entry where the page before ended.
    static func list(
        _ institutions: [String], _ days: ClosedRange<Int64>, department: String, expert: String, after last: (Int64, String, String),
        limit: Int64, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> [HISSlot] {
        let places = institutions.map { _ in "?" }.joined(separator: ", ")
        let values: [SQLValue] =
            [.integer(now.nanoseconds)] + institutions.map { .text($0) } + [
                .integer(days.lowerBound), .integer(days.upperBound), .text(department), .text(expert), .integer(last.0), .text(last.1),
                .text(last.2), .integer(limit),
            ]
        var slots: [HISSlot] = []
        let base = institutions.count + 1
        try tx.forEach(
            """
            \(select) WHERE s.institution IN (\(places)) AND c.day BETWEEN ?\(base + 1) AND ?\(base + 2) AND d.online = 1
                AND COALESCE(e.online, 1) = 1 AND (?\(base + 3) = '' OR s.department = ?\(base + 3))
                AND (?\(base + 4) = '' OR c.expert = ?\(base + 4))
                AND (c.day, s.institution, s.id) > (?\(base + 5), ?\(base + 6), ?\(base + 7))
            ORDER BY c.day, s.institution, s.id LIMIT ?\(base + 8)
            """, values
        ) { slots.append(try HISSlot($0)) }
        return slots
    }

    private init(_ row: borrowing Row) throws {
        institution = try row.text(0)
        schedule = try row.text(1)
        session = try row.text(2)
        department = try row.text(3)
        departmentName = try row.text(4)
        expert = try row.optionalText(5)
        expertName = try row.optionalText(6)
        day = try row.int64(7)
        half = try row.int64(8)
        minutes = try row.int64(9)..<(try row.int64(10))
        quota = try row.int64(11)
        taken = try row.int64(12)
        isStopped = try row.int64(13) == 2
        isOnline = try row.int64(14) == 1 && row.int64(15) == 1
        registration = Money(fen: try row.int64(16))
        consultation = Money(fen: try row.int64(17))
        insured = Money(fen: try row.int64(18))
    }

    func fee(_ payer: PayerClass) throws -> VisitFee {
        try VisitFee(registration: registration, consultation: consultation, insured: insured, payer: payer)
    }

    var start: UnixTime { get throws { try moment(minutes.lowerBound) } }
    var end: UnixTime { get throws { try moment(minutes.upperBound) } }

    private func moment(_ minute: Int64) throws -> UnixTime {
        guard let day = BusinessDay(number: day) else { throw StorageError(kind: .corrupt, message: "\(day) is no day") }
        return try UnixTime(chinaText: "\(day.text) 00:00:00").advanced(byNanoseconds: minute * 60_000_000_000)
    }
}
