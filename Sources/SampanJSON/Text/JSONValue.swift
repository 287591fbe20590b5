/// A JSON text taken apart (RFC 8259). Texts and numbers are kept as their bytes: nothing is rounded, and names that only look alike
/// stay two.
package indirect enum JSONValue: Sendable {
    package struct Member: Sendable {
        /// UTF-8, escapes undone.
        package let name: [UInt8]
        package let value: JSONValue
    }

    case null
    case bool(Bool)
    /// As it stands in the text; a number of RFC 8259 §6.
    case number([UInt8])
    /// UTF-8, escapes undone.
    case string([UInt8])
    case array([JSONValue])
    /// No two names are equal.
    case object([Member])

    var isNull: Bool { if case .null = self { true } else { false } }
}

extension JSONValue {
    /// The one value that the text is. Throws `JSONError`, which says where and never what.
    package init(text: [UInt8], limits: JSONLimits) throws(JSONError) { self = try JSONParser.value(of: text, limits: limits) }
}
