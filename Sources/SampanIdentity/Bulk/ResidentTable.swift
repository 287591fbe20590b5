/// A CSV file of registrations (RFC 4180, UTF-8), kept as its bytes: rows are cut where they begin, and parsed when they are asked for.
package struct ResidentTable: Sendable {
    /// A row that cannot be used. Nothing of its contents is kept.
    package struct Fault: Sendable, Hashable {
        package let line: Int
        package let problem: String
    }

    package struct Failure: Error, Sendable, Hashable {
        package let problem: String
    }

    /// Columns that must be there; others are skipped.
    package static let columns = [
        "rec_id", "org_code", "local_pid", "name", "sex", "birth_date", "id_type", "id_no", "phone", "address", "guardian_name",
        "guardian_id",
    ]

    private let bytes: [UInt8]
    /// For each column of `columns` its place in the file's rows.
    private let places: [Int]
    private let width: Int
    /// Where rows begin, and where the last one ends.
    private var starts: [Int] = []
    private var lines: [Int] = []
    package private(set) var faults: [Fault] = []

    /// Cuts the file. Throws when the header lacks a column, or the file is not CSV at all.
    package init(_ bytes: [UInt8], lanes: Int) async throws(Failure) {
        self.bytes = bytes
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var header: [String] = []
        guard Self.fields(bytes, &position, { header.append($0) }), !header.isEmpty else { throw Failure(problem: "has no header") }
        width = header.count
        var places: [Int] = []
        for column in Self.columns {
            guard let place = header.firstIndex(of: column) else { throw Failure(problem: "lacks the column \(column)") }
            places.append(place)
        }
        self.places = places
        cut(from: position)
        await check(lanes)
    }

    package var count: Int { starts.count }

    /// The fields of a row in the order of `columns`.
    package func row(_ index: Int) -> [String] {
        var fields: [String] = []
        fields.reserveCapacity(width)
        var position = starts[index]
        _ = Self.fields(bytes, &position) { fields.append($0) }
        return places.map { $0 < fields.count ? fields[$0] : "" }
    }

    package func demographics(_ index: Int) -> Demographics { Self.demographics(row(index)) }

    package static func demographics(_ row: [String]) -> Demographics {
        Demographics(
            name: row[3], sex: row[4], birthDate: row[5], idType: row[6], idNumber: row[7], phone: row[8], address: row[9],
            guardianName: row[10],
            guardianNumber: row[11])
    }

    package func bulkRow(_ index: Int) -> BulkRow {
        let row = row(index)
        return BulkRow(institution: row[1], localID: row[2], demographics: Self.demographics(row))
    }

    /// Rows begin behind line feeds outside of quotes.
    private mutating func cut(from first: Int) {
        var line = 2
        var start = first
        var startLine = 2
        var isQuoted = false
        var position = first
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == UInt8(ascii: "\n") else { continue }
            line += 1
            if isQuoted { continue }
            if position - start > 1 {
                starts.append(start)
                lines.append(startLine)
            }
            start = position
            startLine = line
        }
        if start < bytes.count {
            starts.append(start)
            lines.append(startLine)
        }
    }

    /// Takes out the rows that cannot be used: wrong width, not UTF-8, no id, an id or a local id that was there before.
    private mutating func check(_ lanes: Int) async {
        let (bytes, starts, places, width) = (bytes, starts, places, width)
        let found = await Parallel.map(starts.count, pieces: lanes * 4) { range in
            range.map { index -> (UInt64, UInt64, UInt8) in
                var fields = 0
                var position = starts[index]
                var (id, local) = (Mixer(5), Mixer(6))
                var (hasID, hasLocal, isText) = (false, false, true)
                let isWhole = Self.slices(bytes, &position) { slice in
                    if fields == places[0] {
                        hasID = !slice.isEmpty
                        id.add(slice)
                    }
                    if fields == places[1] || fields == places[2] {
                        if fields == places[2] { hasLocal = !slice.isEmpty }
                        local.add(slice)
                        local.add(256)
                    }
                    if !slice.allSatisfy({ $0 < 128 }), String(validating: slice, as: UTF8.self) == nil { isText = false }
                    fields += 1
                }
                let problem: UInt8 = !isWhole || fields != width ? 1 : !isText ? 2 : !hasID ? 3 : !hasLocal ? 4 : 0
                return (id.value, local.value, problem)
            }
        }
        var seen = Set<UInt64>()
        seen.reserveCapacity(starts.count * 2)
        let problems = ["", "has not as many fields as the header, or a stray quote", "is not UTF-8", "has no rec_id", "has no local_pid"]
        var kept: [Int] = []
        var keptLines: [Int] = []
        kept.reserveCapacity(starts.count)
        for (index, row) in found.joined().enumerated() {
            if row.2 != 0 {
                faults.append(Fault(line: lines[index], problem: problems[Int(row.2)]))
            } else if !seen.insert(row.0).inserted {
                faults.append(Fault(line: lines[index], problem: "repeats a rec_id"))
            } else if !seen.insert(row.1).inserted {
                faults.append(Fault(line: lines[index], problem: "repeats a local_pid of its institution"))
            } else {
                kept.append(starts[index])
                keptLines.append(lines[index])
            }
        }
        self.starts = kept
        lines = keptLines
    }

    private static func fields(_ bytes: [UInt8], _ position: inout Int, _ take: (String) -> Void) -> Bool {
        slices(bytes, &position) { take(String(decoding: $0, as: UTF8.self)) }
    }

    /// Hands the fields of one row to `take`; false for a stray or an open quote.
    private static func slices(_ bytes: [UInt8], _ position: inout Int, _ take: (ArraySlice<UInt8>) -> Void) -> Bool {
        var isRight = true
        while true {
            if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
                position += 1
                var field: [UInt8] = []
                while position < bytes.count {
                    let byte = bytes[position]
                    position += 1
                    if byte == UInt8(ascii: "\"") {
                        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { break }
                        position += 1
                    }
                    field.append(byte)
                }
                take(field[...])
                if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
                if position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "\n") { isRight = false }
                while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "\n") { position += 1 }
            } else {
                let start = position
                while position < bytes.count, bytes[position] != UInt8(ascii: ","), bytes[position] != UInt8(ascii: "\n") {
                    if bytes[position] == UInt8(ascii: "\"") { isRight = false }
                    position += 1
                }
                let isEnd = position >= bytes.count || bytes[position] == UInt8(ascii: "\n")
                let end = isEnd && position > start && bytes[position - 1] == UInt8(ascii: "\r") ? position - 1 : position
                take(bytes[start..<end])
            }
            guard position < bytes.count else { return isRight }
            position += 1
            if bytes[position - 1] == UInt8(ascii: "\n") { return isRight }
        }
    }
}
