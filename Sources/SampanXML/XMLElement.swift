/// An element of a document, with all that is in it. Comments and processing instructions are left out, sections of CDATA are text.
package struct XMLElement: Sendable, Hashable {
    package struct Attribute: Sendable, Hashable {
        /// Empty for an attribute without prefix.
        package let namespace: String
        package let name: String
        /// Normalised as XML 1.0 §3.3.3 has it.
        package let value: String
    }

    /// Empty where the element is in none.
    package let namespace: String
    /// Without prefix.
    package let name: String
    package let attributes: [Attribute]
    /// In the order of the document.
    package internal(set) var children: [XMLNode]
    /// Where its start tag begins or ends, from 1.
    package let line: Int

    /// The value of an attribute without namespace; nil where there is none.
    package func attribute(_ name: String) -> String? {
        for attribute in attributes where attribute.name == name && attribute.namespace.isEmpty { return attribute.value }
        return nil
    }

    /// The value of an attribute of a namespace.
    package func attribute(_ name: String, namespace: String) -> String? {
        for attribute in attributes where attribute.name == name && attribute.namespace == namespace { return attribute.value }
        return nil
    }

    /// The elements in it, without the texts.
    package var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The first element of the name in the same namespace as this one.
    package func first(_ name: String) -> XMLElement? {
        for case .element(let element) in children where element.name == name && element.namespace == namespace { return element }
        return nil
    }

    /// The first element at the end of a path of names, each in the same namespace as this one.
    package func first(_ path: String...) -> XMLElement? {
        var element: XMLElement? = self
        for name in path { element = element?.first(name) }
        return element
    }

    /// Every element of the name in the same namespace as this one.
    package func all(_ name: String) -> [XMLElement] {
        children.compactMap {
            if case .element(let element) = $0, element.name == name, element.namespace == namespace { element } else { nil }
        }
    }

    /// All text in it, also in the elements in it, one behind another.
    package var text: String {
        if children.count == 1, case .text(let text) = children[0] { return text }
        var whole = ""
        appendText(to: &whole)
        return whole
    }

    private func appendText(to whole: inout String) {
        for child in children {
            switch child {
            case .text(let text): whole += text
            case .element(let element): element.appendText(to: &whole)
            }
        }
    }
}

/// What stands in an element.
package enum XMLNode: Sendable, Hashable {
    case element(XMLElement)
    case text(String)
}
