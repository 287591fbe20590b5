import ArgumentParser
import SampanDomain
import SampanLedger

/// Which books a command shows.
struct LedgerMomentOption: ParsableArguments {
    @Option(
        name: .customLong("as-of"),
        help: """
            The books of the past: a day (2026-11-18 or 20261118), all that was booked on it or before, whenever it was recorded; or a \
            China time (2026-11-18 12:00:00), all that was recorded until then, that second included. (default: now)
            """)
    var asOf: String?

    func validate() throws { _ = try moment() }

    func moment() throws -> LedgerMoment {
        guard let asOf else { return .now }
        if let day = BusinessDay(asOf) { return .booked(day) }
        guard let time = try? UnixTime(chinaText: asOf) else {
            throw ValidationError("--as-of is a day such as 2026-11-18, or a China time such as \"2026-11-18 12:00:00\"")
        }
        return .recorded(time.advanced(byNanoseconds: 999_999_999))
    }

    /// As headings say it.
    static func text(_ moment: LedgerMoment) -> String {
        switch moment {
        case .now: "now"
        case .booked(let day): "as booked up to \(day)"
        case .recorded(let time): "as recorded until \(time.chinaText)"
        }
    }
}

/// Which books an answer is of, in JSON.
struct LedgerMomentAnswer: Encodable {
    /// `2026-11-18`.
    let bookedUpTo: String?
    /// RFC 3339, UTC.
    let recordedUntil: String?

    init?(_ moment: LedgerMoment) {
        switch moment {
        case .now: return nil
        case .booked(let day): (bookedUpTo, recordedUntil) = (day.text, nil)
        case .recorded(let time): (bookedUpTo, recordedUntil) = (nil, time.utcText)
        }
    }
}
