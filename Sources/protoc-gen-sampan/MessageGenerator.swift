/// A message as a Swift struct, and how it goes into and out of protobuf-c.
struct MessageGenerator {
    let message: ProtoMessage
    let options: Options
    let registry: Registry
    let fields: [FieldModel]

    init(_ message: ProtoMessage, _ options: Options, _ registry: Registry) throws {
        self.message = message
        self.options = options
        self.registry = registry
        let order = message.fields.map(\.number).sorted()
        var used: Set<String> = ["unknownFields", "hashValue", "customMirror", "self", "Type"]
        for (index, oneof) in message.oneofs.enumerated() where message.fields.contains(where: { $0.oneof == index }) {
            used.insert(Naming.plainMember(oneof.name))
        }
        var models: [FieldModel] = []
        for field in message.fields {
            var name = Naming.plainMember(field.name)
            if field.oneof == nil {
                if used.contains(name) { name += "_" }
                if used.contains(name) { name += "\(field.number)" }
                used.insert(name)
            } else if name == "self" || name == "init" || name == "none" || name == "some" {
                // After a dot these mean something else; `none` and `some` would be those of the Optional around the oneof.
                name += "_"
            }
            models.append(
                try FieldModel(field, name: Naming.escaped(name), index: order.firstIndex(of: field.number) ?? 0, in: message, registry))
        }
        fields = models
    }

    private var typeName: String { Naming.type(message.name, suffix: "Message") }
    private var isRecursive: Bool { fields.contains { $0.shape == .boxed } }

    // MARK: The struct

    func generate(into text: inout SwiftText) throws {
        text.doc(message.comment, otherwise: "`\(message.fullName.dropFirst())`.")
        try text.block("\(options.visibility) struct \(typeName): \(registry.codec("Message"))") { text in
            for property in properties { property.declare(options, &text) }
            text.doc(["What came with the message and is not in the contract of this side."])
            text.line("\(options.visibility) var unknownFields = \(registry.codec("UnknownFields"))()")
            text.line()
            text.line("\(options.visibility) init() {}")
            if !properties.isEmpty { memberwise(&text) }
            text.line()
            text.line("\(options.visibility) static let protoName = \"\(message.fullName.dropFirst())\"")
            text.line(
                "\(options.visibility) static let descriptor = unsafe \(registry.codec("MessageDescriptor"))(sampan_\(Naming.cSymbol(message.fullName))(), fieldCount: \(fields.count))"
            )
            for index in message.oneofs.indices where !members(index).isEmpty {
                text.line()
                declareOneof(index, &text)
            }
            for type in message.enums {
                text.line()
                EnumGenerator.generate(type, options, registry, into: &text)
            }
            for nested in message.messages where !nested.isMapEntry {
                text.line()
                try MessageGenerator(nested, options, registry).generate(into: &text)
            }
            text.line()
            codec(&text)
        }
    }

    /// A stored property, or one over a box.
    private struct Property {
        let name: String
        let type: String
        let defaultValue: String
        let comment: [String]
        let box: String?

        func declare(_ options: Options, _ text: inout SwiftText) {
            text.doc(comment)
            guard let box else {
                return text.line("\(options.visibility) var \(name): \(type) = \(defaultValue)")
            }
            let stored = "_" + name.filter { $0 != "`" }
            text.block("\(options.visibility) var \(name): \(type)") { text in
                text.line("get { self.\(stored)?.value }")
                text.line("set { self.\(stored) = newValue.map { \(box)($0) } }")
            }
            text.line("private var \(stored): \(box)<\(type.dropLast())>?")
        }
    }

    private var properties: [Property] {
        var result: [Property] = []
        var declared: Set<Int> = []
        for field in fields {
            if case .oneof(let index) = field.shape {
                guard declared.insert(index).inserted else { continue }
                result.append(
                    Property(
                        name: oneofName(index), type: "\(oneofType(index))?", defaultValue: "nil", comment: message.oneofs[index].comment,
                        box: nil))
            } else {
                result.append(
                    Property(
                        name: field.name, type: field.type, defaultValue: field.defaultValue, comment: field.proto.comment,
                        box: field.shape == .boxed ? registry.codec("Box") : nil))
            }
        }
        return result
    }

