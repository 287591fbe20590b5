/// Lines of Swift with their indentation.
struct SwiftText {
    private(set) var lines: [String] = []
    private var depth = 0

    mutating func line(_ text: String = "") {
        lines.append(text.isEmpty ? "" : String(repeating: "    ", count: depth) + text)
    }

    mutating func block(_ head: String, _ body: (inout SwiftText) throws -> Void) rethrows {
        line("\(head) {")
        depth += 1
        try body(&self)
        depth -= 1
        line("}")
    }

    /// A `switch`, whose cases stand at its own depth.
    mutating func cases(_ head: String, _ body: (inout SwiftText) throws -> Void) rethrows {
        line("switch \(head) {")
        try body(&self)
        line("}")
    }

    mutating func doc(_ comment: [String], otherwise: String? = nil) {
        let lines = comment.isEmpty ? (otherwise.map { [$0] } ?? []) : comment
        for text in lines { line(text.isEmpty ? "///" : "/// \(text)") }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }
}
