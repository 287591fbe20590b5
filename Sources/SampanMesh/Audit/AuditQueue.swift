internal import SampanDomain

/// What waits to be written: bounded, the same denial of one second summed, and what does not fit counted. No I/O.
///
/// ```
/// record ──first of its second──► waiting ──take──► written
///    │ └──the same again──► sum of that second ──second over──► waiting
///    └──no room──► untold (a count) ──next take──► written
/// ```
struct AuditQueue {
    struct Item: Sendable {
        let record: AuditRecord
        /// Told the entry's number once it is durable, or why it is not.
        let settle: (@Sendable (Result<UInt64, AuditError>) -> Void)?
    }

    /// Why records were not told one by one; stands in the entry that counts them.
    enum Untold: String, CaseIterable {
        case queueFull = "QUEUE_FULL"
        case notWritten = "NOT_WRITTEN"
    }

    private struct Sum {
        let second: Int64
        /// What came after the first of the second; nil for nothing.
        var repeated: AuditRecord?
    }

    private struct Span {
        var count: UInt64
        var first: UnixTime
        var last: UnixTime
    }

    /// Records that wait, at most. 8,192: some 4 MB, and some 100 ms of a disk that is not slow.
    static let waitingLimit = 8_192
    /// Callers and methods that are summed in one second, at most; the others are told one by one.
    static let sumLimit = 4_096

    private var waiting: [Item] = []
    private var sums: [AuditRecord.Sameness: Sum] = [:]
    private var repeatedSums = 0
    private var untold: [Untold: Span] = [:]
    private(set) var isClosed = false
    /// Whether whoever writes has been woken and has not come to the end yet.
    private var isAwake = false

    /// Whether something waits that only time brings out.
    var hasOpenSums: Bool { repeatedSums > 0 }

    /// Takes a record in; true when whoever writes has to be woken.
    mutating func add(_ record: AuditRecord) -> Bool {
        guard !isClosed else { return false }
        guard record.kind == .denial else { return append(Item(record: record, settle: nil)) }
        let (key, second) = (record.sameness, record.at.seconds)
        if let sum = sums[key], sum.second == second {
            if sum.repeated == nil {
                sums[key]?.repeated = record
                repeatedSums += 1
                // Nothing to write yet, but a second that somebody has to see the end of.
                return wake()
            }
            sums[key]?.repeated?.addOne(at: record.at)
            return false
        }
        closeSum(key)
        if sums.count >= Self.sumLimit { closeSums(at: record.at) }
        if sums.count < Self.sumLimit { sums[key] = Sum(second: second, repeated: nil) }
        return append(Item(record: record, settle: nil))
    }

    /// Takes a record in whose writer waits for it. Nil when there is no room: it is counted.
    mutating func add(_ item: Item) -> Bool? {
        guard !isClosed else { return nil }
        let before = waiting.count
        let wakes = append(item)
        return waiting.count > before ? wakes : nil
    }

    private mutating func wake() -> Bool {
        defer { isAwake = true }
        return !isAwake
    }

    private mutating func append(_ item: Item) -> Bool {
        if waiting.count < Self.waitingLimit { waiting.append(item) } else { note(.queueFull, item.record) }
        return wake()
    }

    /// The oldest that wait, at most `limit`, with the sums of seconds that are over at `now`, and what was not told. With nothing, whoever
    /// writes may rest: the next record wakes it.
    mutating func take(_ limit: Int, at now: UnixTime) -> [Item] {
        if isClosed { closeAllSums() } else if repeatedSums > 0 { closeSums(at: now) }
        // The count of what was lost first: it was lost before what has come since.
        let counts = Untold.allCases.compactMap { reason in
            untold[reason].map {
                Item(
                    record: AuditRecord(at: $0.first, kind: .untold, reason: reason.rawValue, count: $0.count, until: $0.last), settle: nil)
            }
        }
        untold = [:]
        let taken = waiting.prefix(limit)
        waiting.removeFirst(taken.count)
        isAwake = !counts.isEmpty || !taken.isEmpty
        return counts + taken
    }

    /// Counts what was taken and could not be written. True when more has come since, which is to be tried now; else the next record is the
    /// next attempt.
    mutating func lose(_ records: [AuditRecord]) -> Bool {
        isAwake = !waiting.isEmpty
        for record in records {
            note(record.kind == .untold ? Untold(rawValue: record.reason) ?? .notWritten : .notWritten, record)
        }
        return isAwake
    }

    /// Takes nothing more.
    mutating func close() { isClosed = true }

    private mutating func note(_ reason: Untold, _ record: AuditRecord) {
        let last = record.until ?? record.at
        guard let span = untold[reason] else {
            untold[reason] = Span(count: record.count, first: record.at, last: last)
            return
        }
        untold[reason] = Span(
            count: span.count + record.count, first: min(span.first, record.at), last: max(span.last, last))
    }

    private mutating func closeSums(at now: UnixTime) {
        for (key, sum) in sums where sum.second != now.seconds { closeSum(key) }
    }

    private mutating func closeAllSums() {
        for key in sums.keys { closeSum(key) }
    }

    private mutating func closeSum(_ key: AuditRecord.Sameness) {
        guard let sum = sums.removeValue(forKey: key), let record = sum.repeated else { return }
        repeatedSums -= 1
        _ = append(Item(record: record, settle: nil))
    }
}
