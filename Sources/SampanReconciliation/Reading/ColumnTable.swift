/// A table whose columns are found by name, wherever they stand and whatever stands beside them.
struct ColumnTable {
    /// A column that the header has. Only its place: one that held its name would be counted in and out for every field.
    struct Column: Sendable {
        let place: Int
    }

    private(set) var lines: LineReader
    private(set) var cutter = FieldCutter()
    private let form: FieldForm
    private let header: [String]
    private let places: [String: Int]

    /// - Parameters:
    ///   - header: names of the columns, in order.
    ///   - lines: behind the header.
    init(header: [String], lines: LineReader, form: FieldForm) throws(ReconciliationError) {
        var places: [String: Int] = [:]
        for (place, name) in header.enumerated() where places.updateValue(place, forKey: Self.folded(name)) != nil && !name.isEmpty {
            throw lines.wrong(column: name, "stands twice in the header")
        }
        self.lines = lines
        self.form = form
        self.places = places
        self.header = header
    }

    /// A file of UTF-8 whose first line is the header.
    init(_ source: any ByteSource, name: String, header headerForm: FieldForm = .quoted, form: FieldForm = .quoted)
        throws(ReconciliationError)
    {
        var lines = try LineReader(source, name: name)
        guard let first = try lines.next(quoting: headerForm == .quoted), !first.isEmpty else {
            throw lines.wrong("the file is empty; its first line names the columns")
        }
        var cutter = FieldCutter()
        if let problem = cutter.cut(lines.buffer.span, first, headerForm) { throw lines.wrong(problem) }
        var header: [String] = []
        for field in cutter.fields {
            let part = lines.buffer[trimmed(lines.buffer.span, field)]
            guard let text = String(validating: part, as: UTF8.self) else { throw lines.wrong("the header is not UTF-8") }
            header.append(text)
        }
        try self.init(header: header, lines: lines, form: form)
    }

    /// Throws when the header does not have it.
    func column(_ name: String) throws(ReconciliationError) -> Column {
        guard let place = places[Self.folded(name)] else { throw lines.wrong(column: name, "is missing in the header") }
        return Column(place: place)
    }

    func optionalColumn(_ name: String) -> Column? { places[Self.folded(name)].map { Column(place: $0) } }

    /// Reads a line and does not cut it; nil at the end.
    mutating func nextLine() throws(ReconciliationError) -> Range<Int>? { try lines.next(quoting: form == .quoted) }

    /// Cuts a line that `nextLine` has told: as many fields as the header has.
    mutating func cut(_ line: Range<Int>) throws(ReconciliationError) {
        // Taken out meanwhile: a span of one part of a struct is a hold on all of it.
        var cutter = FieldCutter()
        swap(&cutter, &self.cutter)
        let problem = cutter.cut(lines.buffer.span, line, form)
        swap(&cutter, &self.cutter)
        if let problem { throw lines.wrong(problem) }
        guard self.cutter.fields.count == header.count else {
            throw lines.wrong("\(self.cutter.fields.count) fields where the header has \(header.count)")
        }
    }

    /// Goes on to the next line that is not empty, and cuts it; false at the end.
    mutating func next() throws(ReconciliationError) -> Bool {
        while let line = try nextLine() {
            if line.isEmpty { continue }
            try cut(line)
            return true
        }
        return false
    }

    /// Where a field of the line lies in `lines.buffer`, without blanks, tabs and back-ticks around it.
    func place(_ column: Column) -> Range<Int> { trimmed(lines.buffer.span, cutter.fields[column.place]) }

    func bytes(_ column: Column) -> ArraySlice<UInt8> { lines.buffer[place(column)] }

    func isEmpty(_ column: Column) -> Bool { place(column).isEmpty }

    func text(_ column: Column) throws(ReconciliationError) -> String {
        guard let text = String(validating: bytes(column), as: UTF8.self) else { throw wrong(column, "not UTF-8") }
        return text
    }

    /// An amount in yuan, as fen.
    func yuan(_ column: Column) throws(ReconciliationError) -> Int64 {
        switch Decimal.fen(lines.buffer.span, place(column)) {
        case .success(let fen): return fen
        case .failure(let problem): throw wrong(column, problem.text)
        }
    }

    /// A whole number of fen, or of things; not negative.
    func number(_ column: Column) throws(ReconciliationError) -> Int64 {
        guard let number = Decimal.whole(lines.buffer.span, place(column)) else { throw wrong(column, "not a whole number from 0 on") }
        return number
    }

    func wrong(_ column: Column, _ problem: String) -> ReconciliationError { lines.wrong(column: header[column.place], problem) }

    /// Brackets of both widths are one: exporting programs change them.
    private static func folded(_ name: String) -> String {
        name.contains("(") ? String(name.map { $0 == "(" ? "（" : $0 == ")" ? "）" : $0 }) : name
    }
}

/// A part without blanks, tabs and back-ticks around it.
func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    func isAround(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "`") }
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isAround(bytes[start]) { start += 1 }
    while end > start, isAround(bytes[end - 1]) { end -= 1 }
    return start..<end
}
