/// The institutions of a day, each with a number. A region has hundreds; a file with more than 65,000 is not one of these.
struct Institutions {
    static let none = UInt16.max

    private(set) var codes: [String] = []
    private var places: [String: UInt16] = [:]
    private var hashes: [UInt64: UInt16] = [:]

    /// The number of a code; nil when it is none, or one too many.
    mutating func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16? {
        let hash = KeyHash.of(bytes, range)
        if let known = hashes[hash], Self.equal(codes[Int(known)], bytes, range) { return known }
        guard (1...32).contains(range.count), KeyForm.isNumber(bytes, range) else { return nil }
        let code = String(decoding: range.map { bytes[$0] }, as: UTF8.self)
        guard let number = number(code) else { return nil }
        hashes[hash] = number
        return number
    }

    mutating func number(_ code: String) -> UInt16? {
        if let known = places[code] { return known }
        guard codes.count < Int(Self.none) else { return nil }
        places[code] = UInt16(codes.count)
        codes.append(code)
        return UInt16(codes.count - 1)
    }

    func code(_ number: UInt16) -> String { codes.indices.contains(Int(number)) ? codes[Int(number)] : "" }

    private static func equal(_ code: String, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var at = range.lowerBound
        for byte in code.utf8 {
            guard at < range.upperBound, bytes[at] == byte else { return false }
            at += 1
        }
        return at == range.upperBound
    }
}