    private func memberwise(_ text: inout SwiftText) {
        text.line()
        let parameters = properties.map { "\($0.name): \($0.type) = \($0.defaultValue)" }
        let oneLine = "\(options.visibility) init(\(parameters.joined(separator: ", ")))"
        if oneLine.count <= 110 {
            text.block(oneLine) { text in
                for property in properties { text.line("self.\(property.name) = \(property.name)") }
            }
        } else {
            text.line("\(options.visibility) init(")
            for (index, parameter) in parameters.enumerated() {
                text.line("    \(parameter)\(index == parameters.count - 1 ? "" : ",")")
            }
            text.block(")") { text in
                for property in properties { text.line("self.\(property.name) = \(property.name)") }
            }
        }
    }

    // MARK: Oneofs

    private func members(_ oneof: Int) -> [FieldModel] { fields.filter { $0.shape == .oneof(oneof) } }
    private func oneofName(_ oneof: Int) -> String {
        let name = Naming.plainMember(message.oneofs[oneof].name)
        return ["unknownFields", "hashValue", "customMirror", "self"].contains(name) ? "\(name)_" : Naming.escaped(name)
    }
    private func oneofType(_ oneof: Int) -> String {
        let name = Naming.type(Naming.upper(message.oneofs[oneof].name), suffix: "Oneof")
        let taken = message.messages.map(\.name) + message.enums.map(\.name) + [typeName]
        return taken.contains(name) ? "\(name)Oneof" : name
    }

    private func declareOneof(_ oneof: Int, _ text: inout SwiftText) {
        text.doc(
            message.oneofs[oneof].comment, otherwise: "The members of `\(message.oneofs[oneof].name)`, of which one is set at the most.")
        text.block("\(options.visibility) enum \(oneofType(oneof)): \(registry.std("Hashable")), \(registry.std("Sendable"))") { text in
            for field in members(oneof) {
                text.doc(field.proto.comment)
                let indirect = field.proto.type == 11 && registry.contains(field.proto.typeName, message.fullName) ? "indirect " : ""
                text.line("\(indirect)case \(field.name)(\(field.valueType))")
            }
        }
    }

    // MARK: Codec

    private func codec(_ text: inout SwiftText) {
        let error = registry.codec("ProtobufError")
        text.block("\(options.visibility) init(readingFields reader: borrowing \(registry.codec("FieldReader"))) throws(\(error))") {
            text in
            for field in fields {
                if case .oneof = field.shape { continue }
                let stored = field.shape == .boxed ? "self._" + field.name.filter { $0 != "`" } : field.selfName
                text.line("\(stored) = \(field.read(registry))")
            }
            for index in message.oneofs.indices { readOneof(index, &text) }
            text.line("self.unknownFields = reader.unknownFields()")
        }
        text.line()
        text.block("\(options.visibility) func writeFields(into writer: borrowing \(registry.codec("FieldWriter"))) throws(\(error))") {
            text in
            for field in fields {
                for line in field.write(registry) { text.line(line) }
            }
            for index in message.oneofs.indices { writeOneof(index, &text) }
            text.line("try writer.unknownFields(self.unknownFields)")
        }
    }

    private func readOneof(_ oneof: Int, _ text: inout SwiftText) {
        guard let first = members(oneof).first else { return }
        text.cases("reader.oneofCase(\(first.index))") { text in
            for field in members(oneof) {
                text.line("case \(field.proto.number): self.\(oneofName(oneof)) = .\(field.name)(\(field.readValue(from: "reader")))")
            }
            text.line("default: self.\(oneofName(oneof)) = nil")
        }
    }

    private func writeOneof(_ oneof: Int, _ text: inout SwiftText) {
        guard !members(oneof).isEmpty else { return }
        text.cases("self.\(oneofName(oneof))") { text in
            for field in members(oneof) {
                text.line("case .\(field.name)(let value): \(field.writePresent("value", to: "writer"))")
            }
            text.line("case nil: break")
        }
    }
}
