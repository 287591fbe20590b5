/// Reads JSON strictly as RFC 8259 has it: UTF-8, no name twice in an object, no lone surrogate, nothing else allowed.
struct JSONParser {
    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var position = 0
    private var values = 0

    /// Throws for a text that is too long, or not UTF-8.
    init(_ text: [UInt8], limits: JSONLimits) throws(JSONError) {
        guard text.count <= limits.maximumTextBytes else { throw JSONError(.textTooLarge(limit: limits.maximumTextBytes)) }
        guard (try? UTF8Span(validating: text.span)) != nil else { throw JSONError(.notUTF8) }
        bytes = text
        self.limits = limits
    }

    /// The one value that the text is.
    static func value(of text: [UInt8], limits: JSONLimits) throws(JSONError) -> JSONValue {
        var parser = try JSONParser(text, limits: limits)
        guard let value = try parser.next() else { throw parser.malformed(.endsEarly) }
        parser.skipBlanks()
        guard parser.position == parser.bytes.count else { throw parser.malformed(.somethingBehind) }
        return value
    }

    /// The members of the object that the text is, each with the place of its value in the text: what somebody signed is these bytes, and
    /// no other way of writing the same value.
    static func places(in text: [UInt8], limits: JSONLimits) throws(JSONError) -> [JSONPlace] {
        // Once strictly: afterwards it is known that these are an object's members.
        guard case .object = try value(of: text, limits: limits) else {
            throw JSONError(.malformed(.unexpected, line: 1, column: 1))
        }
        var parser = try JSONParser(text, limits: limits)
        parser.skipBlanks()
        try parser.enter(1)
        var places: [JSONPlace] = []
        while !parser.closes(UInt8(ascii: "}")) {
            if !places.isEmpty { try parser.take(UInt8(ascii: ",")) }
            parser.skipBlanks()
            let name = try parser.string()
            parser.skipBlanks()
            try parser.take(UInt8(ascii: ":"))
            parser.skipBlanks()
            let start = parser.position
            let value = try parser.value(depth: 2)
            places.append(JSONPlace(name: name, value: value, range: start..<parser.position))
        }
        return places
    }

    /// The next of several values that stand behind one another; nil when only blanks are left.
    mutating func next() throws(JSONError) -> JSONValue? {
        skipBlanks()
        guard position < bytes.count else { return nil }
        return try value(depth: 1)
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        values += 1
        guard values <= limits.maximumValues else { throw JSONError(.tooManyValues(limit: limits.maximumValues)) }
        skipBlanks()
        guard let byte = peek else { throw malformed(.endsEarly) }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw malformed(.unexpected)
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var (members, names): ([JSONValue.Member], Set<[UInt8]>) = ([], [])
        if closes(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipBlanks()
            guard let byte = peek else { throw malformed(.endsEarly) }
            guard byte == UInt8(ascii: "\"") else { throw malformed(.unexpected) }
            let start = position
            let name = try string()
            // A few names are compared faster than hashed.
            let isNew =
                members.count < Self.comparedNames
                ? !members.contains { $0.name == name } : Self.insert(name, of: members, into: &names)
            guard isNew else {
                position = start
                throw malformed(.nameTwice)
            }
            skipBlanks()
            try take(UInt8(ascii: ":"))
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
            if closes(UInt8(ascii: "}")) { return .object(members) }
            try take(UInt8(ascii: ","))
        }
    }

    /// Names of an object up to which each is compared with each.
    private static let comparedNames = 12

    private static func insert(_ name: [UInt8], of members: [JSONValue.Member], into names: inout Set<[UInt8]>) -> Bool {
        if names.isEmpty { names = Set(members.map(\.name)) }
        return names.insert(name).inserted
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if closes(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            if closes(UInt8(ascii: "]")) { return .array(elements) }
            try take(UInt8(ascii: ","))
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= limits.maximumDepth else { throw JSONError(.tooDeep(limit: limits.maximumDepth)) }
        position += 1
    }

    private mutating func closes(_ byte: UInt8) -> Bool {
        skipBlanks()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func take(_ byte: UInt8) throws(JSONError) {
        guard let next = peek else { throw malformed(.endsEarly) }
        guard next == byte else { throw malformed(.unexpected) }
        position += 1
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in "\(word)".utf8 {
            guard let next = peek else { throw malformed(.endsEarly) }
            guard next == byte else { throw malformed(.unexpected) }
            position += 1
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        guard let end = NumberText.end(of: bytes, from: start) else { throw malformed(.badNumber) }
        position = end
        return .number(Array(bytes[start..<end]))
    }

    // MARK: Texts

    private mutating func string() throws(JSONError) -> [UInt8] {
        position += 1
        var text: [UInt8] = []
        var start = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                text.append(contentsOf: bytes[start..<position])
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text.append(contentsOf: bytes[start..<position])
                try escape(&text)
                start = position
            case 0..<0x20: throw malformed(.controlCharacter)
            default: position += 1
            }
        }
        throw malformed(.endsEarly)
    }

    private mutating func escape(_ text: inout [UInt8]) throws(JSONError) {
        let start = position
        guard position + 1 < bytes.count else {
            position = bytes.count
            throw malformed(.endsEarly)
        }
        let letter = bytes[position + 1]
        position += 2
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"): try unicodeEscape(&text, start)
        default:
            position = start
            throw malformed(.badEscape)
        }
    }

    /// `\uXXXX`; two of them for a character past the 65,536th (RFC 8259 §7).
    private mutating func unicodeEscape(_ text: inout [UInt8], _ start: Int) throws(JSONError) {
        var code = try fourDigits(start)
        if (0xD800...0xDBFF).contains(code) {
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u") else {
                position = start
                throw malformed(.loneSurrogate)
            }
            position += 2
            let low = try fourDigits(start)
            guard (0xDC00...0xDFFF).contains(low) else {
                position = start
                throw malformed(.loneSurrogate)
            }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else {
            position = start
            throw malformed(.loneSurrogate)
        }
        text.append(contentsOf: Array(String(Character(scalar)).utf8))
    }

    private mutating func fourDigits(_ start: Int) throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Self.digit(byte) else {
                position = start
                throw malformed(.badEscape)
            }
            code = code << 4 | digit
            position += 1
        }
        return code
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 48...57: UInt32(byte - 48)
        case 65...70: UInt32(byte - 55)
        case 97...102: UInt32(byte - 87)
        default: nil
        }
    }

    // MARK: Places

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func malformed(_ problem: JSONError.Malformation) -> JSONError {
        let before = bytes[..<min(position, bytes.count)]
        let line = before.count { $0 == 0x0A } + 1
        // Characters, not bytes: continuation bytes of UTF-8 do not count.
        let column = before.reversed().prefix { $0 != 0x0A }.count { $0 & 0xC0 != 0x80 } + 1
        return JSONError(.malformed(problem, line: line, column: column))
    }
}
