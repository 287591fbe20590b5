/// What one XML document may cost. Each limit is met before expat sees the bytes, or as soon as it tells of them.
package struct XMLLimits: Sendable, Hashable {
    /// Bytes of the document as it comes, and as UTF-8. Default 16 MiB: a CDA with a scanned page inside has a few.
    package var maximumBytes: Int
    /// Elements in one another. Default 64: a C-CDA has under 30. Never taken above 200: who walks the tree does so by recursion.
    package var maximumDepth: Int { didSet { maximumDepth = min(maximumDepth, 200) } }
    /// Elements and texts altogether. Default 400,000: the largest C-CDA of the samples has 5,000.
    package var maximumNodes: Int
    /// Attributes of one element, declarations of namespaces among them. Default 64.
    package var maximumAttributes: Int
    /// Namespaces that one element declares. Default 16.
    package var maximumNamespaces: Int
    /// Bytes of one start tag. Default 1 MiB.
    package var maximumTagBytes: Int
    /// Bytes of one text. Default 8 MiB.
    package var maximumTextBytes: Int

    package init(
        maximumBytes: Int = 16 << 20, maximumDepth: Int = 64, maximumNodes: Int = 400_000, maximumAttributes: Int = 64,
        maximumNamespaces: Int = 16, maximumTagBytes: Int = 1 << 20, maximumTextBytes: Int = 8 << 20
    ) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = min(maximumDepth, 200)
        self.maximumNodes = maximumNodes
        self.maximumAttributes = maximumAttributes
        self.maximumNamespaces = maximumNamespaces
        self.maximumTagBytes = maximumTagBytes
        self.maximumTextBytes = maximumTextBytes
    }

    package static let `default` = XMLLimits()
}
