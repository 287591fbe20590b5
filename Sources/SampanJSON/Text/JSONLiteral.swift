/// Single values of JSON, for texts that are put together by hand.
public enum JSONLiteral {
    /// A text in quotation marks, with what must be escaped, and what steers terminals, escaped.
    public static func string(_ text: String) -> String {
        var bytes: [UInt8] = [UInt8(ascii: "\"")]
        JSONEscaping.append(Array(text.utf8), to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Base64 without padding, without quotation marks.
    public static func base64(_ bytes: [UInt8]) -> String {
        String(decoding: Base64Text.encode(bytes[...]).filter { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
}
