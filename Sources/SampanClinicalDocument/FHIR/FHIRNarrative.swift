internal import SampanJSON
internal import SampanXML

/// FHIR's narrative: XHTML within JSON. It is read and written as plain lines.
enum FHIRNarrative {
    /// Nil where nothing is written in it. Throws where it is no XML.
    static func read(_ narrative: FHIRObject) throws(DocumentError) -> String? {
        guard let div = narrative.text("div") else { return nil }
        do throws(XMLError) { return PlainText.of(try XMLDocument(Array(div.utf8)).root) } catch { throw DocumentError(.xml(error)) }
    }

    /// One paragraph a line; characters that XML does not have become U+FFFD.
    static func write(_ text: String) -> String {
        var div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">"
        for line in text.split(separator: "\n") { div += "<p>\(escaped(line))</p>" }
        return div + "</div>"
    }

    private static func escaped(_ text: Substring) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\u{0}"..<"\u{20}", "\u{FFFE}", "\u{FFFF}": escaped.unicodeScalars.append(scalar == "\t" ? " " : "\u{FFFD}")
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
