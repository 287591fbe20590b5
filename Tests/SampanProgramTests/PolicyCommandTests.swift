import ArgumentParser
import Foundation
import StoreTestSupport
import Testing

@testable import sampan

@Suite("sampan policy")
struct PolicyCommandTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Sampan.parseAsRoot(["policy"] + arguments)
            try command.run()
            return 0
        } catch {
            return Sampan.exitCode(for: error).rawValue
        }
    }

    private func file(_ name: String, _ rules: String) throws -> String {
        let file = directory.file(name)
        try "version: 1\nrules:\n\(rules)\n".write(toFile: file, atomically: false, encoding: .utf8)
        return file
    }

    private static let health = "  - {id: health, methods: [grpc.health.v1.Health], roles: [app, hospital]}"

    @Test("check: clean 0, warnings 1, no policy 2, wrong usage 64")
    func check() throws {
        let clean = try file("a.yaml", Self.health)
        let idle = try file("b.yaml", Self.health + "\n  - {id: late, methods: [grpc.health.v1.Health], roles: [app]}")
        let unknown = try file("c.yaml", Self.health + "\n  - {id: 'x', methods: [grpc.health.v1.Heath], roles: [app]}")
        for json in [[], ["--json"]] {
            #expect(run(["check", clean] + json) == 0)
            #expect(run(["check", idle] + json) == 1)
            #expect(run(["check", unknown] + json) == 1)
            #expect(run(["check", try file("d.yaml", "  - {id: a}")] + json) == 2)
            #expect(run(["check", directory.file("无.yaml")] + json) == 2)
        }
        #expect(run(["check"]) == 64)
    }

    @Test("diff: the same 0, another 1, no policy 2; a dash is what a gateway does without one")
    func diff() throws {
        let old = try file("旧.yaml", Self.health)
        let new = try file("新.yaml", "  - {id: other, methods: [grpc.health.v1.Health], roles: [hospital, app]}")
        let wider = try file("c.yaml", "  - {id: all, methods: [grpc.health.v1.Health], roles: [hospital, app, ferry]}")
        for json in [[], ["--json"]] {
            #expect(run(["diff", old, new] + json) == 0)
            #expect(run(["diff", old, wider] + json) == 1)
            #expect(run(["diff", "-", wider] + json) == 1)
            #expect(run(["diff", old, directory.file("none.yaml")] + json) == 2)
        }
        #expect(run(["diff", old]) == 64)
    }
}
