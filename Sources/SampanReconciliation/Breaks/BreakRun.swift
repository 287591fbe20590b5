/// Sorted breaks that are taken from the front: those in memory, or a run in a scratch file.
struct BreakRun {
    /// The next one; nil at the end.
    private(set) var head: Break?
    private var rest: ArraySlice<Break> = []
    private var lines: LineReader?
    private var cutter = FieldCutter()

    init(breaks: [Break]) {
        rest = breaks[...]
        head = rest.popFirst()
    }

    init(_ file: ScratchFile) throws(ReconciliationError) {
        lines = try LineReader(ScratchSource(file), name: file.path)
        try advance()
    }

    mutating func advance() throws(ReconciliationError) {
        guard lines != nil else {
            head = rest.popFirst()
            return
        }
        guard let line = try lines?.next(quoting: false), let reader = lines else {
            head = nil
            return
        }
        _ = cutter.cut(reader.buffer.span, line, .plain)
        guard let found = Break(csvFields: cutter.fields.map { String(decoding: reader.buffer[$0], as: UTF8.self) }) else {
            throw reader.wrong("not what was written there")
        }
        head = found
    }
}

/// A scratch file from its beginning to its end.
private final class ScratchSource: ByteSource {
    private let file: ScratchFile
    private var offset = 0

    init(_ file: ScratchFile) { self.file = file }

    func read(into buffer: inout [UInt8], from start: Int) throws(ReconciliationError) -> Int {
        let count = try file.read(into: &buffer, from: start, at: offset)
        offset += count
        return count
    }
}
