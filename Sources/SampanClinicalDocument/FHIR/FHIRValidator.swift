internal import SampanJSON

/// Holds a resource against the shapes of R4: cardinality, kinds of values, calendars, codes of required bindings. Elements that the
/// shape does not have are counted: on the way in they are left aside, on the way out they would be a fault of ours.
struct FHIRValidator {
    /// Elements that an object has, and of choices in which type: a choice is made once.
    private struct Seen {
        private(set) var names: [String] = []
        private var choices: [String: ArraySlice<UInt8>] = [:]

        mutating func insert(_ name: String, as member: ArraySlice<UInt8>) -> Bool {
            names.append(name)
            guard name.hasSuffix("[x]") else { return true }
            let chosen = choices[name]
            choices[name] = member
            return chosen == nil || chosen == member
        }
    }

    /// Elements without a place in the shape, as `Observation.foo`, and how often.
    private(set) var unknown: [String: Int] = [:]

    /// Throws for the first that does not fit. Returns what is unknown.
    static func check(_ resource: FHIRObject, type: String) throws(DocumentError) -> [String: Int] {
        var validator = FHIRValidator()
        guard let shape = FHIRShape.resource(type) else { return [:] }
        do throws(DocumentError) { try validator.check(resource, shape, type, isResource: true) } catch { throw error.inside(type) }
        return validator.unknown
    }

    private mutating func check(_ object: FHIRObject, _ shape: FHIRShape, _ type: String, isResource: Bool = false) throws(DocumentError) {
        guard !object.members.isEmpty else { throw DocumentError(.wrongType(expected: "an object that is not empty")) }
        var seen = Seen()
        for member in object.members {
            if member.name.first == UInt8(ascii: "_") {
                try companion(member, shape, type, &seen)
                continue
            }
            guard let element = shape.elements[member.name] else {
                if !(isResource && member.name == FHIRObject.typeName) { remark(member.name, type) }
                continue
            }
            guard seen.insert(element.name, as: member.name[...]) else { throw DocumentError(.tooMany(element.name)) }
            do throws(DocumentError) { try check(member.value, element) } catch {
                throw error.inside(String(decoding: member.name, as: UTF8.self))
            }
        }
        for rule in shape.required where !seen.names.contains(rule) { throw DocumentError(.missing(rule)) }
    }

    /// `_birthDate` beside, or in place of, `birthDate`: extensions of a primitive (json.html#primitive).
    private mutating func companion(
        _ member: JSONValue.Member, _ shape: FHIRShape, _ type: String, _ seen: inout Seen
    ) throws(DocumentError) {
        guard let element = shape.elements[Array(member.name.dropFirst())], case .primitive = element.type else {
            return remark(member.name, type)
        }
        switch member.value {
        case .object(let members) where !members.isEmpty && !element.isList: break
        case .array(let elements) where !elements.isEmpty && element.isList: break
        default:
            throw DocumentError(.wrongType(expected: "an object with extensions"), at: String(decoding: member.name, as: UTF8.self))
        }
        guard seen.insert(element.name, as: member.name.dropFirst()) else { throw DocumentError(.tooMany(element.name)) }
    }

    /// Names are told where they look like ones of FHIR: an unknown name may be anything.
    private mutating func remark(_ name: [UInt8], _ type: String) {
        let isName = name.count <= 40 && name.allSatisfy { (65...90).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "_") }
        unknown["\(type).\(isName ? String(decoding: name, as: UTF8.self) : "?")", default: 0] += 1
    }

    private mutating func check(_ value: JSONValue, _ element: FHIRShape.Element) throws(DocumentError) {
        guard element.isList else { return try one(value, element) }
        guard case .array(let elements) = value, !elements.isEmpty else {
            throw DocumentError(.wrongType(expected: "a list that is not empty"))
        }
        for (index, value) in elements.enumerated() {
            // A place whose value is told by the companion's extensions only.
            if case .null = value, case .primitive = element.type { continue }
            do throws(DocumentError) { try one(value, element) } catch { throw error.inside("[\(index)]") }
        }
    }

    private mutating func one(_ value: JSONValue, _ element: FHIRShape.Element) throws(DocumentError) {
        switch element.type {
        case .any:
            switch value {
            case .null: throw DocumentError(.wrongType(expected: "a value"))
            default: return
            }
        case .resource:
            guard case .object = value else { throw DocumentError(.wrongType(expected: "a resource")) }
        case .complex(let type):
            guard case .object(let members) = value else { throw DocumentError(.wrongType(expected: "an object (\(type))")) }
            guard let shape = FHIRShape.dataType(type) else { return }
            try check(FHIRObject(members), shape, type)
        case .primitive(let primitive):
            try FHIRPrimitive.check(value, primitive)
            if let codes = element.codes, let code = value.textValue, !codes.contains(code) { throw DocumentError(.badCode) }
        }
    }
}
