/// Text with parts that a peer chose, made fit to be kept and to be shown at a terminal.
enum BoundedText {
    /// At most `limit` bytes, printable ASCII only; what is left out is replaced by `…` and `?`.
    static func cut(_ text: String, to limit: Int) -> String {
        let kept = text.utf8.prefix(limit).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: kept, as: UTF8.self) + (text.utf8.count > limit ? "…" : "")
    }
}
