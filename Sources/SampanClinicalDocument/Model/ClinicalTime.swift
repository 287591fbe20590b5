/// A date or a moment as precise as it was written, with the offset of its clock where one was given.
package struct ClinicalTime: Sendable, Hashable {
    package let year: Int
    package let month: Int?
    package let day: Int?
    package let hour: Int?
    package let minute: Int?
    package let second: Int?
    /// Digits behind the second's point.
    package let fraction: String?
    /// Minutes east of UTC; nil where the document does not say.
    package let offset: Int?

    /// Throws unless the calendar has it: the finer parts only with the coarser ones, 30 days in April, 1 to 9999.
    init(
        year: Int, month: Int? = nil, day: Int? = nil, hour: Int? = nil, minute: Int? = nil, second: Int? = nil, fraction: String? = nil,
        offset: Int? = nil
    ) throws(DocumentError) {
        let parts = [month, day, hour, minute, second]
        let given = parts.prefix { $0 != nil }.count
        guard parts.dropFirst(given).allSatisfy({ $0 == nil }), fraction == nil || second != nil, offset == nil || hour != nil,
            (1...9_999).contains(year), (1...12).contains(month ?? 1), (0...23).contains(hour ?? 0), (0...59).contains(minute ?? 0),
            // The leap second.
            (0...60).contains(second ?? 0), (-14 * 60...14 * 60).contains(offset ?? 0),
            fraction.map({ (1...9).contains($0.utf8.count) }) ?? true
        else { throw DocumentError(.badTime) }
        if let day { guard (1...Self.days(of: month ?? 1, in: year)).contains(day) else { throw DocumentError(.badTime) } }
        (self.year, self.month, self.day, self.hour) = (year, month, day, hour)
        (self.minute, self.second, self.fraction, self.offset) = (minute, second, fraction, offset)
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        default: 31
        }
    }

    /// HL7 v3's TS and v2's DTM: `YYYY[MM[DD[HH[MM[SS[.S…]]]]]][±ZZZZ]`. A clock without offset gets `assumed`, in minutes.
    package init(hl7 text: String, assumed: Int? = nil) throws(DocumentError) {
        var scanner = DigitReader(text)
        let year = try scanner.number(4)
        var parts: [Int] = []
        while parts.count < 5, scanner.isAtDigit { parts.append(try scanner.number(2)) }
        var fraction: String?
        if scanner.take(UInt8(ascii: ".")) { fraction = try scanner.digits() }
        var offset: Int?
        if scanner.take(UInt8(ascii: "+")) {
            offset = try scanner.offset(separated: false)
        } else if scanner.take(UInt8(ascii: "-")) {
            offset = -(try scanner.offset(separated: false))
        }
        guard scanner.isAtEnd else { throw DocumentError(.badTime) }
        func part(_ place: Int) -> Int? { place < parts.count ? parts[place] : nil }
        // An offset behind a date without an hour says nothing; it stands in real documents.
        let isClock = parts.count > 2
        try self.init(
            year: year, month: part(0), day: part(1), hour: part(2), minute: part(3), second: part(4), fraction: fraction,
            offset: isClock ? offset ?? assumed : nil)
    }

    /// FHIR R4's date, dateTime and instant.
    package init(fhir text: String) throws(DocumentError) {
        var scanner = DigitReader(text)
        let year = try scanner.number(4)
        var (month, day, hour, minute, second, offset): (Int?, Int?, Int?, Int?, Int?, Int?)
        var fraction: String?
        if scanner.take(UInt8(ascii: "-")) { month = try scanner.number(2) }
        if month != nil, scanner.take(UInt8(ascii: "-")) { day = try scanner.number(2) }
        if day != nil, scanner.take(UInt8(ascii: "T")) {
            hour = try scanner.number(2)
            guard scanner.take(UInt8(ascii: ":")) else { throw DocumentError(.badTime) }
            minute = try scanner.number(2)
            guard scanner.take(UInt8(ascii: ":")) else { throw DocumentError(.badTime) }
            second = try scanner.number(2)
            if scanner.take(UInt8(ascii: ".")) { fraction = try scanner.digits() }
            if scanner.take(UInt8(ascii: "Z")) {
                offset = 0
            } else if scanner.take(UInt8(ascii: "+")) {
                offset = try scanner.offset(separated: true)
            } else if scanner.take(UInt8(ascii: "-")) {
                offset = -(try scanner.offset(separated: true))
            } else {
                throw DocumentError(.badTime)
            }
        }
        guard scanner.isAtEnd else { throw DocumentError(.badTime) }
        try self.init(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, fraction: fraction, offset: offset)
    }
}

/// Reads numbers of a fixed width.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) { bytes = Array(text.utf8.prefix(64)) }

    var isAtEnd: Bool { position == bytes.count }
    var isAtDigit: Bool { position < bytes.count && (48...57).contains(bytes[position]) }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func number(_ width: Int) throws(DocumentError) -> Int {
        var value = 0
        for _ in 0..<width {
            guard isAtDigit else { throw DocumentError(.badTime) }
            value = value * 10 + Int(bytes[position] - 48)
            position += 1
        }
        return value
    }

    mutating func digits() throws(DocumentError) -> String {
        let start = position
        while isAtDigit { position += 1 }
        guard position > start else { throw DocumentError(.badTime) }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    mutating func offset(separated: Bool) throws(DocumentError) -> Int {
        let hours = try number(2)
        if separated, !take(UInt8(ascii: ":")) { throw DocumentError(.badTime) }
        let minutes = try number(2)
        guard minutes < 60 else { throw DocumentError(.badTime) }
        return hours * 60 + minutes
    }
}
