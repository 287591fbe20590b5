/// Rows in columns, for a terminal of any width; Chinese text takes two places a character.
struct TextTable {
    private let rows: [[String]]

    init(_ head: [String], _ rows: [[String]]) { self.rows = [head] + rows }

    private init(rows: [[String]]) { self.rows = rows }

    /// Rows without a head.
    static func plain(_ rows: [[String]]) -> String { TextTable(rows: rows).text }

    /// One line a row, without a line break at the end.
    var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { $0.indices.contains(column) ? Self.width($0[column]) : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                line += cell
                // Nothing after the last cell.
                if index < row.count - 1 { line += String(repeating: " ", count: widths[index] - Self.width(cell) + 2) }
            }
            return line
        }.joined(separator: "\n")
    }

    /// Places that a text takes on a terminal (Unicode TR 11: wide and full-width characters take two).
    static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { sum, scalar in
            if scalar.properties.generalCategory == .nonspacingMark { return sum }
            let isWide =
                switch scalar.value {
                case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                    0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
                    true
                default: false
                }
            return sum + (isWide ? 2 : 1)
        }
    }
}
