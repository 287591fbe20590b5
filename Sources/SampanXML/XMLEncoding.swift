internal import Glibc

/// How the bytes of a document are text (XML 1.0 §4.3.3 and appendix F): by byte-order mark, else by declaration, else UTF-8.
enum XMLEncoding: Hashable {
    case utf8, utf16LittleEndian, utf16BigEndian
    /// GB 18030, of which GBK and GB 2312 are parts.
    case gb18030

    /// Throws for an encoding that is not taken. `skipped` is the length of the byte-order mark.
    static func detect(_ bytes: [UInt8]) throws(XMLError) -> (encoding: XMLEncoding, skipped: Int) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
        if bytes.starts(with: [0xFF, 0xFE]) { return (.utf16LittleEndian, 2) }
        if bytes.starts(with: [0xFE, 0xFF]) { return (.utf16BigEndian, 2) }
        if bytes.starts(with: [0x3C, 0x00]) { return (.utf16LittleEndian, 0) }
        if bytes.starts(with: [0x00, 0x3C]) { return (.utf16BigEndian, 0) }
        guard let name = declared(bytes) else { return (.utf8, 0) }
        switch name.uppercased() {
        case "UTF-8", "UTF8", "US-ASCII", "ASCII": return (.utf8, 0)
        case "GB18030", "GBK", "GB2312", "GB_2312-80", "CP936": return (.gb18030, 0)
        default:
            // Also UTF-16 without a byte-order mark, whose declaration could not have been read.
            let isName =
                name.utf8.count <= 20 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x7A).contains($0) || $0 == 0x2D }
            throw XMLError(.encoding(isName ? name : nil), line: 1)
        }
    }

    /// The name in `<?xml … encoding="NAME"?>`, when the document begins with that.
    private static func declared(_ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: Array("<?xml".utf8)) else { return nil }
        let head = bytes.prefix(200)
        guard let end = head.firstIndex(of: UInt8(ascii: ">")) else { return nil }
        let text = String(decoding: head[..<end], as: UTF8.self)
        guard let place = text.firstRange(of: "encoding") else { return nil }
        let rest = text[place.upperBound...].drop { $0 == " " || $0 == "=" || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        guard let quote = rest.first, quote == "\"" || quote == "'" else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote })
    }

    /// The document as UTF-8 that is known to be valid and without NUL.
    static func decode(_ bytes: [UInt8], limits: XMLLimits) throws(XMLError) -> [UInt8] {
        guard bytes.count <= limits.maximumBytes else { throw XMLError(.tooLarge(limit: limits.maximumBytes)) }
        let (encoding, skipped) = try detect(bytes)
        let text: [UInt8]
        switch encoding {
        case .utf8:
            text = skipped == 0 ? bytes : Array(bytes.dropFirst(skipped))
            guard isUTF8(text) else { throw XMLError(.notOfEncoding) }
        case .utf16LittleEndian: text = try utf16(bytes, skipped, isLittleEndian: true)
        case .utf16BigEndian: text = try utf16(bytes, skipped, isLittleEndian: false)
        case .gb18030: text = try gb18030(bytes)
        }
        guard text.count <= limits.maximumBytes else { throw XMLError(.tooLarge(limit: limits.maximumBytes)) }
        if let place = text.firstIndex(of: 0) { throw XMLError(.nul, line: text[..<place].count { $0 == 0x0A } + 1) }
        return text
    }

    private static func isUTF8(_ text: [UInt8]) -> Bool { (try? UTF8Span(validating: text.span)) != nil }

    private static func utf16(_ bytes: [UInt8], _ skipped: Int, isLittleEndian: Bool) throws(XMLError) -> [UInt8] {
        guard bytes.count.isMultiple(of: 2) else { throw XMLError(.notOfEncoding) }
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        for place in stride(from: skipped, to: bytes.count, by: 2) {
            let (first, second) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
            units.append(isLittleEndian ? second << 8 | first : first << 8 | second)
        }
        guard let text = String(validating: units, as: UTF16.self) else { throw XMLError(.notOfEncoding) }
        return Array(text.utf8)
    }

    /// glibc's iconv. Three bytes of UTF-8 stand for two of GBK at most.
    private static func gb18030(_ bytes: [UInt8]) throws(XMLError) -> [UInt8] {
        let converter = unsafe iconv_open("UTF-8", "GB18030")
        guard unsafe converter != iconv_t(bitPattern: -1), let converter = unsafe converter else { throw XMLError(.encoding("GB18030")) }
        defer { unsafe iconv_close(converter) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 8)
        var (left, room) = (input.count, output.count)
        let result = unsafe input.withUnsafeMutableBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                var from = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe iconv(converter, &from, &left, &to, &room)
            }
        }
        let text = Array(output.prefix(output.count - room))
        guard result == 0, left == 0, isUTF8(text) else { throw XMLError(.notOfEncoding) }
        return text
    }
}
