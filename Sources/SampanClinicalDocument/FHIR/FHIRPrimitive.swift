internal import SampanJSON

/// Primitive types of FHIR R4 (datatypes.html#primitive).
enum FHIRPrimitive {
    static func check(_ value: JSONValue, _ type: FHIRElementType.Primitive) throws(DocumentError) {
        switch (type, value) {
        case (.boolean, .bool): return
        case (.decimal, .number(let digits)):
            guard ClinicalQuantity.isDecimal(String(decoding: digits, as: UTF8.self)) else { throw DocumentError(.badNumber) }
        case (.integer, .number(let digits)), (.unsignedInt, .number(let digits)), (.positiveInt, .number(let digits)):
            let least: Int32 = type == .integer ? .min : type == .unsignedInt ? 0 : 1
            guard let number = Int32(String(decoding: digits, as: UTF8.self)), number >= least else {
                throw DocumentError(.badNumber)
            }
        case (.boolean, _), (.decimal, _), (.integer, _), (.unsignedInt, _), (.positiveInt, _):
            throw DocumentError(.wrongType(expected: type == .boolean ? "true or false" : "a number"))
        case (_, .string(let text)): try check(text, type)
        default: throw DocumentError(.wrongType(expected: "a text (\(type.rawValue))"))
        }
    }

    private static func check(_ text: [UInt8], _ type: FHIRElementType.Primitive) throws(DocumentError) {
        guard !text.isEmpty, text.allSatisfy({ $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else {
            throw DocumentError(.wrongType(expected: "a text that is not empty and has no control characters"))
        }
        switch type {
        case .date, .dateTime, .instant:
            let time = try ClinicalTime(fhir: String(decoding: text, as: UTF8.self))
            if type == .date && time.hour != nil || type == .instant && time.hour == nil { throw DocumentError(.badTime) }
        case .code:
            guard text.first != 0x20, text.last != 0x20 else { throw DocumentError(.wrongType(expected: "a code")) }
        case .id:
            // Also an OID with its scheme, which R4 writes into some elements of this type.
            let isID =
                text.count <= 80
                && text.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
            guard isID else { throw DocumentError(.wrongType(expected: "an id")) }
        case .uri:
            guard !text.contains(0x20) else { throw DocumentError(.wrongType(expected: "a URI")) }
        case .base64Binary:
            let isBase64 = text.allSatisfy {
                isLetterOrDigit($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "=") || $0 <= 0x20
            }
            guard isBase64 else { throw DocumentError(.wrongType(expected: "Base64")) }
        default: break
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }
}
