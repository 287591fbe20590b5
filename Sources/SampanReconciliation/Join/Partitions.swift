/// Records spread over scratch files by the hash of their order, so that each file holds whole orders and fits into memory: a join in
/// memory that does not grow with the day (a Grace hash join).
struct Partitions {
    /// Eight bits of the hash. With a buffer for each, this is what is kept in memory while files are read: 4 MiB. Two levels of them stay
    /// below the 1,024 files that a process may have open.
    static let count = 256
    private static let bufferBytes = 16 * 1_024

    private var files: [ScratchFile]
    /// The first bit of the hash that tells these partitions apart.
    private let shift: Int

    /// - Parameters:
    ///   - neighbour: the scratch files lie beside it.
    ///   - level: 0 for a day's, 1 for those of one partition that was too large.
    init(beside neighbour: String, level: Int) {
        files = (0..<Self.count).map { _ in ScratchFile(beside: neighbour, bufferBytes: Self.bufferBytes) }
        shift = 64 - 8 * (level + 1)
    }

    /// Adds a line.
    /// - Parameters:
    ///   - order: where the order's number lies in `text`.
    ///   - refund: where the refund's number lies there; empty for none.
    mutating func add(_ record: LineRecord, order: Range<Int>, refund: Range<Int>, of text: Span<UInt8>) throws(ReconciliationError) {
        let hash = KeyHash.of(text, order)
        let place = Int(truncatingIfNeeded: hash >> UInt64(shift)) & (Self.count - 1)
        try files[place].append(atMost: LineRecord.longest) { bytes, start in
            record.encode(into: &bytes, at: start, hash: hash, order: order, refund: refund, of: text)
        }
    }

    /// Adds a record of a coarser partition as it is.
    mutating func add(_ record: Range<Int>, hash: UInt64, of bytes: Span<UInt8>) throws(ReconciliationError) {
        let place = Int(truncatingIfNeeded: hash >> UInt64(shift)) & (Self.count - 1)
        try files[place].append(atMost: record.count) { target, start in
            for at in record { target[start + at - record.lowerBound] = bytes[at] }
            return start + record.count
        }
    }

    /// Hands over one partition, which is closed after its use; nil when there is none left.
    mutating func removeLast() -> ScratchFile? { files.popLast() }
}
