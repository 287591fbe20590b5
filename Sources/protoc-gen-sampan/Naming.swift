/// How names of `.proto` files become names of Swift.
enum Naming {
    /// Words that Swift's guidelines write in one case throughout.
    private static let acronyms: [String: String] = [
        "id": "ID", "ids": "IDs", "url": "URL", "urls": "URLs", "uri": "URI", "http": "HTTP", "https": "HTTPS", "json": "JSON",
        "api": "API", "uuid": "UUID", "grpc": "GRPC", "rpc": "RPC",
    ]

    private static let keywords: Set<String> = [
        "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "init", "inout", "internal", "let",
        "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows", "static", "struct", "subscript",
        "typealias", "var", "break", "case", "catch", "continue", "default", "defer", "do", "else", "fallthrough", "for", "guard",
        "if", "in", "repeat", "return", "throw", "switch", "where", "while", "as", "false", "is", "nil", "self", "Self", "super",
        "throws", "true", "try", "Any", "_", "await", "some", "any", "Type", "Protocol", "actor", "async", "unsafe", "consume", "copy",
        "borrowing", "consuming", "each", "repeat", "package", "macro", "nonisolated", "isolated", "sending", "discard",
    ]

    /// `out_trade_no` → `outTradeNo`, `request_id` → `requestID`. Backticks where needed.
    static func member(_ name: String) -> String { escaped(plainMember(name)) }

    static func plainMember(_ name: String) -> String {
        var words = words(name)
        guard !words.isEmpty else { return "_" }
        let first = words.removeFirst()
        let head = acronyms[first.lowercased()] != nil ? first.lowercased() : first.prefix(1).lowercased() + first.dropFirst()
        let result = head + words.map(capitalised).joined()
        return result.first?.isNumber == true ? "_\(result)" : result
    }

    /// `booking_fee` → `BookingFee`.
    static func upper(_ name: String) -> String { words(name).map(capitalised).joined() }

    static func escaped(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }

    /// A type's name stays as it is, but for the four that Swift does not allow.
    static func type(_ name: String, suffix: String) -> String {
        ["Type", "Protocol", "Self", "Any"].contains(name) ? name + suffix : name
    }

    /// `PAYMENT_CHANNEL_WECHAT_PAY` of `PaymentChannel` → `wechatPay`.
    static func enumCase(_ value: String, of name: String) -> String {
        var rest = Substring(value)
        var prefix = Substring(name.lowercased()).filter { $0 != "_" }[...]
        while let expected = prefix.first, let next = rest.first {
            if next == "_" {
                rest.removeFirst()
            } else if next.lowercased() == String(expected) {
                rest.removeFirst()
                prefix.removeFirst()
            } else {
                break
            }
        }
        let stripped = rest.drop { $0 == "_" }
        let usable = prefix.isEmpty && rest.first == "_" && stripped.first?.isLetter == true
        let source = usable ? String(stripped) : value
        let isUpper = !source.contains { $0.isLowercase }
        return plainMember(isUpper ? source.lowercased() : source)
    }

    /// `sampan.payment.v1` → `PaymentV1`, `google.rpc` → `GoogleRPC`.
    static func namespace(_ package: String) -> String {
        var parts = package.split(separator: ".")
        if parts.first == "sampan", parts.count > 1 { parts.removeFirst() }
        let name = parts.map { upper(String($0)) }.joined()
        return name.isEmpty ? "Unpackaged" : name
    }

    /// The symbol that protoc-c gives a message, without its suffix: camel humps become underscores, dots become two.
    static func cSymbol(_ fullName: String) -> String {
        fullName.drop { $0 == "." }.split(separator: ".").map { part in
            var out = ""
            var wasUpper = true
            for character in part {
                let isUpper = character.isUppercase
                if isUpper && !wasUpper { out += "_" }
                out += character.lowercased()
                wasUpper = isUpper
            }
            return out
        }.joined(separator: "__")
    }

    private static func words(_ name: String) -> [String] { name.split(separator: "_").map(String.init) }

    private static func capitalised(_ word: String) -> String {
        acronyms[word.lowercased()] ?? word.prefix(1).uppercased() + word.dropFirst()
    }
}
