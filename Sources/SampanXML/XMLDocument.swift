/// An XML document that was read whole.
///
/// Entities but the five of XML, document types, external references, XInclude and the network are off; limits hold before memory is
/// taken. Reading takes time in proportion to the bytes.
package struct XMLDocument: Sendable, Hashable {
    package let root: XMLElement

    /// Throws for bytes that are no well-formed document, or that a limit or a rule forbids. Any thread may call it.
    package init(_ bytes: [UInt8], limits: XMLLimits = .default) throws(XMLError) {
        let text = try XMLEncoding.decode(bytes, limits: limits)
        try XMLSurvey.check(text, limits: limits)
        root = try XMLTreeBuilder.root(of: text, limits: limits)
    }
}
