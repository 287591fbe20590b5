/// An enum that keeps the values its contract does not have (proto3: enums are open).
enum EnumGenerator {
    /// Swift names by the names of the `.proto` file; unique.
    static func caseNames(_ type: ProtoEnum) -> [String: String] {
        var names: [String: String] = [:]
        var used: Set<String> = ["unrecognized", "allCases", "rawValue", "hashValue"]
        for value in type.values {
            var name = Naming.enumCase(value.name, of: type.name)
            if used.contains(name) { name = Naming.plainMember(value.name.lowercased()) }
            while used.contains(name) { name += "_" }
            used.insert(name)
            // `self` and `init` cannot follow a dot even in backticks.
            names[value.name] = name == "self" || name == "init" ? "\(name)_" : Naming.escaped(name)
        }
        return names
    }

    static func generate(_ type: ProtoEnum, _ options: Options, _ registry: Registry, into text: inout SwiftText) {
        let names = caseNames(type)
        let int = registry.std("Int32")
        let name = Naming.type(type.name, suffix: "Enum")
        var first: [Int: String] = [:]
        text.doc(type.comment, otherwise: "`\(type.fullName.dropFirst())`.")
        text.block(
            "\(options.visibility) enum \(name): \(registry.std("RawRepresentable")), \(registry.std("CaseIterable")), \(registry.std("Hashable")), \(registry.std("Sendable"))"
        ) { text in
            for value in type.values where first[value.number] == nil {
                first[value.number] = names[value.name]
                text.doc(value.comment)
                text.line("case \(names[value.name] ?? "")")
            }
            text.doc(["A value that this side's contract does not have; kept and sent on as it came."])
            text.line("case unrecognized(\(int))")
            for value in type.values where first[value.number] != names[value.name] {
                text.line()
                text.doc(value.comment, otherwise: "Another name of the same value.")
                text.line("\(options.visibility) static var \(names[value.name] ?? ""): Self { .\(first[value.number] ?? "") }")
            }
            text.line()
            text.block("\(options.visibility) init(rawValue: \(int))") { text in
                text.cases("rawValue") { text in
                    for (number, name) in ordered(type, first) { text.line("case \(number): self = .\(name)") }
                    text.line("default: self = .unrecognized(rawValue)")
                }
            }
            text.line()
            text.doc(["The number on the wire."])
            text.block("\(options.visibility) var rawValue: \(int)") { text in
                text.cases("self") { text in
                    for (number, name) in ordered(type, first) { text.line("case .\(name): \(number)") }
                    text.line("case .unrecognized(let value): value")
                }
            }
            text.line()
            text.doc(["The values of the contract."])
            let all = ordered(type, first).map { ".\($0.name)" }.joined(separator: ", ")
            text.line("\(options.visibility) static var allCases: [\(name)] { [\(all)] }")
        }
    }

    private static func ordered(_ type: ProtoEnum, _ first: [Int: String]) -> [(number: Int, name: String)] {
        var seen: Set<Int> = []
        return type.values.compactMap { value in
            seen.insert(value.number).inserted ? (value.number, first[value.number] ?? "") : nil
        }
    }
}
