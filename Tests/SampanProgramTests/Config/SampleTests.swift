import Foundation
import SampanTestSupport
import Testing

@Suite("Sample configurations and units")
struct SampleTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    @Test("the program takes each sample", arguments: ["hospital", "center", "platform", "gateway", "ferry"])
    func samples(kind: String) async throws {
        let run = try await ProgramRun.of(["config", "check", "\(Self.root)/Docs/Samples/\(kind).yaml"])
        #expect(run.code == 0 && run.output.hasSuffix("is the configuration of a \(kind)\n"), "\(run.output)\(run.errors)")
        // Its folders are not there, and nothing else is wrong with it.
        let check = try await ProgramRun.of(["check", "--config", "\(Self.root)/Docs/Samples/\(kind).yaml", "--offline"])
        #expect(check.output.contains("is the configuration of a \(kind)"), "\(check.output)")
    }

    @Test("each unit names commands and options that the program has", arguments: ["sampan@.service", "sampan-ferry.service"])
    func units(unit: String) async throws {
        let text = try String(contentsOfFile: "\(Self.root)/Scripts/systemd/\(unit)", encoding: .utf8)
        let commands = text.split(separator: "\n").compactMap { line in
            line.hasPrefix("Exec") ? line.split(separator: "=", maxSplits: 1).last.map(String.init) : nil
        }.filter { $0.hasPrefix("/usr/bin/sampan ") }
        #expect(commands.count == 2)
        for command in commands {
            let words = command.split(separator: " ").dropFirst().map { $0.hasPrefix("/etc/sampan/") ? "/nowhere/node.yaml" : String($0) }
            let run = try await ProgramRun.of(words)
            #expect(run.code == 1 && run.errors.contains("/nowhere/node.yaml: is not there"), "\(command): \(run.code) \(run.errors)")
        }
    }
}
