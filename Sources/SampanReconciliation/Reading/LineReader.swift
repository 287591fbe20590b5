/// Lines of a text of any size, in one buffer that stays as small as it began.
struct LineReader {
    /// Bytes of a line at the most: a bill's have a few hundred.
    static let longestLine = 64 * 1_024
    private static let bufferBytes = 256 * 1_024

    /// What messages call the file.
    let name: String
    private let source: any ByteSource
    /// Holds the line that `next` has told, until it is called again.
    private(set) var buffer = [UInt8](repeating: 0, count: bufferBytes)
    private var position = 0
    private var end = 0
    private var isAtEnd = false
    /// The number of the line that `next` has told, 1 for the first.
    private(set) var line = 0
    private var following = 1

    /// A byte-order mark at the beginning is passed over.
    init(_ source: any ByteSource, name: String) throws(ReconciliationError) {
        self.source = source
        self.name = name
        while end < 3, try fill() {}
        if buffer.prefix(end).starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// Where the next line lies in `buffer`, without its LF or CRLF; nil at the end.
    /// - Parameter quoting: a line end between quotes belongs to the line (RFC 4180).
    mutating func next(quoting: Bool) throws(ReconciliationError) -> Range<Int>? {
        line = following
        var scan = LineScan(at: position, quoting: quoting)
        while true {
            if scan.reachesLineEnd(buffer.span, end: end) {
                let found = position..<scan.at
                guard found.count <= Self.longestLine else { throw tooLong }
                position = scan.at + 1
                following += scan.lineEndsInside + 1
                return withoutReturn(found)
            }
            guard end - position <= Self.longestLine else { throw tooLong }
            if isAtEnd { break }
            scan.at -= position
            makeRoom()
            _ = try fill()
        }
        guard !scan.isQuoted else { throw wrong("a quoted field is never closed") }
        guard position < end else { return nil }
        defer { position = end }
        following += 1
        return withoutReturn(position..<end)
    }

    /// What is wrong with the line that `next` has told.
    func wrong(column: String? = nil, _ problem: String) -> ReconciliationError {
        .badData(file: name, line: line, column: column, problem: problem)
    }

    private var tooLong: ReconciliationError { wrong("longer than \(Self.longestLine) bytes") }

    private func withoutReturn(_ range: Range<Int>) -> Range<Int> {
        let hasReturn = !range.isEmpty && buffer[range.upperBound - 1] == UInt8(ascii: "\r")
        return hasReturn ? range.lowerBound..<range.upperBound - 1 : range
    }

    /// Moves what is left to the front.
    private mutating func makeRoom() {
        for index in 0..<end - position { buffer[index] = buffer[position + index] }
        end -= position
        position = 0
    }

    /// False at the end.
    private mutating func fill() throws(ReconciliationError) -> Bool {
        let count = try source.read(into: &buffer, from: end)
        end += count
        isAtEnd = count == 0
        return !isAtEnd
    }
}

/// The search for the end of a line, which may go on after more has been read.
private struct LineScan {
    var at: Int
    let quoting: Bool
    private(set) var isQuoted = false
    private(set) var lineEndsInside = 0

    init(at: Int, quoting: Bool) {
        self.at = at
        self.quoting = quoting
    }

    mutating func reachesLineEnd(_ bytes: Span<UInt8>, end: Int) -> Bool {
        var at = at
        defer { self.at = at }
        if !quoting {
            while at < end, bytes[at] != UInt8(ascii: "\n") { at += 1 }
            return at < end
        }
        while at < end {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: "\n") {
                if !isQuoted { return true }
                lineEndsInside += 1
            }
            at += 1
        }
        return false
    }
}
