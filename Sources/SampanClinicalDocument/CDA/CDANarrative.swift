internal import SampanXML

/// The narrative blocks of a document by their `ID`: coded entries refer to the words that they stand for.
struct CDANarrative {
    private var places: [String: XMLElement] = [:]

    init(_ root: XMLElement) { gather(root, isInText: false) }

    private mutating func gather(_ element: XMLElement, isInText: Bool) {
        if isInText, let id = element.attribute("ID"), places[id] == nil { places[id] = element }
        for case .element(let child) in element.children { gather(child, isInText: isInText || element.name == "text") }
    }

    /// The words in an element, or those that it refers to.
    func label(_ element: XMLElement) -> String? {
        if let text = PlainText.label(element) { return text }
        guard let reference = element.first("reference")?.attribute("value"), reference.first == "#" else { return nil }
        return places[String(reference.dropFirst())].flatMap { PlainText.label($0) }
    }
}
