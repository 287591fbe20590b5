/// A CSV file with a header (RFC 4180), read strictly: UTF-8, LF or CRLF, a byte-order mark is tolerated, every row as long as the header.
package struct CSVTable: Sendable {
    /// Bytes of a file at the most: a payment day of a region is below a tenth of it.
    package static let maximumBytes = 256 * 1_024 * 1_024

    package let header: [String]
    package let rows: [Row]
    private let places: [String: Int]

    /// Throws with the line of the first thing that is wrong; nothing is guessed or repaired.
    package init(_ bytes: [UInt8]) throws(CSVError) {
        var parser = try CSVParser(bytes)
        guard let first = try parser.nextRecord() else { throw CSVError(.noHeader, line: 1) }
        var places: [String: Int] = [:]
        for (index, name) in first.fields.enumerated() where places.updateValue(index, forKey: name) != nil {
            throw CSVError(.duplicateColumn(name), line: 1)
        }
        var rows: [Row] = []
        while let record = try parser.nextRecord() {
            guard record.fields.count == first.fields.count else {
                throw CSVError(.fieldCount(found: record.fields.count, expected: first.fields.count), line: record.line)
            }
            rows.append(Row(line: record.line, fields: record.fields))
        }
        header = first.fields
        self.rows = rows
        self.places = places
    }

    /// The place of a column; throws when the header does not have it.
    package func column(_ name: String) throws(CSVError) -> Column {
        guard let place = places[name] else { throw CSVError(.missingColumn(name), line: 1) }
        return Column(place: place)
    }

    /// A column that the header is known to have.
    package struct Column: Sendable {
        let place: Int
    }

    package struct Row: Sendable {
        /// Where it begins in the file.
        package let line: Int
        package let fields: [String]

        /// The field of a column of the same table.
        package subscript(column: Column) -> String { fields.indices.contains(column.place) ? fields[column.place] : "" }
    }
}
