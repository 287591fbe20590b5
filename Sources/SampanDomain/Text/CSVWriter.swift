/// Writes records as RFC 4180 asks, with LF line ends: a field is quoted only when it has to be.
package struct CSVWriter: Sendable {
    /// UTF-8, without a byte-order mark.
    package private(set) var bytes: [UInt8] = []

    package init(header: [String]) { append(header) }

    package mutating func append(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            append(field)
        }
        // A record of one empty field would read back as an empty line.
        if fields == [""] { bytes.append(contentsOf: "\"\"".utf8) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func append(_ field: String) {
        guard field.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else {
            bytes.append(contentsOf: field.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in field.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
