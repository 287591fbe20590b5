import Foundation
import SampanAPI
import StoreTestSupport
import Testing

@testable import sampan

@Suite("sampan check")
struct CheckCommandTests {
    private func codes(_ run: ProgramRun) throws -> [String: String] {
        let answer = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let findings = answer?["findings"] as? [[String: String]] ?? []
        return Dictionary(findings.map { ($0["code"] ?? "", $0["severity"] ?? "") }) { first, _ in first }
    }

    @Test("a folder in order is 0; with a platform that is there, too", .timeLimit(.minutes(20)))
    func fine() async throws {
        let region = try await TestRegion([HealthService()])
        let offline = try await ProgramRun.of(["check", "--identity", region.identity, "--offline"])
        #expect(offline.code == 0 && offline.lines.last == "all in order", "\(offline.output)")
        let online = try await ProgramRun.of(["check", "--json"] + region.options)
        #expect(online.code == 0, "\(online.output)")
        #expect(try codes(online)["NT-101"] == "ok")
        await region.close()
        let gone = try await ProgramRun.of(["check", "--json"] + region.options)
        #expect(try gone.code == 2 && codes(gone)["NT-101"] == "error")
    }

    @Test("modes and missing files are told by their codes, offline", .timeLimit(.minutes(20)))
    func files() async throws {
        let region = try await TestRegion([])
        await region.close()
        let check = ["check", "--identity", region.identity, "--offline", "--json"]
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: region.identity)
        let open = try await ProgramRun.of(check)
        #expect(try open.code == 1 && codes(open)["TR-103"] == "warning")
        try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(region.identity)/identity.pem")
        let read = try await ProgramRun.of(check)
        #expect(try read.code == 2 && codes(read)["TR-102"] == "error")
        try manager.removeItem(atPath: "\(region.identity)/trust.pem")
        #expect(try codes(try await ProgramRun.of(check))["TR-105"] == "error")
        try manager.removeItem(atPath: "\(region.identity)/identity.pem")
        let empty = try await ProgramRun.of(check)
        #expect(try empty.code == 2 && codes(empty)["TR-104"] == "error" && !empty.output.contains("TR-200"))
    }

    @Test("a configuration is read, with its data folder, policy and port", .timeLimit(.minutes(20)))
    func configuration() async throws {
        let region = try await TestRegion([])
        let (file, data) = (region.directory.file("node.yaml"), region.directory.file("data"))
        func write(listen: String, policy: String = "") throws {
            let text = """
                listen: \(listen)
                trust-domain: region.example
                certificate: admin/identity.pem
                key: admin/identity.pem
                trust: admin/trust.pem
                data: \(data)
                institutions: { scheme: local, codes: [4699010001] }
                channel: { address: 10.0.0.7:7600 }
                \(policy)
                """
            try Data(text.utf8).write(to: URL(filePath: file))
        }
        try write(listen: region.place)
        let taken = try await ProgramRun.of(["check", "--config", file, "--json"])
        let found = try codes(taken)
        #expect(taken.code == 2 && found["NT-102"] == "error" && found["DT-101"] == "ok", "\(taken.output)")
        await region.close()
        let free = try await ProgramRun.of(["check", "--config", file, "--json"])
        #expect(try codes(free)["NT-102"] == "ok", "\(free.output)")
        try write(listen: region.place, policy: "policy: none.yaml")
        let policy = try await ProgramRun.of(["check", "--config", file, "--json"])
        #expect(try policy.code == 2 && codes(policy)["CF-102"] == "error", "\(policy.output)")
        let missing = try await ProgramRun.of(["check", "--config", "/nonexistent.yaml"])
        #expect(missing.code == 2 && missing.output.contains("CF-101"))
    }

    @Test("numbers are given once")
    func codesAreDistinct() {
        #expect(Set(CheckCode.allCases.map(\.rawValue)).count == CheckCode.allCases.count)
    }
}
