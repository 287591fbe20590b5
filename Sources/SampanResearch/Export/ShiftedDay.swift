internal import SampanClinicalDocument
internal import SampanDomain

/// Days of the calendar in China, moved back. The clock is left out: to the minute, a time names an event.
struct ShiftedDay: Sendable {
    private static let day: Int64 = 86_400 * 1_000_000_000

    /// Days moved back.
    let days: Int
    /// Before this day, nothing is told: it would say that somebody is older than the oldest band.
    private let oldest: Int64

    /// - Parameter reference: as of when ages are told.
    init(days: Int, reference: UnixTime) {
        self.days = days
        oldest = BusinessDay(reference).number - Int64(QuasiIdentifiers.cap - 1) * 10_000
    }

    /// `2026-03-04`; nil for a time that is no day, and for one too long ago.
    func text(_ time: ClinicalTime) -> String? {
        guard let month = time.month, let day = time.day else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let year = String(repeating: "0", count: max(0, 4 - String(time.year).utf8.count)) + String(time.year)
        let clock = "\(two(time.hour ?? 12)):\(two(time.minute ?? 0)):00"
        guard let written = try? UnixTime(chinaText: "\(year)-\(two(month))-\(two(day)) \(clock)") else { return nil }
        // What was written by another clock is the same moment in China.
        let away = 8 * 60 - (time.offset ?? 8 * 60)
        return text(written.advanced(byNanoseconds: Int64(away) * 60 * 1_000_000_000))
    }

    func text(_ time: UnixTime) -> String? {
        let (distance, overflow) = Int64(days).multipliedReportingOverflow(by: Self.day)
        let (_, isOutside) = time.nanoseconds.subtractingReportingOverflow(distance)
        guard !overflow, !isOutside, BusinessDay(time).number >= oldest else { return nil }
        return BusinessDay(time.advanced(byNanoseconds: -distance)).text
    }
}
