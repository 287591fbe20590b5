/// A `FieldDescriptorProto` as it stands in a contract, before it is judged.
struct FieldDraft {
    private var name = ""
    private var number: UInt64 = 0
    private var label: UInt64 = 1
    private var type: UInt64 = 0
    private var typeName = ""
    private var jsonName: String?
    private var oneof: UInt64?
    private var packed: Bool?
    private var isOptional = false

    init(_ bytes: WireReader, message: String) throws(DescriptorError) {
        var reader = bytes
        while let field = try reader.nextField() {
            switch (field.number, field.value) {
            case (1, .bytes(let range)): name = try reader.text(range)
            case (3, .varint(let value)): number = value
            case (4, .varint(let value)): label = value
            case (5, .varint(let value)): type = value
            case (6, .bytes(let range)): typeName = FileReader.bare(try reader.text(range))
            case (8, .bytes(let range)): packed = try WireReader(reader.bytes, range).lastVarint(2).map { $0 != 0 } ?? packed
            case (9, .varint(let value)): oneof = value
            case (10, .bytes(let range)): jsonName = try reader.text(range)
            case (17, .varint(let value)): isOptional = value != 0
            default: break
            }
        }
        guard FileReader.isIdentifier(name.utf8) else { throw .invalidName(inside: message) }
    }

    func field(isProto3: Bool, message: String) throws(DescriptorError) -> FieldSchema {
        let full = "\(message).\(name)"
        guard let number = UInt32(exactly: number), (1...536_870_911).contains(number) else { throw .invalid(full) }
        if type == 10 { throw .unsupported("groups (\(full))") }
        guard let kind = Int(exactly: type).flatMap(FieldSchema.Kind.init(rawValue:)) else { throw .invalid(full) }
        let cardinality: FieldSchema.Cardinality
        switch label {
        case 1: cardinality = .singular
        case 2: cardinality = .required
        case 3: cardinality = .repeated
        default: throw .invalid(full)
        }
        let isNamed = kind == .message || kind == .enumeration
        guard isNamed != typeName.isEmpty else { throw .invalid(full) }
        var place: Int?
        if let oneof, !isOptional {
            guard let index = Int(exactly: oneof), cardinality == .singular else { throw .invalid(full) }
            place = index
        }
        let json = jsonName ?? Self.lowerCamelCase(name)
        guard !json.isEmpty, json.utf8.count <= 255 else { throw .invalidName(inside: message) }
        return FieldSchema(
            name: name, jsonName: json, number: number, kind: kind, cardinality: cardinality, typeName: isNamed ? typeName : nil,
            hasPresence: cardinality != .repeated && (!isProto3 || kind == .message || oneof != nil || isOptional),
            isOptional: isProto3 && isOptional, oneof: place,
            isPacked: cardinality == .repeated && kind.isPackable && (packed ?? isProto3), jsonNameBytes: Array(json.utf8),
            nameBytes: Array(name.utf8))
    }

    /// The JSON name where the contract gives none: without underscores, and the letter behind each in upper case.
    static func lowerCamelCase(_ name: String) -> String {
        var (json, isRaised): (String, Bool) = ("", false)
        for character in name.unicodeScalars {
            if character == "_" {
                isRaised = true
            } else {
                json += isRaised ? String(character).uppercased() : String(character)
                isRaised = false
            }
        }
        return json
    }
}

extension FieldSchema.Kind {
    /// Whether keys of a map may be of it (protobuf language guide, Maps).
    var isMapKey: Bool {
        switch self {
        case .double, .float, .bytes, .message, .enumeration: false
        default: true
        }
    }
}
