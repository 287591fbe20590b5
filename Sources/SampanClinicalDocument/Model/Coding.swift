/// A code of a code system. Codes that are not known here are carried as they are.
package struct Coding: Sendable, Hashable {
    /// The code system as a URI: `http://loinc.org`, `urn:oid:2.16.156.10011.2.4`.
    package var system: String?
    package var version: String?
    package var code: String?
    package var display: String?

    package init(system: String? = nil, version: String? = nil, code: String? = nil, display: String? = nil) {
        (self.system, self.version, self.code, self.display) = (system, version, code, display)
    }
}

/// What is meant, by codes that say the same, and in words.
package struct CodedConcept: Sendable, Hashable {
    package var codings: [Coding]
    package var text: String?

    package init(codings: [Coding] = [], text: String? = nil) { (self.codings, self.text) = (codings, text) }

    package var isEmpty: Bool { codings.isEmpty && text == nil }

    /// What a person reads: the words, else the first display, else the first code.
    package var label: String? { text ?? codings.lazy.compactMap(\.display).first ?? codings.lazy.compactMap(\.code).first }

    /// Whether it has this code of this system.
    package func has(_ code: String, of system: String) -> Bool { codings.contains { $0.code == code && $0.system == system } }
}
