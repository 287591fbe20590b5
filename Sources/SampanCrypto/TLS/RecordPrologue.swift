/// The first bytes a peer sent, to tell a broken TLS peer from something that does not speak TLS at all, and what that is.
struct RecordPrologue {
    /// The first in the highest place.
    private var bytes: UInt64 = 0
    private var count = 0

    /// A record's header is 5; OpenSSL gives up no sooner.
    private static let kept = 8

    mutating func see(_ more: Span<UInt8>) {
        guard count < Self.kept else { return }
        for index in 0..<min(Self.kept - count, more.count) {
            bytes |= UInt64(more[index]) << (56 - 8 * count)
            count += 1
        }
    }

    var isEmpty: Bool { count == 0 }

    private func byte(_ index: Int) -> UInt8 { UInt8(truncatingIfNeeded: bytes >> (56 - 8 * index)) }

    /// A record of a handshake or an alert, of any version (RFC 8446 §5.1). True while nothing has come.
    private var looksLikeTLS: Bool {
        count == 0 || (byte(0) == 22 || byte(0) == 21) && (count == 1 || byte(1) == 3)
    }

    /// What the peer speaks in place of TLS, for a person; nil where it looks like TLS.
    var stranger: String? {
        guard !looksLikeTLS else { return nil }
        let name = Self.texts.first { begins($0.0.utf8) }?.1 ?? binary
        return "the first bytes are \(name ?? "of no protocol that we know")"
    }

    private func begins(_ text: String.UTF8View) -> Bool {
        text.count <= count && text.enumerated().allSatisfy { byte($0.offset) == $0.element }
    }

    /// How text protocols begin. Five letters at the most: more need not be there yet.
    private static let texts: [(String, String)] = [
        ("PRI *", "HTTP/2 without TLS"), ("HTTP/", "a plain HTTP answer"), ("GET ", "a plain HTTP request"),
        ("POST ", "a plain HTTP request"), ("PUT ", "a plain HTTP request"), ("HEAD ", "a plain HTTP request"),
        ("DELET", "a plain HTTP request"), ("PATCH", "a plain HTTP request"), ("OPTIO", "a plain HTTP request"),
        ("CONNE", "a plain HTTP request for a tunnel"), ("SSH-", "an SSH greeting"), ("PROXY", "a PROXY protocol header (turn it off)"),
        ("\r\n\r\n\0", "a PROXY protocol header (turn it off)"), ("220 ", "an SMTP or FTP greeting"), ("220-", "an SMTP or FTP greeting"),
        ("EHLO ", "an SMTP client's"), ("HELO ", "an SMTP client's"), ("+OK", "a POP3 greeting"), ("* OK", "an IMAP greeting"),
        ("\u{B}MSH", "an HL7 message over MLLP"), ("MSH|", "an HL7 message"),
    ]

    /// Protocols that are not text, by their fixed parts.
    private var binary: String? {
        let start = (0..<5).map { byte($0) }
        guard count >= 5 else { return nil }
        switch (start[0], start[1], start[2], start[3], start[4]) {
        // SETTINGS is the first frame of each side (RFC 9113 §3.4, §4.1).
        case (0, 0, _, 4, 0...1): return "HTTP/2 without TLS"
        case (1...2, 0, 0, 0, _): return "a DICOM association"
        case (3, 0, 0, _, _): return "a remote desktop client's"
        case (5, 1...4, 0...2, _, _): return "a SOCKS client's"
        case (0, 0, 0, 8, 4): return "a PostgreSQL client's"
        case (_, 0, 0, 0, 10): return "a MySQL greeting"
        case (23, 3, _, _, _): return "TLS records from the middle of a connection"
        case (0x80, _, 1, _, _): return "an SSL 2 hello"
        default: return nil
        }
    }
}
