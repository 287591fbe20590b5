import Foundation
import SampanProcess
import Testing

/// Google's protobuf in Python as the other side. What is missing fails the test; nothing is skipped.
struct PythonPeer: ~Copyable {
    struct Record: Equatable {
        let type: String
        let bytes: [UInt8]
    }
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let folder: URL
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-codec-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.run(
            "/usr/bin/env",
            [
                "protoc", "-I", "\(Self.root.path)/Tests/Protos", "-I", "\(Self.root.path)/Protos", "-I", "/usr/include",
                "--include_imports",
                "--descriptor_set_out=\(folder.path)/set.pb", "sampan/test/v1/every_kind.proto",
            ])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Random messages of every test type, serialized deterministically.
    func make(seed: Int, count: Int) throws -> [Record] {
        let out = folder.appendingPathComponent("made-\(seed)")
        try python(["make", "\(seed)", "\(count)", out.path])
        return try Self.records(out)
    }

    /// Each record parsed and serialized again by Python; type `!` where it refused.
    func echo(_ records: [Record]) throws -> [Record] {
        let (input, out) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        var data = Data()
        for record in records {
            for part in [[UInt8](record.type.utf8), record.bytes] {
                unsafe withUnsafeBytes(of: UInt32(part.count).bigEndian) { unsafe data.append(contentsOf: $0) }
                data.append(contentsOf: part)
            }
        }
        try data.write(to: input)
        try python(["echo", input.path, out.path])
        return try Self.records(out)
    }

    private func python(_ arguments: [String]) throws {
        let python = Self.root.appendingPathComponent(".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Failure(description: "no Python with protobuf at \(python.path): run Scripts/setup")
        }
        let script = Self.root.appendingPathComponent("Tests/SampanProtobufTests/Python/protobuf_peer.py")
        try Self.run(python.path, [script.path, "\(folder.path)/set.pb"] + arguments)
    }

    private static func run(_ tool: String, _ arguments: [String]) throws {
        guard try ChildProcess(program: tool, arguments: arguments).wait() == 0 else {
            throw Failure(description: "\(tool) \(arguments.first ?? "") failed: run Scripts/setup (protoc, .venv with protobuf)")
        }
    }

    private static func records(_ file: URL) throws -> [Record] {
        let bytes = [UInt8](try Data(contentsOf: file))
        var position = 0
        func part() -> [UInt8] {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            defer { position += 4 + length }
            return [UInt8](bytes[position + 4..<position + 4 + length])
        }
        var records: [Record] = []
        while position < bytes.count {
            let name = String(decoding: part(), as: UTF8.self)
            records.append(Record(type: name, bytes: part()))
        }
        return records
    }
}
