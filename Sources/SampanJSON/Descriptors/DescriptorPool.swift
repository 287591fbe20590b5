/// Contracts by name: what a set of serialized `FileDescriptorProto`s declares, with every type that is named found.
///
/// Made from what server reflection hands out or from what generated code carries; bytes from outside end in a pool or in a
/// `DescriptorError`. Safe to use from any task; a copy costs a reference.
public struct DescriptorPool: Sendable {
    private final class Storage: Sendable {
        let messages: [MessageSchema]
        let enums: [EnumSchema]
        let services: [ServiceSchema]
        let messageIndex: [String: Int]
        let enumIndex: [String: Int]

        init(_ messages: [MessageSchema], _ enums: [EnumSchema], _ services: [ServiceSchema]) {
            (self.messages, self.enums, self.services) = (messages, enums, services)
            messageIndex = Dictionary(messages.enumerated().map { ($1.name, $0) }) { first, _ in first }
            enumIndex = Dictionary(enums.enumerated().map { ($1.name, $0) }) { first, _ in first }
        }
    }

    private let storage: Storage

    /// Reads contracts. The same file may be given twice; all files that one needs must be among them.
    ///
    /// - Parameter files: serialized `google.protobuf.FileDescriptorProto`s (descriptor.proto), proto3 or proto2.
    public init(files: [[UInt8]], limits: DescriptorLimits = .default) throws(DescriptorError) {
        guard files.count <= limits.maximumFiles else { throw .tooLarge("more than \(limits.maximumFiles) files") }
        guard files.reduce(0, { $0 &+ $1.count }) <= limits.maximumBytes else { throw .tooLarge("more than \(limits.maximumBytes) bytes") }
        var (messages, enums, services): ([MessageSchema], [EnumSchema], [ServiceSchema]) = ([], [], [])
        var (seen, names): ([String: [UInt8]], Set<String>) = ([:], [])
        var left = limits
        for bytes in files {
            let file = try FileReader(bytes, left)
            if let known = seen.updateValue(bytes, forKey: file.fileName) {
                guard known == bytes else { throw .duplicate("the file \(file.fileName)") }
                continue
            }
            left.maximumSymbols -= file.symbols
            for name in file.messages.map(\.name) + file.enums.map(\.name) + file.services.map(\.name) {
                guard names.insert(name).inserted else { throw .duplicate(name) }
            }
            messages += file.messages
            enums += file.enums
            services += file.services
        }
        let loose = Storage(messages, enums, services)
        var linked: [MessageSchema] = []
        linked.reserveCapacity(messages.count)
        for message in messages { linked.append(try Self.link(message, loose)) }
        for service in services {
            for method in service.methods {
                for name in [method.input, method.output] where loose.messageIndex[name] == nil {
                    throw .unknownType(name, usedBy: "\(service.name)/\(method.name)")
                }
            }
        }
        storage = Storage(linked, enums, services)
    }

    /// The message of this full name; nil when no file declares it.
    public func message(_ name: String) -> MessageSchema? { storage.messageIndex[name].map { storage.messages[$0] } }

    /// The enum of this full name; nil when no file declares it.
    public func enumeration(_ name: String) -> EnumSchema? { storage.enumIndex[name].map { storage.enums[$0] } }

    /// The service of this full name; nil when no file declares it.
    public func service(_ name: String) -> ServiceSchema? { storage.services.first { $0.name == name } }

    /// All services, in the order of the files.
    public var services: [ServiceSchema] { storage.services }

    /// Type of a field of kind `message`.
    func message(of field: FieldSchema) -> MessageSchema { storage.messages[field.type] }
    /// Type of a field of kind `enumeration`.
    func enumeration(of field: FieldSchema) -> EnumSchema { storage.enums[field.type] }

    /// Finds the types that the fields of a message name, and tells maps from lists.
    private static func link(_ message: MessageSchema, _ loose: Storage) throws(DescriptorError) -> MessageSchema {
        var fields: [FieldSchema] = []
        fields.reserveCapacity(message.fields.count)
        for var field in message.fields {
            if let name = field.typeName {
                let index = field.kind == .message ? loose.messageIndex[name] : loose.enumIndex[name]
                guard let index else { throw .unknownType(name, usedBy: "\(message.name).\(field.name)") }
                field.type = index
                if field.kind == .message, loose.messages[index].isMapEntry {
                    guard field.cardinality == .repeated else { throw .invalid("\(message.name).\(field.name)") }
                    field = field.asMap
                }
            }
            fields.append(field)
        }
        return MessageSchema(
            name: message.name, fields: fields, oneofs: message.oneofs, isMapEntry: message.isMapEntry, wellKnown: message.wellKnown,
            byNumber: message.byNumber, byName: message.byName)
    }
}

extension FieldSchema {
    fileprivate var asMap: FieldSchema {
        FieldSchema(
            name: name, jsonName: jsonName, number: number, kind: kind, cardinality: .map, typeName: typeName, hasPresence: false,
            isOptional: false, oneof: nil, isPacked: false, type: type, jsonNameBytes: jsonNameBytes, nameBytes: nameBytes)
    }
}
