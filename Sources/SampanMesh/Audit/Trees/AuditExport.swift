internal import SampanAPI
internal import SampanCrypto
internal import SampanProtobuf
internal import SampanStorage

/// A range of a log as a file that `sampan-verify` checks without anything of ours: a first line that says what it is, frames, and the
/// digest of all that stands before it.
///
/// A frame is one letter, the length of its bytes (4 bytes, big endian), and they. `F` (a serialized `AuditConsistencyProof` whose `older`
/// says only its size, and whose path is the right edge of the tree before the range, the largest subtree first) stands first, and only
/// where the range begins behind entry 1; `E` is an `AuditEntry`, `T` the `AuditTreeHead` over what stands before it; `Z` is the digest,
/// and the end.
package struct AuditExport {
    package static let firstLine = "sampan audit export v1\n"

    /// What was written.
    package struct Summary: Sendable, Hashable {
        package var first: UInt64 = 0
        package var last: UInt64 = 0
        package var heads: UInt64 = 0
        package var bytes: UInt64 = 0
    }

    private var digest: [UInt8]
    private let write: ([UInt8]) throws -> Void
    private(set) var summary = Summary()

    private init(_ digest: [UInt8], _ write: @escaping ([UInt8]) throws -> Void) {
        self.digest = digest
        self.write = write
    }

    /// - Parameters:
    ///   - frontier: right edge of the tree before the first entry.
    ///   - write: takes the file's bytes, piece by piece.
    static func begin(after frontier: AuditFrontier, _ write: @escaping ([UInt8]) throws -> Void) throws -> AuditExport {
        let line = Array(firstLine.utf8)
        var export = AuditExport(try SHA256.hash(line), write)
        try write(line)
        export.summary.bytes = UInt64(line.count)
        try export.put(frontier)
        return export
    }

    private mutating func put(_ bytes: [UInt8]) throws {
        try write(bytes)
        summary.bytes += UInt64(bytes.count)
    }

    private mutating func frame(_ kind: Character, _ bytes: [UInt8]) throws {
        guard let letter = kind.asciiValue, let count = UInt32(exactly: bytes.count) else { throw AuditError.malformed("a frame too long") }
        try put([letter] + (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0)) } + bytes)
        digest = try SHA256.hash(digest + [letter] + bytes)
    }

    private mutating func put(_ frontier: AuditFrontier) throws {
        guard frontier.size > 0 else { return }
        let message = AuditV1.AuditConsistencyProof(older: AuditV1.AuditTreeHead(size: frontier.size), path: frontier.roots)
        try frame("F", try message.serialized())
    }

    mutating func take(_ entry: AuditEntry) throws {
        try frame("E", try entry.message.serialized())
        if summary.first == 0 { summary.first = entry.number }
        summary.last = entry.number
    }

    mutating func take(_ head: AuditTreeHead) throws {
        try frame("T", try head.serialized())
        summary.heads += 1
    }

    mutating func end() throws { try frame("Z", digest) }
}

extension AuditArchive {
    /// Writes entries `first` to `last` as an export, on to the tree head over the last of them; what is not sealed yet is left out. Throws
    /// `notSealed` for a range that no head covers, what `write` throws, and as `verify` does.
    /// - Parameters:
    ///   - last: nil for the newest that is sealed.
    ///   - progress: told now and then how far it is, and of how many.
    package func export(
        from first: UInt64 = 1, through last: UInt64? = nil, progress: (UInt64, UInt64) -> Void = { _, _ in },
        write: @escaping ([UInt8]) throws -> Void
    ) throws -> AuditExport.Summary {
        let first = max(1, first)
        let frontier = try frontier(before: first)
        return try file.read { tx in
            let end = try last.map { try AuditStore.treeHead(after: max(1, $0) - 1, tx) } ?? AuditStore.lastTreeHead(tx)
            guard let end, end.size >= first else { throw AuditError.notSealed(last ?? first) }
            var export = try AuditExport.begin(after: frontier, write)
            var (number, head) = (first - 1, try AuditStore.treeHead(after: first - 1, tx))
            while number < end.size {
                let entries = try AuditStore.entries(after: number, limit: min(4_096, end.size - number), tx)
                guard !entries.isEmpty else { throw AuditError.damaged(.chain(.dropped(number + 1))) }
                for entry in entries {
                    try export.take(entry)
                    number = entry.number
                    guard let due = head, due.size <= number else { continue }
                    try export.take(due)
                    head = try AuditStore.treeHead(after: number, tx)
                }
                progress(number + 1 - first, end.size + 1 - first)
            }
            try export.end()
            return export.summary
        }
    }

    private func frontier(before first: UInt64) throws -> AuditFrontier {
        guard first > 1 else { return AuditFrontier() }
        guard let index = try openIndex() else { throw AuditError.notSealed(first) }
        return try index.read { tx in
            guard let head = try AuditIndexStore.head(tx), head.size >= first else { throw AuditError.notSealed(first) }
            var tree = AuditTree(size: head.size)
            guard let frontier = try tree.frontier(first - 1, { try AuditIndexStore.tile($0, tx) }) else {
                throw AuditError.indexDamaged("no right edge before entry \(first)")
            }
            return frontier
        }
    }
}
