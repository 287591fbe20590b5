import SampanAPI
import SampanRPC
import Synchronization
import Testing

@testable import sampan

@Suite("sampan root, over mutual TLS")
struct RootCommandTests {
    private static let laggard = TrustV1.Laggard(
        node: "spiffe://region.example/hospital/12345678/his-1", acknowledged: 4, showsOutgoing: true, refusal: "disk full 磁盘已满")

    private func withRegion(_ rollover: FakeRollover, _ body: (TestRegion) async throws -> Void) async throws {
        let region = try await TestRegion([ScriptedAuthority(rollover.script)])
        try await body(region)
        await region.close()
    }

    @Test("a closed gate names who is waited for, with epoch and refusal, and is exit code 1", .timeLimit(.minutes(20)))
    func closedGate() async throws {
        let rollover = FakeRollover(laggard: Self.laggard, questions: 1_000)
        try await withRegion(rollover) { region in
            for verb in [["plan", "--kind", "issuer"], ["prepare"], ["trust"]] {
                let run = try await ProgramRun.of(["root"] + verb + region.options)
                #expect(run.code == 0, "\(verb): \(run.errors)")
            }
            let run = try await ProgramRun.of(["root", "activate"] + region.options)
            #expect(run.code == 1)
            #expect(run.output.contains("hospital/12345678/his-1  4      outgoing     disk full 磁盘已满"))
            #expect(run.errors.contains("--wait"))
            let status = try await ProgramRun.of(["root", "status"] + region.options)
            #expect(status.lines.contains("plan ✓ ─ prepare ✓ ─ trust ● ─ activate ─ taint ─ retire"))
            let json = try await ProgramRun.of(["root", "status", "--json"] + region.options)
            #expect(json.output.contains("\"showsOutgoing\" : true"))
            let short = try await ProgramRun.of(["root", "activate", "--wait", "--within", "10ms"] + region.options)
            #expect(short.code == 1 && short.output.contains("hospital/12345678/his-1"))
            #expect(rollover.requests.map(\.rollover).allSatisfy { $0 == 1 })
            #expect(Set(rollover.requests.map(\.requestID)).count == rollover.requests.count, "one for each attempt")
        }
    }

    @Test("roll takes all steps, waits at gates, and goes on where it stands", .timeLimit(.minutes(20)))
    func roll() async throws {
        let rollover = FakeRollover(laggard: Self.laggard, questions: 3)
        try await withRegion(rollover) { region in
            let dry = try await ProgramRun.of(["root", "roll", "--kind", "root", "--dry-run"] + region.options)
            #expect(dry.code == 0 && dry.errors.contains("go on with plan") && rollover.requests.isEmpty)
            #expect(try await ProgramRun.of(["root", "plan", "--kind", "root"] + region.options).code == 0)
            let other = try await ProgramRun.of(["root", "roll", "--kind", "issuer"] + region.options)
            #expect(other.code == 1 && other.errors.contains("is under way"))
            let run = try await ProgramRun.of(["root", "roll", "--kind", "root"] + region.options)
            #expect(run.code == 0, "\(run.errors)")
            #expect(run.errors.contains("rollover 1 goes on") && run.errors.contains("activate waits for hospital/12345678/his-1"))
            #expect(run.output.contains("plan ✓ ─ prepare ✓ ─ trust ✓ ─ activate ✓ ─ taint ✓ ─ retire ✓"))
            #expect(rollover.requests.first?.kind == .root)
        }
    }

    @Test("a dry run says so and changes nothing; a wrong turn is the authority's reason", .timeLimit(.minutes(20)))
    func dryRun() async throws {
        let rollover = FakeRollover(laggard: Self.laggard, questions: 0)
        try await withRegion(rollover) { region in
            let run = try await ProgramRun.of(["root", "plan", "--kind", "issuer", "--dry-run"] + region.options)
            #expect(run.code == 0 && run.output.contains("nothing has changed") && rollover.status() == nil)
            let early = try await ProgramRun.of(["root", "trust"] + region.options)
            #expect(early.code == 1 && early.errors.contains("there is no rollover yet"))
            _ = try await ProgramRun.of(["root", "plan", "--kind", "issuer"] + region.options)
            let wrong = try await ProgramRun.of(["root", "retire"] + region.options)
            #expect(wrong.code == 1 && wrong.errors.contains("FAILED_PRECONDITION: not its turn"))
        }
    }

    @Test("what no waiting changes is told at once, also with --wait", .timeLimit(.minutes(20)))
    func asleep() async throws {
        let attempts = Counter()
        var script = ScriptedAuthority.Script()
        script.rollover = { TrustV1.RolloverStatus(rollover: 1, kind: .root, done: .plan, next: .prepare) }
        script.advance = { _ in
            attempts.add()
            throw RPCError(
                code: .failedPrecondition, message: "wake the root",
                details: [GoogleRPC.ErrorInfo(reason: "ROOT_ASLEEP", domain: "region.example")])
        }
        let region = try await TestRegion([ScriptedAuthority(script)])
        let run = try await ProgramRun.of(["root", "roll", "--kind", "root"] + region.options)
        #expect(run.code == 1 && run.errors.contains("FAILED_PRECONDITION: wake the root (ROOT_ASLEEP)"))
        #expect(attempts.count == 1)
        await region.close()
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)
        func add() { value.withLock { $0 += 1 } }
        var count: Int { value.withLock { $0 } }
    }

    @Test("roll takes the one that is not over to its end, else it begins the next")
    func target() throws {
        func target(_ next: TrustV1.RolloverVerb, waits: Bool) throws -> UInt64 {
            try RolloverDriver.target(
                .root, TrustV1.RolloverStatus(rollover: 3, kind: .root, done: .retire, next: next, laggards: waits ? [Self.laggard] : []))
        }
        #expect(try RolloverDriver.target(.issuer, nil) == 1)
        #expect(try target(.taint, waits: true) == 3)
        #expect(try target(.taint, waits: false) == 3)
        #expect(try target(.plan, waits: true) == 3, "only its last step is waited for")
        #expect(try target(.plan, waits: false) == 4)
    }

    @Test(
        "where a rollover stands is drawn",
        arguments: [
            (TrustV1.RolloverVerb.plan, TrustV1.RolloverVerb.prepare, false, "plan ✓ ─ prepare ─ trust ─ activate ─ taint ─ retire"),
            (.trust, .activate, true, "plan ✓ ─ prepare ✓ ─ trust ● ─ activate ─ taint ─ retire"),
            (.retire, .plan, false, "plan ✓ ─ prepare ✓ ─ trust ✓ ─ activate ✓ ─ taint ✓ ─ retire ✓"),
            (.abort, .taint, true, "plan ✓ ─ prepare ✓ ─ trust ✓ ─ activate ● ─ taint ─ retire"),
            (.abort, .plan, false, "plan ─ prepare ─ trust ─ activate ─ taint ─ retire"),
        ])
    func drawing(done: TrustV1.RolloverVerb, next: TrustV1.RolloverVerb, waits: Bool, drawing: String) {
        let status = TrustV1.RolloverStatus(
            rollover: 3, kind: .root, done: done, aborted: done == .abort, next: next, laggards: waits ? [Self.laggard] : [])
        #expect(RolloverView(status: status).drawing == drawing)
    }
}
