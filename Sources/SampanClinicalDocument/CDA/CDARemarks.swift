/// What is noted while entries are read.
///
/// A time of an entry that no calendar has, or that is mistyped, leaves the entry without a time: published samples of HL7 hold some, and a
/// report is not refused for it. Times of the header and numbers of results are refused.
final class CDARemarks {
    private(set) var counts: [String: Int] = [:]

    /// Nil, and noted, where a time is none; other errors go on.
    func known<Value>(_ read: () throws(DocumentError) -> Value?) throws(DocumentError) -> Value? {
        do throws(DocumentError) { return try read() } catch {
            guard case .badTime = error.reason else { throw error }
            add("left aside: a time that is none")
            return nil
        }
    }

    func add(_ text: String) { counts[text, default: 0] += 1 }
}
