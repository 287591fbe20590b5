/// What `descriptor.proto` says of a `.proto` file, as far as the generator needs it.
struct ProtoFile {
    let name: String
    let package: String
    let syntax: String
    let messages: [ProtoMessage]
    let enums: [ProtoEnum]
    let services: [ProtoService]
    /// Whether it names other files, whose types may stand in its messages.
    var importsFiles: Bool { !imports.isEmpty }
    let imports: [String]
    /// Its FileDescriptorProto without comments.
    let descriptor: [UInt8]

    init(_ tree: WireTree) throws {
        name = tree.text(1)
        package = tree.text(2)
        imports = tree.texts(3)
        var bare = tree
        bare.remove(9)
        descriptor = bare.bytes
        syntax = tree.text(12).isEmpty ? "proto2" : tree.text(12)
        let comments = try Comments(tree)
        let prefix = package.isEmpty ? "" : ".\(package)"
        messages = try tree.trees(4).enumerated().map { try ProtoMessage($1, prefix, [4, $0], comments) }
        enums = try tree.trees(5).enumerated().map { try ProtoEnum($1, prefix, [5, $0], comments) }
        let package = package
        services = try tree.trees(6).enumerated().map { try ProtoService($1, package, [6, $0], comments) }
    }
}

extension ProtoFile {
    /// Full names of what the file declares, without their leading dot.
    var symbols: [String] {
        func names(_ message: ProtoMessage) -> [String] {
            [message.fullName] + message.enums.map(\.fullName) + message.messages.flatMap(names)
        }
        let types = messages.flatMap(names) + enums.map(\.fullName)
        return types.map { String($0.dropFirst()) }
            + services.flatMap { service in [service.fullName] + service.methods.map { "\(service.fullName).\($0.name)" } }
    }
}

/// Comments by the path of what they stand at (descriptor.proto, SourceCodeInfo).
struct Comments {
    private var texts: [[Int]: String] = [:]

    init(_ file: WireTree) throws {
        for info in try file.trees(9) {
            for location in try info.trees(1) {
                let parts = [location.text(3), location.text(4)].filter { !$0.isEmpty }
                if !parts.isEmpty { texts[try location.ints(1)] = parts.joined(separator: "\n") }
            }
        }
    }

    subscript(path: [Int]) -> [String] {
        guard let text = texts[path] else { return [] }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(" ") ? String(line.dropFirst()) : String(line)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}

final class ProtoMessage {
    let name: String
    let fullName: String
    let fields: [ProtoField]
    let oneofs: [(name: String, comment: [String])]
    let messages: [ProtoMessage]
    let enums: [ProtoEnum]
    let isMapEntry: Bool
    let comment: [String]

    init(_ tree: WireTree, _ prefix: String, _ path: [Int], _ comments: Comments) throws {
        name = tree.text(1)
        let fullName = "\(prefix).\(name)"
        self.fullName = fullName
        fields = try tree.trees(2).enumerated().map { ProtoField($1, comments[path + [2, $0]]) }
        oneofs = try tree.trees(8).enumerated().map { ($1.text(1), comments[path + [8, $0]]) }
        messages = try tree.trees(3).enumerated().map { try ProtoMessage($1, fullName, path + [3, $0], comments) }
        enums = try tree.trees(4).enumerated().map { try ProtoEnum($1, fullName, path + [4, $0], comments) }
        isMapEntry = try tree.trees(7).contains { $0.int(7) == 1 }
        comment = comments[path]
    }
}

struct ProtoField {
    let name: String
    let number: Int
    /// 1 optional, 2 required, 3 repeated.
    let label: Int
    /// 1 double … 18 sint64 (descriptor.proto, FieldDescriptorProto.Type).
    let type: Int
    let typeName: String
    let isProto3Optional: Bool
    /// Index of the oneof it is a member of; nil for the synthetic one of `optional`.
    let oneof: Int?
    let comment: [String]

    init(_ tree: WireTree, _ comment: [String]) {
        name = tree.text(1)
        number = tree.int(3) ?? 0
        label = tree.int(4) ?? 1
        type = tree.int(5) ?? 0
        typeName = tree.text(6)
        isProto3Optional = tree.int(17) == 1
        oneof = isProto3Optional ? nil : tree.int(9)
        self.comment = comment
    }
}

struct ProtoEnum {
    let name: String
    let fullName: String
    let values: [(name: String, number: Int, comment: [String])]
    let comment: [String]

    init(_ tree: WireTree, _ prefix: String, _ path: [Int], _ comments: Comments) throws {
        name = tree.text(1)
        fullName = "\(prefix).\(name)"
        values = try tree.trees(2).enumerated().map { ($1.text(1), $1.int(2) ?? 0, comments[path + [2, $0]]) }
        comment = comments[path]
    }
}

struct ProtoService {
    struct Method {
        let name: String
        let input: String
        let output: String
        let clientStreams: Bool
        let serverStreams: Bool
        /// 0 unknown, 1 no side effects, 2 idempotent.
        let idempotency: Int
        let comment: [String]
    }
    let name: String
    let fullName: String
    let methods: [Method]
    let comment: [String]

    init(_ tree: WireTree, _ package: String, _ path: [Int], _ comments: Comments) throws {
        name = tree.text(1)
        fullName = package.isEmpty ? name : "\(package).\(name)"
        comment = comments[path]
        methods = try tree.trees(2).enumerated().map { index, method in
            Method(
                name: method.text(1), input: method.text(2), output: method.text(3),
                clientStreams: method.int(5) == 1, serverStreams: method.int(6) == 1,
                idempotency: try method.trees(4).compactMap { $0.int(34) }.last ?? 0,
                comment: comments[path + [2, index]])
        }
    }
}
