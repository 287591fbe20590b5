/// A file without a name that is filled, then read again: in pieces, or as a whole. It is made when memory does not do any more, so a small
/// day makes none.
struct ScratchFile {
    /// What has not been written yet, and room behind it.
    private var buffer: [UInt8] = []
    private var filled = 0
    private var written = 0
    private let bufferBytes: Int
    private let neighbour: String
    private var file: OpenFile?

    /// - Parameters:
    ///   - neighbour: it lies beside that file.
    ///   - bufferBytes: written when so many have come together.
    init(beside neighbour: String, bufferBytes: Int) {
        self.neighbour = neighbour
        self.bufferBytes = bufferBytes
    }

    /// For messages.
    var path: String { file?.path ?? neighbour }

    /// Bytes in all.
    var size: Int { written + filled }

    /// Appends what `body` writes from a place on; it returns where that ends, `count` bytes further at the most.
    mutating func append(atMost count: Int, _ body: (inout MutableSpan<UInt8>, Int) -> Int) throws(ReconciliationError) {
        if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: bufferBytes) }
        if filled + count > buffer.count { try flush() }
        precondition(count <= buffer.count, "more than the buffer holds")
        let start = filled
        var bytes = buffer.mutableSpan
        let end = body(&bytes, start)
        filled = end
    }

    /// Writes what has come together.
    mutating func flush() throws(ReconciliationError) {
        if file == nil { file = try .scratch(beside: neighbour) }
        try file?.write(buffer, count: filled)
        written += filled
        filled = 0
    }

    /// Everything; what was in memory alone is not written first.
    mutating func contents() throws(ReconciliationError) -> [UInt8] {
        guard written > 0 else { return Array(buffer.prefix(filled)) }
        return try part(0..<size)
    }

    /// A part of it, or less at the end.
    mutating func part(_ place: Range<Int>) throws(ReconciliationError) -> [UInt8] {
        if filled > 0 { try flush() }
        return try file?.bytes(place.clamped(to: 0..<written)) ?? []
    }

    /// Reads what has been written, as `OpenFile` does.
    func read(into bytes: inout [UInt8], from start: Int, at offset: Int) throws(ReconciliationError) -> Int {
        try file?.read(into: &bytes, from: start, at: offset) ?? 0
    }
}
