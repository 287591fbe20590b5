internal import SampanAPI
internal import SampanDomain

/// What the inside says of its work on a row: how long before it sent the outcome each step began and ended.
///
/// Ages and not times, so that a clock inside that is wrong moves nothing: only the way of the message is missing in them.
struct RowTimings: Sendable {
    let claimAsked: Duration
    let claimAnswered: Duration
    /// Nil for a row that never came before the HIS.
    let post: (began: Duration, ended: Duration)?

    /// Longest age that is believed. A day: no row is open for that long, and no span is of use that is.
    static let longest: Duration = .seconds(86_400)

    /// Nil for ages that cannot be: the inside is another party, and its word is checked as its outcomes are.
    init?(_ message: GatewayV1.RequestTimings) {
        guard let asked = message.claimAsked?.duration, let answered = message.claimAnswered?.duration,
            Self.longest >= asked, asked >= answered, answered >= .zero
        else { return nil }
        (claimAsked, claimAnswered) = (asked, answered)
        guard message.postBegan != nil || message.postEnded != nil else {
            post = nil
            return
        }
        guard let began = message.postBegan?.duration, let ended = message.postEnded?.duration,
            answered >= began, began >= ended, ended >= .zero
        else { return nil }
        post = (began, ended)
    }

    /// The time that was `age` before another, in nanoseconds.
    static func moment(_ age: Duration, before time: UnixTime) -> Int64 {
        let (seconds, attoseconds) = age.components
        return time.nanoseconds - seconds * 1_000_000_000 - attoseconds / 1_000_000_000
    }
}
