internal import SampanXML

/// The text of a document's chapter as lines: of CDA's narrative block, and of FHIR's XHTML. Tables become one line a row.
enum PlainText {
    /// Longest text that a reference to a narrative brings along, in UTF-8 bytes.
    static let labelLimit = 2_000

    /// Elements that begin and end a line.
    private static let lines: Set<String> = [
        "paragraph", "list", "item", "table", "thead", "tbody", "tfoot", "tr", "caption", "p", "div", "ul", "ol", "li", "h1", "h2", "h3",
        "h4", "h5", "h6", "pre", "blockquote", "dl", "dt", "dd", "hr",
    ]

    /// Runs of blanks are one, empty lines are left out. Nil where nothing is left.
    static func of(_ element: XMLElement?) -> String? {
        guard let element else { return nil }
        var writer = LineWriter()
        append(element, to: &writer)
        return writer.text
    }

    /// A text without its outer blanks and with runs of them as one; nil where nothing is left. Cut at `limit` bytes.
    static func label(_ element: XMLElement, limit: Int = labelLimit) -> String? {
        var raw: [UInt8] = []
        gather(element, limit: limit, into: &raw)
        return line(String(decoding: raw, as: UTF8.self))
    }

    /// The same of a text.
    static func line(_ text: String) -> String? {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    private static func gather(_ element: XMLElement, limit: Int, into raw: inout [UInt8]) {
        for child in element.children {
            if raw.count >= limit { return }
            switch child {
            case .text(let text): raw.append(contentsOf: text.utf8.prefix(limit - raw.count))
            case .element(let element): gather(element, limit: limit, into: &raw)
            }
        }
    }

    private static func append(_ element: XMLElement, to writer: inout LineWriter) {
        for child in element.children {
            switch child {
            case .text(let text): writer.append(text)
            case .element(let element) where element.name == "br": writer.endLine()
            case .element(let element) where lines.contains(element.name):
                writer.endLine()
                append(element, to: &writer)
                writer.endLine()
            case .element(let element) where element.name == "td" || element.name == "th":
                writer.cell()
                append(element, to: &writer)
            case .element(let element): append(element, to: &writer)
            }
        }
    }
}

/// Gathers words to lines.
private struct LineWriter {
    private var lines: [String] = []
    private var line = ""
    private var isBlankDue = false

    mutating func append(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\n", "\t", "\r": isBlankDue = !line.isEmpty
            default:
                if isBlankDue { line.unicodeScalars.append(" ") }
                isBlankDue = false
                line.unicodeScalars.append(scalar)
            }
        }
    }

    mutating func cell() {
        if !line.isEmpty { line += " |" }
        isBlankDue = !line.isEmpty
    }

    mutating func endLine() {
        if !line.isEmpty { lines.append(line) }
        (line, isBlankDue) = ("", false)
    }

    var text: String? {
        let all = line.isEmpty ? lines : lines + [line]
        return all.isEmpty ? nil : all.joined(separator: "\n")
    }
}
