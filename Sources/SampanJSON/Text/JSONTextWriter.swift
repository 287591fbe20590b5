/// Writes JSON, on one line or indented by two blanks, up to a limit.
struct JSONTextWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private let limit: Int
    /// Of each object and list that is open, whether something stands in it.
    private var isFilled: [Bool] = []
    private var isBehindName = false

    init(isPretty: Bool, limit: Int) { (self.isPretty, self.limit) = (isPretty, limit) }

    mutating func begin(_ bracket: Unicode.Scalar) throws(JSONError) {
        try place()
        bytes.append(UInt8(truncatingIfNeeded: bracket.value))
        isFilled.append(false)
    }

    mutating func end(_ bracket: Unicode.Scalar) throws(JSONError) {
        if isFilled.popLast() == true { lineBreak() }
        bytes.append(UInt8(truncatingIfNeeded: bracket.value))
        try check()
    }

    /// The name of a member; its value is written next.
    mutating func name(_ name: [UInt8]) throws(JSONError) {
        try string(name)
        bytes.append(UInt8(ascii: ":"))
        if isPretty { bytes.append(0x20) }
        isBehindName = true
    }

    mutating func string(_ text: [UInt8]) throws(JSONError) {
        try place()
        bytes.append(UInt8(ascii: "\""))
        JSONEscaping.append(text, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        try check()
    }

    mutating func string(_ text: String) throws(JSONError) { try string(Array(text.utf8)) }

    /// A number, or one of JSON's words.
    mutating func word(_ text: String) throws(JSONError) {
        try place()
        bytes.append(contentsOf: Array(text.utf8))
        try check()
    }

    private mutating func place() throws(JSONError) {
        if isBehindName {
            isBehindName = false
        } else if let isFilled = isFilled.last {
            if isFilled { bytes.append(UInt8(ascii: ",")) }
            self.isFilled[self.isFilled.count - 1] = true
            lineBreak()
        }
        try check()
    }

    private mutating func lineBreak() {
        guard isPretty else { return }
        bytes.append(0x0A)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * isFilled.count))
    }

    private func check() throws(JSONError) {
        guard bytes.count <= limit else { throw JSONError(.outputTooLarge(limit: limit)) }
    }
}
