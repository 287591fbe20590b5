/// A field as Swift will have it.
struct FieldModel {
    enum Kind {
        /// Name of the reader's and writer's methods, and the Swift type.
        case scalar(access: String, type: String)
        case enumeration(type: String, zero: String)
        case message(type: String)
    }
    enum Shape: Equatable {
        case implicit, optional, repeated, map, boxed
        case oneof(Int)
    }

    let proto: ProtoField
    let name: String
    /// Index in the order of numbers, as protobuf-c has the fields.
    let index: Int
    let kind: Kind
    let shape: Shape
    /// Key and value of a map.
    let entry: [FieldModel]

    init(_ proto: ProtoField, name: String, index: Int, in message: ProtoMessage, _ registry: Registry) throws {
        guard proto.number != 536_870_911 else {
            throw Registry.Unsupported(reason: "\(message.fullName).\(proto.name): number 536870911 is taken by the codec")
        }
        self.proto = proto
        self.name = name
        self.index = index
        kind = try Self.kind(proto, message, registry)
        let target = registry.messages[proto.typeName]
        if let target, target.isMapEntry {
            shape = .map
            entry = try target.fields.sorted { $0.number < $1.number }.enumerated().map { place, field in
                try FieldModel(field, name: field.name, index: place, in: target, registry)
            }
        } else {
            entry = []
            if let oneof = proto.oneof {
                shape = .oneof(oneof)
            } else if proto.label == 3 {
                shape = .repeated
            } else if proto.type == 11 {
                shape = registry.contains(proto.typeName, message.fullName) ? .boxed : .optional
            } else {
                shape = proto.isProto3Optional ? .optional : .implicit
            }
        }
    }

    private static func kind(_ proto: ProtoField, _ message: ProtoMessage, _ registry: Registry) throws -> Kind {
        func scalar(_ access: String, _ type: String) -> Kind { .scalar(access: access, type: registry.std(type)) }
        switch proto.type {
        case 1: return scalar("double", "Double")
        case 2: return scalar("float", "Float")
        case 3, 16, 18: return scalar("int64", "Int64")
        case 4, 6: return scalar("uint64", "UInt64")
        case 5, 15, 17: return scalar("int32", "Int32")
        case 7, 13: return scalar("uint32", "UInt32")
        case 8: return scalar("bool", "Bool")
        case 9: return scalar("string", "String")
        case 12: return .scalar(access: "bytes", type: "[\(registry.std("UInt8"))]")
        case 11: return .message(type: registry.swiftName(proto.typeName))
        case 14:
            guard let target = registry.enums[proto.typeName], let first = target.values.first else {
                throw Registry.Unsupported(reason: "\(message.fullName).\(proto.name): unknown enum \(proto.typeName)")
            }
            let zero = EnumGenerator.caseNames(target)[first.name] ?? "unspecified"
            return .enumeration(type: registry.swiftName(proto.typeName), zero: zero)
        default:
            throw Registry.Unsupported(reason: "\(message.fullName).\(proto.name): groups are not supported")
        }
    }

    // MARK: Swift

    /// The type of one value.
    var valueType: String {
        switch kind {
        case .scalar(_, let type), .enumeration(let type, _), .message(let type): type
        }
    }

    var type: String {
        switch shape {
        case .implicit: valueType
        case .optional, .boxed: "\(valueType)?"
        case .repeated: "[\(valueType)]"
        case .map: "[\(entry[0].valueType): \(entry[1].valueType)]"
        case .oneof: valueType
        }
    }

    var defaultValue: String {
        switch shape {
        case .optional, .boxed: return "nil"
        case .repeated: return "[]"
        case .map: return "[:]"
        case .implicit, .oneof:
            switch kind {
            case .message: return "nil"
            case .enumeration(_, let zero): return ".\(zero)"
            case .scalar(let access, _):
                switch access {
                case "bool": return "false"
                case "string": return "\"\""
                case "bytes": return "[]"
                default: return "0"
                }
            }
        }
    }

    /// Name of the reader's and writer's method for the wire value.
    private var access: String {
        switch kind {
        case .scalar(let access, _): access
        case .enumeration: "int32"
        case .message: "message"
        }
    }

    /// As part of `optionalX`, `presentX`.
    private var suffix: String {
        access.hasPrefix("uint") ? "UI" + access.dropFirst(2) : access.prefix(1).uppercased() + access.dropFirst()
    }
    private var plural: String { access == "bytes" ? "bytesList" : access + "s" }
    private var isEnum: Bool { if case .enumeration = kind { true } else { false } }
    private var isMessage: Bool { if case .message = kind { true } else { false } }

    /// An expression that reads the one value of a map entry, a oneof member or an implicit field.
    func readValue(from reader: String) -> String {
        switch kind {
        case .scalar("string", _): "try \(reader).string(\(index))"
        case .scalar: "\(reader).\(access)(\(index))"
        case .enumeration(let type, _): "\(type)(rawValue: \(reader).int32(\(index)))"
        case .message(let type): "try \(reader).message(\(index)) ?? \(type)()"
        }
    }

    /// An expression that reads the field.
    func read(_ registry: Registry) -> String {
        switch shape {
        case .implicit, .oneof: return readValue(from: "reader")
        case .optional where isMessage: return "try reader.message(\(index))"
        case .boxed: return "try reader.message(\(index), as: \(valueType).self).map { \(registry.codec("Box"))($0) }"
        case .optional:
            let attempt = access == "string" ? "try " : ""
            let read = "\(attempt)reader.optional\(suffix)(\(index))"
            return isEnum ? "\(read).map { \(valueType)(rawValue: $0) }" : read
        case .repeated:
            let read = "try reader.\(plural)(\(index))"
            return isEnum ? "\(read).map { \(valueType)(rawValue: $0) }" : read
        case .map:
            let error = registry.codec("ProtobufError")
            return
                "try reader.map(\(index)) { entry throws(\(error)) in (\(entry[0].readValue(from: "entry")), \(entry[1].readValue(from: "entry"))) }"
        }
    }

    /// A statement that writes one value even if it is the default.
    func writePresent(_ value: String, to writer: String) -> String {
        switch kind {
        case .scalar(let access, _):
            let attempt = access == "string" || access == "bytes" ? "try " : ""
            return "\(attempt)\(writer).present\(suffix)(\(index), \(value))"
        case .enumeration: return "\(writer).presentInt32(\(index), \(value).rawValue)"
        case .message: return "try \(writer).message(\(index), \(value))"
        }
    }

    /// Statements that write the field, but for members of oneofs.
    func write(_ registry: Registry) -> [String] {
        switch shape {
        case .oneof: return []
        case .implicit:
            let attempt = access == "string" || access == "bytes" ? "try " : ""
            return ["\(attempt)writer.\(access)(\(index), \(selfName)\(isEnum ? ".rawValue" : ""))"]
        case .optional where isMessage, .boxed: return ["try writer.message(\(index), \(selfName))"]
        case .optional: return [writePresent(selfName + (isEnum ? "?" : ""), to: "writer")]
        case .repeated: return ["try writer.\(plural)(\(index), \(isEnum ? "\(selfName).map(\\.rawValue)" : selfName))"]
        case .map:
            let error = registry.codec("ProtobufError")
            return [
                "try writer.map(\(index), \(selfName)) { entry, key, value throws(\(error)) in",
                "    " + entry[0].writePresent("key", to: "entry"),
                "    " + entry[1].writePresent("value", to: "entry"),
                "}",
            ]
        }
    }

    /// The property, even where a local name (`reader`, `writer`, `entry`, `key`, `value`) is the same.
    var selfName: String { "self.\(name)" }
}
