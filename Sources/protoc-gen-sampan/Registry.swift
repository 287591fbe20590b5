/// Every type of a run, by its full name with a leading dot.
struct Registry {
    /// A contract that cannot be generated for, told to the author of the `.proto` file.
    struct Unsupported: Error { let reason: String }

    private(set) var swiftNames: [String: String] = [:]
    private(set) var messages: [String: ProtoMessage] = [:]
    private(set) var enums: [String: ProtoEnum] = [:]
    /// Names of types anywhere in the run: a name of the standard library among them has to be written in full.
    private var localNames: Set<String> = []

    init(_ files: [ProtoFile]) {
        for file in files {
            let namespace = Naming.namespace(file.package)
            for message in file.messages { add(message, namespace) }
            for type in file.enums { add(type, namespace) }
        }
    }

    private mutating func add(_ message: ProtoMessage, _ scope: String) {
        let name = Naming.type(message.name, suffix: "Message")
        let swiftName = "\(scope).\(name)"
        messages[message.fullName] = message
        swiftNames[message.fullName] = swiftName
        guard !message.isMapEntry else { return }
        localNames.insert(name)
        for (index, oneof) in message.oneofs.enumerated() where message.fields.contains(where: { $0.oneof == index }) {
            localNames.insert(Naming.upper(oneof.name))
        }
        for nested in message.messages { add(nested, swiftName) }
        for nested in message.enums { add(nested, swiftName) }
    }

    private mutating func add(_ type: ProtoEnum, _ scope: String) {
        let name = Naming.type(type.name, suffix: "Enum")
        enums[type.fullName] = type
        swiftNames[type.fullName] = "\(scope).\(name)"
        localNames.insert(name)
    }

    func swiftName(_ fullName: String) -> String { swiftNames[fullName] ?? fullName }

    /// A name of the standard library.
    func std(_ name: String) -> String { localNames.contains(name) ? "Swift.\(name)" : name }
    /// A name of SampanProtobuf.
    func codec(_ name: String) -> String { localNames.contains(name) ? "SampanProtobuf.\(name)" : name }

    /// Whether a value of `from` holds a value of `target` in itself, not counting arrays and dictionaries, which are elsewhere in memory.
    func contains(_ from: String, _ target: String) -> Bool {
        var seen: Set<String> = []
        var open = [from]
        while let next = open.popLast() {
            if next == target { return true }
            guard seen.insert(next).inserted, let message = messages[next] else { continue }
            open += message.fields.filter { $0.type == 11 && $0.label != 3 }.map(\.typeName)
        }
        return false
    }
}
