internal import SampanRPC

/// Texts of header fields and certificates, each a few bytes long.
extension FuzzTarget {
    /// `grpc-timeout`: what is read can be written, and means the same; and any time can be written for our own reader.
    static let timeout = FuzzTarget(
        "timeout", maximumBytes: 32, dictionary: ["H".word, "M".word, "S".word, "m".word, "u".word, "n".word, "99999999".word, "0".word]
    ) { bytes in
        if let read = Timeout.parse(bytes.span) {
            guard read >= 0 else { return "a negative time was read" }
            guard bytes.count <= 9 else { return "more than eight digits were read" }
            guard let again = Timeout.parse(written(read).span), again >= read else { return "\(read) was written shorter" }
        }
        guard bytes.count >= 9 else { return nil }
        let word = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        let time = Int64(bitPattern: word) >> Int64(bytes[8] & 63)
        guard let read = Timeout.parse(written(time).span) else { return "\(time) was written as what cannot be read" }
        // What is longer than the longest that is told apart is read as that.
        guard read >= min(time, Timeout.longestNanoseconds) else { return "\(time) was written shorter" }
        return nil
    }

    private static func written(_ nanoseconds: Int64) -> [UInt8] {
        let (amount, unit) = Timeout.written(nanoseconds: nanoseconds)
        return Array("\(amount)".utf8) + [unit]
    }

    /// `grpc-message`: any bytes are read; what was read is written as a legal field value, and read as the same again.
    static let percentEncoding = FuzzTarget(
        "percent-encoding", maximumBytes: 512, dictionary: ["%".word, "%25".word, "%E6%B2%A1".word, "%ff".word, " ".word, "没".word]
    ) { bytes in
        let text = PercentEncoding.decode(bytes.span)
        let written = PercentEncoding.encode(text)
        guard PercentEncoding.decode(Array(written.utf8).span) == text else { return "another text after writing and reading" }
        guard written.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return "a byte that no field value may hold" }
        guard written.first != " ", written.last != " " else { return "a blank at an end" }
        // A byte that is no UTF-8 becomes three, and each of them three.
        guard written.utf8.count <= 9 * bytes.count else { return "more than nine bytes for one" }
        return nil
    }

    /// `-bin` values: what is read can be written, as the one canonical text.
    static let base64 = FuzzTarget("base64", maximumBytes: 512, dictionary: ["=".word, "==".word, "+/".word, "AAAA".word]) { bytes in
        guard Base64.decode(Array(Base64.encode(bytes).utf8).span) == bytes else { return "bytes differ after writing and reading" }
        guard let read = Base64.decode(bytes.span) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let bare = String(text.prefix { $0 != "=" })
        guard Base64.encode(read) == bare else { return "two texts for the same bytes: \(text) and \(Base64.encode(read))" }
        return nil
    }

    /// The URI of a certificate: a name that is read is written in the same way, so that no two texts are one peer.
    static let peerIdentity = FuzzTarget(
        "peer-identity", maximumBytes: 400,
        dictionary: ["spiffe://".word, "/".word, "hospital".word, "platform".word, "..".word, "%2F".word, "@".word, "医".word]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        guard let identity = try? PeerIdentity(uri: text) else { return nil }
        guard Array(identity.uri.utf8) == Array(text.utf8) else { return "read as \(identity.uri)" }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return "a name with a byte that is not printable" }
        return nil
    }

    /// The query of Connect's GET: what is read is no longer than what came, is text where it did not come as base64, and is read as the
    /// same when it is written as base64.
    static let webQuery = FuzzTarget(
        "web-query", maximumBytes: 1_024,
        dictionary: [
            "message=".word, "encoding=json".word, "encoding=proto".word, "base64=1".word, "compression=gzip".word, "connect=v1".word,
            "&".word, "%".word, "%7B%7D".word, "+".word, "-_".word, "%3D".word,
        ]
    ) { bytes in
        guard let query = try? WebQuery(bytes[...]) else { return nil }
        guard query.message.count <= bytes.count else { return "more was read than came" }
        let text = Base64.encode(query.message).map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
        let written = "base64=1&encoding=\(query.isJSON ? "json" : "proto")&message=\(String(text))"
        guard let again = try? WebQuery(Array(written.utf8)[...]), again.message == query.message, again.isJSON == query.isJSON else {
            return "another message after writing and reading"
        }
        return nil
    }

    /// `traceparent` and `tracestate`: what is read is written again, in one form, and means the same; nothing that is passed on could end
    /// a field.
    static let traceContext = FuzzTarget(
        "trace-context", maximumBytes: 600,
        dictionary: [
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".word, "cc-".word, "ff-".word, "-01".word, "a=1".word, ",".word,
            "1t@s=x".word,
        ]
    ) { bytes in
        let text = String(decoding: bytes, as: UTF8.self)
        if let parent = TraceParent(text) {
            guard TraceParent(parent.description) == parent else { return "read as \(parent)" }
            guard text.hasPrefix("00-") ? text.prefix(53) == parent.description.prefix(53) : text.utf8.count >= 55 else {
                return "read as \(parent)"
            }
        }
        if let state = TraceState(text) {
            guard state.text == text, text.utf8.count <= 512 else { return "another text" }
            guard text.utf8.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) }) else { return "a byte that no field value may hold" }
        }
        return nil
    }
}
