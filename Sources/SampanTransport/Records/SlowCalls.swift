/// The calls that took longest until their answer began, of the last minutes. Sans-IO.
struct SlowCalls {
    /// 16 on each loop: a page.
    static let limit = 16
    /// 100 ms: below that nobody complains.
    static let threshold: Int64 = 100_000_000
    /// 1 s: a call that takes longer is always looked at, so that those of an hour that was worse are let go when their time is over.
    static let highest: Int64 = 1_000_000_000
    /// 10 minutes, in nanoseconds: after that the slowest is no news.
    static let life: Int64 = 600_000_000_000

    private(set) var records: [CallRecord] = []
    /// What a call must have taken to be one of them; read for every call.
    private(set) var least = threshold

    mutating func add(_ record: CallRecord) {
        records.removeAll { record.at - $0.at > Self.life }
        records.append(record)
        if records.count > Self.limit, let quickest = records.indices.min(by: { Self.wait(records[$0]) < Self.wait(records[$1]) }) {
            records.remove(at: quickest)
        }
        least = records.count < Self.limit ? Self.threshold : min(Self.highest, max(Self.threshold, records.map(Self.wait).min() ?? 0))
    }

    private static func wait(_ record: CallRecord) -> Int64 { record.firstByte ?? record.ended }
}
