internal import SampanDomain

/// What of a record is hashed: every field at its full length, so that no two records have the same bytes.
struct RecordBytes {
    private(set) var bytes: [UInt8]

    /// - Parameter kind: sets the chains apart.
    init(kind: String, previous: [UInt8]) {
        bytes = []
        bytes.reserveCapacity(320)
        append(kind)
        bytes += previous
    }

    mutating func append(_ number: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }

    mutating func append(_ text: String) {
        append(Int64(text.utf8.count))
        bytes += text.utf8
    }
}

/// The chain of records that a ledger keeps: entries, holds and their ends each have one.
enum Chain {
    /// Before the first record.
    static let start = [UInt8](repeating: 0, count: 32)
}

extension NewEntry {
    func bytes(number: Int64, recordedAt: Int64, previous: [UInt8]) -> [UInt8] {
        var record = RecordBytes(kind: "sampan ledger entry 1", previous: previous)
        record.append(number)
        record.append(key)
        record.append(event.rawValue)
        record.append(day.number)
        record.append(recordedAt)
        record.append(reason)
        record.append(actor)
        record.append(reverses ?? 0)
        record.append(Int64(lines.count))
        for line in lines {
            record.append(line.code)
            record.append(line.amount.fen)
        }
        return record.bytes
    }
}
