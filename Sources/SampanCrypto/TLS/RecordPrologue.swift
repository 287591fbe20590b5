/// The first two bytes a peer sent, to tell a broken TLS peer from something that does not speak TLS at all.
struct RecordPrologue {
    private var first: UInt8?
    private var second: UInt8?

    mutating func see(_ bytes: Span<UInt8>) {
        guard second == nil else { return }
        for index in 0..<min(2, bytes.count) {
            let byte = bytes[index]
            if first == nil { first = byte } else if second == nil { second = byte }
        }
    }

    /// A record of a handshake or an alert, of any version (RFC 8446 §5.1). True while nothing has come.
    var looksLikeTLS: Bool {
        guard let first else { return true }
        return (first == 22 || first == 21) && (second ?? 3) == 3
    }
}
