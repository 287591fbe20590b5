internal import Glibc

/// The national encoding GB 18030, of which GBK is a part: Alipay's bills and the names in their archives (glibc's iconv).
///
/// In GBK no byte of a Chinese character is a comma, a quote, a tab or a line end, so lines and fields are cut as bytes, and only the
/// few that have to be understood pass through here.
package enum GB18030 {
    /// The text, or nil for bytes that are not GB 18030.
    package static func decode(_ bytes: [UInt8]) throws(ReconciliationError) -> String? {
        guard let text = try convert(bytes, from: "GB18030", to: "UTF-8") else { return nil }
        return String(validating: text, as: UTF8.self)
    }

    /// The bytes of a text: every character of Unicode has them.
    package static func encode(_ text: String) throws(ReconciliationError) -> [UInt8] {
        try convert(Array(text.utf8), from: "UTF-8", to: "GB18030") ?? []
    }

    /// Nil for bytes that are not of the encoding.
    private static func convert(_ bytes: [UInt8], from: String, to: String) throws(ReconciliationError) -> [UInt8]? {
        let converter = unsafe iconv_open(to, from)
        guard unsafe converter != iconv_t(bitPattern: -1), let converter = unsafe converter else {
            throw .unreadable(path: "GB18030", problem: "this system's iconv does not know the encoding; install glibc's gconv modules")
        }
        defer { unsafe iconv_close(converter) }
        var input = bytes
        // Two bytes of GBK are three of UTF-8, and one is one; the other way it is less.
        var output = [UInt8](repeating: 0, count: bytes.count * 2 + 8)
        var (left, room) = (input.count, output.count)
        let result = unsafe input.withUnsafeMutableBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                var from = unsafe source.baseAddress?.assumingMemoryBound(to: CChar.self)
                var to = unsafe target.baseAddress?.assumingMemoryBound(to: CChar.self)
                return unsafe iconv(converter, &from, &left, &to, &room)
            }
        }
        guard result == 0, left == 0 else { return nil }
        return Array(output.prefix(output.count - room))
    }
}
