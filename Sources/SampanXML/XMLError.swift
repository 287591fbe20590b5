/// Why bytes are not an XML document that is taken.
///
/// Says what and in which line, and holds nothing of the text: it may be logged and sent.
package struct XMLError: Error, Sendable, Hashable {
    /// What is wrong with a text that is not well-formed (XML 1.0, 5th edition).
    package enum Malformation: String, Sendable, Hashable {
        case empty = "the document is empty"
        case endsEarly = "the document ends before its elements do"
        case somethingBehind = "something stands behind the root element"
        case tagMismatch = "an end tag does not fit its start tag"
        case attributeTwice = "an element has an attribute twice"
        case undefinedEntity =
            "an entity is used that XML does not define; only &lt; &gt; &amp; &quot; &apos; and character numbers are taken"
        case badCharacter = "a character that XML does not allow"
        case undefinedPrefix = "a namespace prefix is used that is not declared"
        case syntax = "not well-formed"
    }

    package enum Reason: Sendable, Hashable {
        case malformed(Malformation)
        /// A document type declaration: where entities and external references come from. Clinical documents have none.
        case documentType
        /// The encoding is none that is taken; the name where it looks like one.
        case encoding(String?)
        /// The bytes are not of the encoding that they are declared to be in.
        case notOfEncoding
        /// A NUL, which no XML has.
        case nul
        case tooLarge(limit: Int)
        case tooDeep(limit: Int)
        case tooManyNodes(limit: Int)
        /// Of one element.
        case tooManyAttributes(limit: Int)
        /// Of one element.
        case tooManyNamespaces(limit: Int)
        /// One start tag, with its attributes.
        case tagTooLong(limit: Int)
        /// The text between two tags.
        case textTooLong(limit: Int)
        /// The library had no memory.
        case library
    }

    package let reason: Reason
    /// From 1; 0 where no line can be told.
    package let line: Int

    package init(_ reason: Reason, line: Int = 0) { (self.reason, self.line) = (reason, line) }

    /// Whether it is one of our limits that was met, not a fault of the text.
    package var isLimit: Bool {
        switch reason {
        case .tooLarge, .tooDeep, .tooManyNodes, .tooManyAttributes, .tooManyNamespaces, .tagTooLong, .textTooLong, .library: true
        default: false
        }
    }
}

extension XMLError: CustomStringConvertible {
    package var description: String { line > 0 ? "line \(line): \(text)" : text }

    private var text: String {
        switch reason {
        case .malformed(let problem): problem.rawValue
        case .documentType: "a document type declaration (<!DOCTYPE) is not taken: send the document without it"
        case .encoding(let name?): "the encoding \(name) is not taken; right would be UTF-8, UTF-16, GB18030 or GBK"
        case .encoding(nil): "the encoding is not taken; right would be UTF-8, UTF-16, GB18030 or GBK"
        case .notOfEncoding: "the bytes are not of the encoding that the document declares"
        case .nul: "a NUL stands in the text"
        case .tooLarge(let limit): "more than \(limit) bytes"
        case .tooDeep(let limit): "elements stand in one another more than \(limit) deep"
        case .tooManyNodes(let limit): "more than \(limit) elements and texts"
        case .tooManyAttributes(let limit): "an element has more than \(limit) attributes"
        case .tooManyNamespaces(let limit): "an element declares more than \(limit) namespaces"
        case .tagTooLong(let limit): "a tag has more than \(limit) bytes"
        case .textTooLong(let limit): "a text has more than \(limit) bytes"
        case .library: "expat had no memory"
        }
    }
}
