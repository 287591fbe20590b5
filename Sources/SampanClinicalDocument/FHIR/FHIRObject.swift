internal import SampanJSON

/// A JSON object as an element or a resource of FHIR. Its accessors answer nil for what is not there or of another kind: that it is of
/// the right kind was checked before, by `FHIRValidator`.
struct FHIRObject {
    let members: [JSONValue.Member]

    static let typeName = Array("resourceType".utf8)

    init(_ members: [JSONValue.Member]) { self.members = members }

    init?(_ value: JSONValue?) {
        guard case .object(let members) = value else { return nil }
        self.members = members
    }

    subscript(_ name: StaticString) -> JSONValue? {
        let length = name.utf8CodeUnitCount
        for member in members where member.name.count == length && member.name.elementsEqual(name.description.utf8) { return member.value }
        return nil
    }

    subscript(named name: String) -> JSONValue? {
        for member in members where member.name.elementsEqual(name.utf8) { return member.value }
        return nil
    }

    var type: String? { self["resourceType"]?.textValue }

    func text(_ name: StaticString) -> String? { self[name]?.textValue }
    func texts(_ name: StaticString) -> [String] { self[name]?.elements.compactMap(\.textValue) ?? [] }
    func object(_ name: StaticString) -> FHIRObject? { FHIRObject(self[name]) }
    func objects(_ name: StaticString) -> [FHIRObject] { self[name]?.elements.compactMap { FHIRObject($0) } ?? [] }

    func boolean(_ name: StaticString) -> Bool? {
        guard case .bool(let value) = self[name] else { return nil }
        return value
    }

    func integer(_ name: StaticString) -> Int? {
        guard case .number(let digits) = self[name] else { return nil }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    func number(_ name: StaticString) -> String? {
        guard case .number(let digits) = self[name] else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension JSONValue {
    var textValue: String? {
        guard case .string(let text) = self else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    var elements: [JSONValue] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }
}
