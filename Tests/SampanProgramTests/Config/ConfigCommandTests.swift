import Foundation
import StoreTestSupport
import Testing

@Suite("sampan config")
struct ConfigCommandTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let text = """
        role: hospital
        listen: 127.0.0.1:7443
        trust-domain: region.example
        trust-folder: 信任
        platform: 10.0.0.1:7440
        data: data
        """

    private func write(_ text: String) throws -> String {
        try text.write(toFile: directory.file("node.yaml"), atomically: false, encoding: .utf8)
        return directory.file("node.yaml")
    }

    @Test("check names the kind of a file that is in order, and the place of what is not")
    func check() async throws {
        let good = try await ProgramRun.of(["config", "check", write(Self.text)])
        #expect(good.code == 0 && good.output.hasSuffix("node.yaml is the configuration of a hospital\n"), "\(good.output)\(good.errors)")
        let bad = try await ProgramRun.of(["config", "check", write(Self.text.replacing("listen:", with: "lisen:"))])
        #expect(bad.code == 1 && bad.errors.contains("node.yaml:2: lisen is not a known key; did you mean listen?"), "\(bad.errors)")
        let none = try await ProgramRun.of(["config", "check", directory.file("none.yaml")])
        #expect(none.code == 1 && none.errors.contains("none.yaml: is not there"), "\(none.errors)")
    }

    @Test("show tells what holds and where it was said, the environment's word before the file's")
    func show() async throws {
        let environment = ["SAMPAN_CONFIG_DATA": "/var/lib/sampan"]
        let file = try write(Self.text)
        let shown = try await ProgramRun.of(["config", "show", file], environment: environment)
        let rows = shown.lines.map { $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init) }
        #expect(shown.code == 0 && rows.first == ["key", "value", "from"], "\(shown.output)\(shown.errors)")
        #expect(rows.contains(["trust-folder", "信任", "line", "4"]) && rows.contains(["loops", "1", "default"]))
        #expect(rows.contains(["data", "/var/lib/sampan", "SAMPAN_CONFIG_DATA"]) && rows.contains(["mesh", "-", "left", "out"]))
        let json = try await ProgramRun.of(["config", "show", file, "--json"], environment: environment)
        let array = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        let data = try #require(array.first { $0["key"] as? String == "data" })
        #expect(data["from"] as? String == "environment" && data["variable"] as? String == "SAMPAN_CONFIG_DATA" && data["line"] == nil)
    }

    @Test("the schema is JSON, and names every role")
    func schema() async throws {
        let run = try await ProgramRun.of(["config", "schema"])
        let top = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
        #expect((top["$defs"] as? [String: Any])?.keys.sorted() == ["ferry", "gateway", "mesh", "platform"])
    }
}
