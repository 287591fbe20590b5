/// One type of FHIR R4: its elements by name.
struct FHIRShape: Sendable {
    struct Element: Sendable {
        /// The name in the standard: `effective[x]` for `effectiveDateTime`.
        let name: String
        let type: FHIRElementType
        let isList: Bool
        /// Codes of a required binding.
        let codes: Set<String>?
    }

    /// Choices stand under each of their names.
    private(set) var elements: [[UInt8]: Element] = [:]
    /// Names of those that must be there.
    private(set) var required: [String] = []

    static func resource(_ type: String) -> FHIRShape? { resources[type] }
    static func dataType(_ type: String) -> FHIRShape? { types[type] }

    private static let resources = FHIRShapes.resources.mapValues {
        FHIRShape(
            "id id; meta Meta; implicitRules uri; language code; text Narrative; contained Resource*; extension Extension*; modifierExtension Extension*; "
                + $0)
    }
    private static let types = FHIRShapes.types.mapValues {
        FHIRShape("id string; extension Extension*; modifierExtension Extension*; " + $0)
    }

    private init(_ text: String) {
        for line in text.split(separator: ";") {
            var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard words.count >= 2 else { continue }
            var name = words.removeFirst()
            let isRequired = name.hasSuffix("!") || words[0].hasSuffix("!") || words[0].hasSuffix("+")
            if name.hasSuffix("!") { name.removeLast() }
            if name.hasSuffix("[x]") { addChoice(name, words) } else { add(name, words) }
            if isRequired { required.append(name) }
        }
    }

    private mutating func addChoice(_ name: String, _ types: [String]) {
        let stem = name.dropLast(3)
        for type in types == ["*"] ? FHIRElementType.extensionTypes : types {
            let suffix = type.prefix(1).uppercased() + type.dropFirst()
            elements[Array((stem + suffix).utf8)] = Element(name: name, type: FHIRElementType(type), isList: false, codes: nil)
        }
    }

    private mutating func add(_ name: String, _ words: [String]) {
        let type = words[0].filter { $0 != "!" && $0 != "*" && $0 != "+" }
        let codes = words.dropFirst().map { $0.filter { $0 != "(" && $0 != ")" } }
        elements[Array(name.utf8)] = Element(
            name: name, type: FHIRElementType(type), isList: words[0].hasSuffix("*") || words[0].hasSuffix("+"),
            codes: codes.isEmpty ? nil : Set(codes))
    }
}

/// What an element's value is.
enum FHIRElementType: Sendable, Hashable {
    case primitive(Primitive)
    case complex(String)
    /// A resource, which has its own shape.
    case resource
    /// Of a shape that is not looked at here.
    case any

    enum Primitive: String, Sendable {
        case boolean, integer, unsignedInt, positiveInt, decimal, string, code, id, uri, date, dateTime, instant, time, base64Binary, xhtml
    }

    init(_ name: String) {
        if let primitive = Primitive(rawValue: name) {
            self = .primitive(primitive)
        } else if name == "Resource" {
            self = .resource
        } else {
            self = name == "Any" || FHIRShapes.types[name] == nil ? .any : .complex(name)
        }
    }

    /// What an extension may hold, as far as it is looked at (extensibility.html; others end in the same place as unknown elements).
    static let extensionTypes = [
        "boolean", "integer", "unsignedInt", "positiveInt", "decimal", "string", "code", "id", "uri", "url", "canonical", "oid", "uuid",
        "markdown", "date", "dateTime", "instant", "time", "base64Binary", "Coding", "CodeableConcept", "Identifier", "Reference",
        "HumanName", "ContactPoint", "Address", "Period", "Quantity", "Age", "Range", "Ratio", "Money", "Attachment", "Annotation",
        "Duration", "Count", "Distance", "SampledData", "Signature", "Timing", "Dosage", "Meta",
    ]
}
