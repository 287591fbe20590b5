import Foundation
import SampanJSON
import SampanProcess

/// Google's `json_format` in Python as the other side. What is missing fails the test; nothing is skipped.
struct JSONOracle: ~Copyable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let folder: URL
    /// The contracts that both sides use, as protoc made them.
    let pool: DescriptorPool
    private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("..").standardized
    private static let root = tests.appendingPathComponent("../..").standardized

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-json-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let set = folder.appendingPathComponent("set.pb")
        try Self.run(
            "/usr/bin/env",
            [
                "protoc", "-I", "\(Self.tests.path)/Python", "-I", "\(Self.root.path)/Tests/Protos", "-I", "\(Self.root.path)/Protos", "-I",
                "/usr/include", "--include_imports", "--descriptor_set_out=\(set.path)", "json_kinds.proto",
                "sampan/test/v1/every_kind.proto",
            ])
        // A FileDescriptorSet is a list of files in field 1.
        var (bytes, files): (ArraySlice<UInt8>, [[UInt8]]) = ([UInt8](try Data(contentsOf: set))[...], [])
        while bytes.popFirst() == 0x0A {
            var (length, shift) = (0, 0)
            while let byte = bytes.popFirst() {
                length |= Int(byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 { break }
            }
            files.append(Array(bytes.prefix(length)))
            bytes = bytes.dropFirst(length)
        }
        pool = try DescriptorPool(files: files)
        self.folder = folder
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Random messages: type and wire.
    func make(seed: Int, count: Int) throws -> [(type: String, wire: [UInt8])] {
        let out = folder.appendingPathComponent("made")
        try python(["make", "\(seed)", "\(count)", out.path])
        let parts = try Self.parts(out)
        return stride(from: 0, to: parts.count, by: 2).map { (String(decoding: parts[$0], as: UTF8.self), parts[$0 + 1]) }
    }

    /// `print` or `parse` of json_oracle.py over records of four parts; one answer a record.
    func ask(_ what: String, _ records: [[[UInt8]]]) throws -> [String] {
        let (input, out) = (folder.appendingPathComponent("in"), folder.appendingPathComponent("out"))
        var data = Data()
        for part in records.joined() {
            for shift in [24, 16, 8, 0] { data.append(UInt8(truncatingIfNeeded: part.count >> shift)) }
            data.append(contentsOf: part)
        }
        try data.write(to: input)
        try python([what, input.path, out.path])
        return try Self.parts(out).map { String(decoding: $0, as: UTF8.self) }
    }

    private func python(_ arguments: [String]) throws {
        let python = ProcessInfo.processInfo.environment["SAMPAN_PYTHON"] ?? "\(Self.root.path)/.venv/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw Failure(description: "no Python with protobuf at \(python): run Scripts/setup")
        }
        try Self.run(python, ["\(Self.tests.path)/Python/json_oracle.py", "\(folder.path)/set.pb"] + arguments)
    }

    private static func run(_ tool: String, _ arguments: [String]) throws {
        guard try ChildProcess(program: tool, arguments: arguments).wait() == 0 else {
            throw Failure(description: "\(tool) \(arguments.first ?? "") failed: run Scripts/setup (protoc, .venv with protobuf)")
        }
    }

    private static func parts(_ file: URL) throws -> [[UInt8]] {
        let bytes = [UInt8](try Data(contentsOf: file))
        var (parts, position): ([[UInt8]], Int) = ([], 0)
        while position + 4 <= bytes.count {
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            parts.append([UInt8](bytes[position + 4..<position + 4 + length]))
            position += 4 + length
        }
        return parts
    }
}
