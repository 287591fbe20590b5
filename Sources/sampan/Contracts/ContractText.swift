import SampanJSON

/// Contracts as their `.proto` files would say them, with full names.
enum ContractText {
    static func text(_ service: ServiceSchema) -> String {
        block("service \(service.name)", service.methods.map(line))
    }

    /// One method on one line.
    static func line(_ method: MethodSchema) -> String {
        let input = (method.isClientStreaming ? "stream " : "") + method.input
        let output = (method.isServerStreaming ? "stream " : "") + method.output
        let note =
            switch method.idempotency {
            case .unknown: ""
            case .noSideEffects: "  // no side effects"
            case .idempotent: "  // idempotent"
            }
        return "rpc \(method.name)(\(input)) returns (\(output));\(note)"
    }

    static func text(_ enumeration: EnumSchema) -> String {
        block("enum \(enumeration.name)", enumeration.values.map { "\($0.name) = \($0.number);" })
    }

    static func text(_ message: MessageSchema, _ pool: DescriptorPool) -> String {
        var (lines, done): ([String], Set<Int>) = ([], [])
        for field in message.fields {
            guard let oneof = field.oneof else {
                lines.append(line(field, pool))
                continue
            }
            guard done.insert(oneof).inserted else { continue }
            lines.append("oneof \(message.oneofs[oneof]) {")
            lines += message.fields.filter { $0.oneof == oneof }.map { "  " + line($0, pool) }
            lines.append("}")
        }
        return block("message \(message.name)", lines)
    }

    private static func line(_ field: FieldSchema, _ pool: DescriptorPool) -> String {
        let label =
            switch field.cardinality {
            case .repeated: "repeated "
            case .required: "required "
            case .singular: field.isOptional ? "optional " : ""
            case .map: ""
            }
        return "\(label)\(type(field, pool)) \(field.name) = \(field.number);"
    }

    static func type(_ field: FieldSchema, _ pool: DescriptorPool) -> String {
        guard let name = field.typeName else { return field.kind.keyword }
        guard field.cardinality == .map, let entry = pool.message(name), entry.fields.count == 2 else { return name }
        return "map<\(entry.fields[0].kind.keyword), \(type(entry.fields[1], pool))>"
    }

    private static func block(_ head: String, _ lines: [String]) -> String {
        lines.isEmpty ? "\(head) {}" : "\(head) {\n" + lines.map { "  \($0)\n" }.joined() + "}"
    }
}
