internal import SampanJSON

/// JSON as the channels read and write it: members by name, in the order in which they are given.
struct WebJSON {
    private static let limits = JSONLimits(maximumTextBytes: 64 * 1024, maximumDepth: 8, maximumValues: 512, maximumOutputBytes: 64 * 1024)

    private let members: [JSONValue.Member]

    /// Nil for what is no object.
    init?(_ text: [UInt8]) {
        guard let value = try? JSONValue(text: text, limits: Self.limits) else { return nil }
        self.init(value)
    }

    private init?(_ value: JSONValue?) {
        guard case .object(let members)? = value else { return nil }
        self.members = members
    }

    private subscript(name: String) -> JSONValue? { members.first { $0.name == Array(name.utf8) }?.value }

    func object(_ name: String) -> WebJSON? { WebJSON(self[name]) }

    func text(_ name: String) -> String? {
        guard case .string(let bytes)? = self[name] else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    func integer(_ name: String) -> Int64? {
        guard case .number(let digits)? = self[name] else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    /// A value that is written.
    enum Value {
        case text(String)
        case number(Int64)
        case object([(String, Value)])

        var json: String {
            switch self {
            case .text(let text): JSONLiteral.string(text)
            case .number(let number): String(number)
            case .object(let members):
                "{" + members.map { "\(JSONLiteral.string($0.0)):\($0.1.json)" }.joined(separator: ",") + "}"
            }
        }
    }
}
