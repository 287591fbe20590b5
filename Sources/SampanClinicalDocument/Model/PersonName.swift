/// The name of a person, in parts and as a whole.
package struct PersonName: Sendable, Hashable {
    /// `usual`, `official`, `temp`, `nickname`, `anonymous`, `old`, `maiden`.
    package var use: String?
    package var text: String?
    package var family: String?
    package var given: [String]
    package var prefix: [String]
    package var suffix: [String]

    package init(
        use: String? = nil, text: String? = nil, family: String? = nil, given: [String] = [], prefix: [String] = [], suffix: [String] = []
    ) {
        (self.use, self.text, self.family, self.given, self.prefix, self.suffix) = (use, text, family, given, prefix, suffix)
    }

    package var isEmpty: Bool { text == nil && family == nil && given.isEmpty && prefix.isEmpty && suffix.isEmpty }

    /// As it is called: the whole where it was written as one; else given names and family name, in Chinese the family name first and
    /// without blanks.
    package var display: String {
        if let text { return text }
        let parts = given + [family].compactMap { $0 }
        if let family, (family + given.joined()).unicodeScalars.allSatisfy({ (0x3400...0x9FFF).contains($0.value) || $0.value >= 0x20000 })
        {
            return family + given.joined()
        }
        return parts.joined(separator: " ")
    }
}
