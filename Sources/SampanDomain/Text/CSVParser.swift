/// Cuts bytes into records (RFC 4180 section 2).
struct CSVParser {
    struct Record {
        let line: Int
        var fields: [String] = []
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) throws(CSVError) {
        guard bytes.count <= CSVTable.maximumBytes else { throw CSVError(.tooLarge(limit: CSVTable.maximumBytes), line: 1) }
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// nil at the end of the file.
    mutating func nextRecord() throws(CSVError) -> Record? {
        guard position < bytes.count else { return nil }
        var record = Record(line: line)
        while true {
            record.fields.append(try nextField())
            guard position < bytes.count else { return record }
            let separator = bytes[position]
            position += 1
            if separator == .lineFeed {
                line += 1
                return record
            }
            // A comma: another field follows, if only an empty one.
        }
    }

    /// Stops at a comma, a line feed or the end.
    private mutating func nextField() throws(CSVError) -> String {
        let isQuoted = position < bytes.count && bytes[position] == .quote
        let raw = isQuoted ? try quotedField() : try plainField()
        guard let text = String(validating: raw, as: UTF8.self) else { throw CSVError(.notUTF8, line: line) }
        return text
    }

    private mutating func plainField() throws(CSVError) -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] != .comma, bytes[position] != .lineFeed {
            if bytes[position] == .quote { throw CSVError(.strayQuote, line: line) }
            if bytes[position] == .carriageReturn {
                guard position + 1 < bytes.count, bytes[position + 1] == .lineFeed else {
                    throw CSVError(.strayCarriageReturn, line: line)
                }
                defer { position += 1 }
                return Array(bytes[start..<position])
            }
            position += 1
        }
        return Array(bytes[start..<position])
    }

    private mutating func quotedField() throws(CSVError) -> [UInt8] {
        let opening = line
        var field: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == .lineFeed { line += 1 }
            guard byte == .quote else {
                field.append(byte)
                continue
            }
            if position < bytes.count, bytes[position] == .quote {
                field.append(.quote)
                position += 1
                continue
            }
            try endQuoted()
            return field
        }
        throw CSVError(.unterminatedQuote, line: opening)
    }

    /// After a closing quote only a separator may follow.
    private mutating func endQuoted() throws(CSVError) {
        if position + 1 < bytes.count, bytes[position] == .carriageReturn, bytes[position + 1] == .lineFeed { position += 1 }
        guard position == bytes.count || bytes[position] == .comma || bytes[position] == .lineFeed else {
            throw CSVError(.strayQuote, line: line)
        }
    }
}

extension UInt8 {
    fileprivate static let quote = UInt8(ascii: "\"")
    fileprivate static let comma = UInt8(ascii: ",")
    fileprivate static let lineFeed = UInt8(ascii: "\n")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
}
