import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@testable import sampan

@Suite("sampan journal, over mutual TLS")
struct JournalCommandTests {
    private static func entries(_ count: Int) throws -> [TrustV1.JournalEntry] {
        let node = try PeerIdentity(trustDomain: "region.example", role: .hospital, institution: "1", node: "a")
        var entries: [AuthorityJournalEntry] = []
        for index in 0..<count {
            let record = AuthorityRecord(
                at: UnixTime(nanoseconds: 1_893_456_000_000_000_000), actor: "spiffe://region.example/admin/health/li",
                events: [index == 0 ? .nodesLeftBehind([node]) : .denialLifted(.institution("\(index)"))])
            entries.append(
                try AuthorityJournalEntry(record, after: entries.last?.number ?? 0, entries.last?.hash ?? AuthorityJournalEntry.noHash))
        }
        return entries.map {
            TrustV1.JournalEntry(number: $0.number, previousHash: $0.previousHash, record: $0.record, hash: $0.hash)
        }
    }

    private func run(_ entries: [TrustV1.JournalEntry], _ arguments: [String] = []) async throws -> ProgramRun {
        var script = ScriptedAuthority.Script()
        script.journal = entries
        let region = try await TestRegion([ScriptedAuthority(script)])
        let run = try await ProgramRun.of(["journal"] + arguments + region.options)
        await region.close()
        return run
    }

    @Test("a whole journal tells who did what when", .timeLimit(.minutes(20)))
    func whole() async throws {
        let run = try await run(try Self.entries(3), ["--from", "2"])
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.lines.count == 4 && run.lines[1] == "2      2030-01-01T00:00:00Z  admin/health/li  unlocked institution 1")
        #expect(run.lines.last?.hasPrefix("verified: 3 entries") == true)
    }

    @Test(
        "what was changed, dropped or moved is named, exit code 1", .timeLimit(.minutes(20)),
        arguments: [
            ("changed", "entry 2 was changed"), ("dropped", "entry 2 is missing"), ("moved", "entry 3 was moved"),
        ])
    func broken(how: String, what: String) async throws {
        var entries = try Self.entries(3)
        switch how {
        case "changed": entries[1].record.append(0)
        case "dropped": entries.remove(at: 1)
        default: entries.swapAt(1, 2)
        }
        let run = try await run(entries)
        #expect(run.code == 1 && run.errors.contains(what), "\(run.errors)")
    }

    @Test("an empty journal is whole", .timeLimit(.minutes(20)))
    func empty() async throws {
        #expect(try await run([], ["--json"]).code == 0)
    }
}
