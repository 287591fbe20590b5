/// The query of Connect's GET (connectrpc.com, Protocol Reference, Unary-Get-Request): a call that a browser makes like that of a picture.
package struct WebQuery: Sendable {
    package let isJSON: Bool
    package let encoding: MessageEncoding
    package let message: [UInt8]

    /// Of path and query, in bytes. 8 KiB: what clients and proxies take for granted; larger messages are for POST.
    package static let longest = 8 * 1_024

    package enum Fault: Error, Sendable {
        case refused(WebRefusal)
        case failed(RPCError)
    }

    /// Reads what stands behind the question mark. Keys that Connect does not have are passed over, those that it has come once.
    package init(_ text: ArraySlice<UInt8>) throws(Fault) {
        var values: [String: [UInt8]] = [:]
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.unescaped(parts[0]), let value = Self.unescaped(parts.count > 1 ? parts[1] : []) else {
                throw Self.bad("the query has a % without two hexadecimal digits behind it")
            }
            let key = String(decoding: name, as: UTF8.self)
            guard Self.keys.contains(key) else { continue }
            // Who reads the first would not be who reads the last.
            guard values.updateValue(value, forKey: key) == nil else { throw Self.bad("the query says \(key) twice") }
        }
        func value(_ key: String) -> String? { values[key].map { String(decoding: $0, as: UTF8.self) } }
        guard value("connect").map({ $0 == "v1" }) ?? true else { throw Self.bad("the query's connect is v1 here") }
        guard let codec = value("encoding") else { throw Self.bad("the query lacks encoding=json or encoding=proto") }
        guard codec == "json" || codec == "proto" else { throw .refused(.queryCodec) }
        isJSON = codec == "json"
        switch value("compression") {
        case nil, "identity"?: encoding = .identity
        case "gzip"?: encoding = .gzip
        default: throw .failed(.unknownWebEncoding)
        }
        guard let raw = values["message"] else { throw Self.bad("the query lacks message=") }
        // Any other value of it says nothing, by the protocol.
        if value("base64") == "1" {
            guard let bytes = Self.base64URL(raw) else { throw Self.bad("the query's message is not base64 for URLs, as it says") }
            message = bytes
        } else {
            guard String(validating: raw, as: UTF8.self) != nil else { throw Self.bad("the query's message is no UTF-8: use base64=1") }
            message = raw
        }
    }

    private static let keys: Set<String> = ["message", "encoding", "base64", "compression", "connect"]

    private static func bad(_ text: String) -> Fault { .failed(RPCError(code: .invalidArgument, message: text)) }

    /// Without its percent escapes, and with blanks for plus signs, as forms have them; nil for an escape that is none.
    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            guard byte == UInt8(ascii: "%") else {
                out.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                continue
            }
            guard text.endIndex - index >= 2, let high = digit(text[index]), let low = digit(text[index + 1]) else { return nil }
            out.append(high << 4 | low)
            index += 2
        }
        return out
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// RFC 4648 §5, with or without padding: the same as §4 but for two characters.
    private static func base64URL(_ text: [UInt8]) -> [UInt8]? {
        guard !text.contains(UInt8(ascii: "+")), !text.contains(UInt8(ascii: "/")) else { return nil }
        let plain = text.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            default: byte
            }
        }
        return Base64.decode(plain.span)
    }
}

extension RPCError {
    /// The encoding that a request by a door says is none that is known here.
    static let unknownWebEncoding = RPCError(
        code: .unimplemented, message: "the encoding of the request is not supported; use \(MessageEncoding.accepted)")
}
