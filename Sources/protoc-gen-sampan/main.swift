import Foundation

/// Three uses, all reading from standard input (`Scripts/generate-protos` shows them together):
///
/// - without arguments: a plugin of protoc that makes Swift (`protoc --sampan_out=…`);
/// - `c-request FILE…`: a FileDescriptorSet in, the request for protoc-gen-c out;
/// - `c-unpack DIRECTORY MODULE FILE.pb FILE…`: the response of protoc-gen-c in, C files and the module's face written below the directory.
let input = [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
let arguments = CommandLine.arguments.dropFirst()

switch arguments.first {
case "c-request":
    try Run.cRequest(input, Array(arguments.dropFirst()))
case "c-unpack" where arguments.count > 4:
    let rest = Array(arguments.dropFirst())
    try Run.cUnpack(input, directory: rest[0], module: rest[1], set: rest[2], files: Array(rest[3...]))
case nil:
    try Run.plugin(input)
default:
    FileHandle.standardError.write(Data("usage: protoc-gen-sampan [c-request FILE… | c-unpack DIRECTORY MODULE SET FILE…]\n".utf8))
    exit(2)
}

enum Run {
    /// plugin.proto: CodeGeneratorRequest → CodeGeneratorResponse. What is wrong with a contract is told to protoc.
    static func plugin(_ input: [UInt8]) throws {
        var response = WireTree()
        // FEATURE_PROTO3_OPTIONAL
        response.add(2, 1)
        do {
            let request = try WireTree(input)
            let wanted = request.texts(1)
            let files = try request.trees(15).map { try ProtoFile($0) }
            let generator = FileGenerator(
                options: try Options(parameter: request.text(2)), registry: Registry(files),
                packages: Dictionary(files.map { ($0.name, $0.package) }) { first, _ in first })
            for output in try generator.generate(files.filter { wanted.contains($0.name) }) {
                var file = WireTree()
                file.add(1, output.name)
                file.add(15, output.content)
                response.add(15, file)
            }
        } catch let unsupported as Registry.Unsupported {
            response.add(1, unsupported.reason)
        }
        try FileHandle.standardOutput.write(contentsOf: Data(response.bytes))
    }

    static func cRequest(_ input: [UInt8], _ wanted: [String]) throws {
        var request = WireTree()
        for name in wanted { request.add(1, name) }
        for file in try WireTree(input).trees(1) { request.add(15, try CContract.rewrite(file)) }
        try FileHandle.standardOutput.write(contentsOf: Data(request.bytes))
    }

    static func cUnpack(_ input: [UInt8], directory: String, module: String, set: String, files wanted: [String]) throws {
        let response = try WireTree(input)
        guard response.text(1).isEmpty else { throw Registry.Unsupported(reason: "protoc-gen-c: \(response.text(1))") }
        var outputs = try response.trees(15).map { FileGenerator.Output(name: $0.text(1), content: $0.text(15)) }
        let descriptors = [UInt8](try Data(contentsOf: URL(fileURLWithPath: set)))
        let files = try WireTree(descriptors).trees(1).map { try ProtoFile($0) }
        outputs += try CAccessors.generate(files.filter { wanted.contains($0.name) }, module: module)
        for output in outputs {
            let url = URL(fileURLWithPath: directory).appendingPathComponent(output.name)
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(output.content.utf8).write(to: url)
        }
    }
}
