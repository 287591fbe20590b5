/// Reads what `FieldWriter` wrote. It was sealed, so what does not fit is damage.
struct FieldReader {
    private let bytes: [UInt8]
    private let part: String
    private var position = 0

    /// Throws `damaged` when the bytes are of another form. `part` names them in errors.
    init(_ bytes: [UInt8], form: String, part: String) throws(RecordsError) {
        (self.bytes, self.part) = (bytes, part)
        guard try text() == form else { throw .damaged(part) }
    }

    mutating func field() throws(RecordsError) -> [UInt8] {
        let count = Int(try number(of: 4))
        guard count <= bytes.count - position else { throw .damaged(part) }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    mutating func text() throws(RecordsError) -> String {
        guard let text = String(validating: try field(), as: UTF8.self) else { throw .damaged(part) }
        return text
    }

    mutating func number() throws(RecordsError) -> Int64 {
        guard try number(of: 4) == 8 else { throw .damaged(part) }
        return Int64(bitPattern: try number(of: 8))
    }

    mutating func optionalText() throws(RecordsError) -> String? {
        let isThere = try number() == 1
        let text = try text()
        return isThere ? text : nil
    }

    /// Throws unless all was read.
    func end() throws(RecordsError) {
        guard position == bytes.count else { throw .damaged(part) }
    }

    private mutating func number(of count: Int) throws(RecordsError) -> UInt64 {
        guard count <= bytes.count - position else { throw .damaged(part) }
        defer { position += count }
        return bytes[position..<position + count].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
