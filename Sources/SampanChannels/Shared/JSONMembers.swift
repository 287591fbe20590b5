internal import SampanJSON

/// A JSON object that is written, its members in the order in which they were given.
struct JSONMembers {
    private var parts: [String] = []

    mutating func text(_ name: String, _ value: String) { parts.append("\(JSONLiteral.string(name)):\(JSONLiteral.string(value))") }
    mutating func number(_ name: String, _ value: Int64) { parts.append("\(JSONLiteral.string(name)):\(value)") }
    mutating func object(_ name: String, _ value: JSONMembers) { parts.append("\(JSONLiteral.string(name)):\(value.json)") }

    var json: String { "{" + parts.joined(separator: ",") + "}" }
}
