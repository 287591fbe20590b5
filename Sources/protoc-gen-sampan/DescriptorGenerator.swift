/// The Swift constant that holds a contract's own descriptor, for server reflection.
struct DescriptorGenerator {
    let options: Options

    func generate(_ file: ProtoFile, namespace: String, packages: [String: String], into text: inout SwiftText) {
        text.block("extension \(namespace)") { text in
            text.line("/// `\(file.name)` as server reflection shows it.")
            text.line("\(options.visibility) static let \(Self.constant(file.name)) = FileDescriptor(")
            text.line("    name: \"\(file.name)\",")
            let dependencies = file.imports.map { "\(Naming.namespace(packages[$0] ?? "")).\(Self.constant($0))" }
            text.line("    dependencies: [\(dependencies.joined(separator: ", "))],")
            text.line("    symbols: [")
            for symbol in file.symbols { text.line("        \"\(symbol)\",") }
            text.line("    ],")
            text.line("    base64: \"\"\"")
            let encoded = Self.base64(file.descriptor)
            // Lines of one string: each ends in a backslash, so that no newline is in it.
            for start in stride(from: 0, to: encoded.count, by: 112) {
                text.line("        \(String(encoded[start..<min(start + 112, encoded.count)]))\\")
            }
            text.line()
            text.line("        \"\"\")")
        }
    }

    static func constant(_ file: String) -> String {
        let base = file.split(separator: "/").last?.replacing(".proto", with: "") ?? ""
        return Naming.plainMember(String(base)) + "Descriptor"
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

    private static func base64(_ bytes: [UInt8]) -> [Character] {
        var out: [Character] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << ((3 - group.count) * 8)
            for index in 0...group.count { out.append(alphabet[bits >> (18 - index * 6) & 0x3F]) }
        }
        return out
    }
}
