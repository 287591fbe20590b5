/// A member of a JSON object, and where its value stands in the text.
package struct JSONPlace: Sendable {
    /// UTF-8, escapes undone.
    package let name: [UInt8]
    package let value: JSONValue
    /// The value's bytes in the text, without the blanks around it.
    package let range: Range<Int>

    /// The members of the object that `text` is, in the order of the text.
    package static func list(_ text: [UInt8], limits: JSONLimits) throws(JSONError) -> [JSONPlace] {
        try JSONParser.places(in: text, limits: limits)
    }
}
