import Foundation
import SampanFuzz
import SampanProtobuf
import Testing

@Suite("Generated messages")
struct GeneratedMessagesTests {
    private static let folders = [
        "Sources/SampanAPI/Generated", "Sources/InteropMessages/Generated", "Benchmarks/EchoMessages/Generated",
        "Tests/SampanTestMessages/Generated",
    ]

    @Test("every message that is generated anywhere in the package is fuzzed")
    func complete() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").standardized
        // Other folders of generated Swift would be missed: there are none.
        let all = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
            .filter { $0.hasSuffix(".swift") && $0.contains("/Generated/") && !$0.hasPrefix(".build") }
        var names: [String] = []
        for path in all {
            #expect(Self.folders.contains { path.hasPrefix($0) }, "\(path)")
            let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            for line in text.split(separator: "\n") where line.contains("static let protoName = \"") {
                names.append(String(line.split(separator: "\"")[1]))
            }
        }
        #expect(names.count > 100)
        #expect(names.sorted() == GeneratedMessages.all.map { $0.protoName }.sorted())
    }
}
