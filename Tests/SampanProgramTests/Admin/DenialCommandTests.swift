import ArgumentParser
import SampanAPI
import SampanRPC
import Synchronization
import Testing

@testable import sampan

@Suite("sampan revoke, lock and unlock, over mutual TLS")
struct DenialCommandTests {
    private static let node = "spiffe://region.example/hospital/12345678/his-1"

    private static func cut(_ name: String, _ milliseconds: Int64?) -> TrustV1.CutReport {
        TrustV1.CutReport(
            node: "spiffe://region.example/hospital/1/\(name)", connections: 2, streams: 7,
            took: milliseconds.map { GoogleProtobuf.Duration(seconds: $0 / 1_000, nanos: Int32($0 % 1_000) * 1_000_000) })
    }

    /// Answers with `cuts`; of a dry run without times.
    private static func script(_ cuts: [TrustV1.CutReport], _ seen: Requests) -> ScriptedAuthority.Script {
        var script = ScriptedAuthority.Script()
        script.revoke = { request in
            seen.add(request)
            let told =
                request.dryRun ? cuts.map { TrustV1.CutReport(node: $0.node, connections: $0.connections, streams: $0.streams) } : cuts
            return TrustV1.RevokeResponse(cuts: told, epochNumber: request.dryRun ? 0 : 9)
        }
        return script
    }

    /// What was asked for, in order.
    final class Requests: Sendable {
        private let list = Mutex<[TrustV1.RevokeRequest]>([])
        func add(_ request: TrustV1.RevokeRequest) { list.withLock { $0.append(request) } }
        var all: [TrustV1.RevokeRequest] { list.withLock { $0 } }
    }

    @Test("a run tells each node's cut, the last one last; a dry run tells what it would cut", .timeLimit(.minutes(20)))
    func revokes() async throws {
        let seen = Requests()
        let region = try await TestRegion([ScriptedAuthority(Self.script([Self.cut("a", 12), Self.cut("b", 312)], seen))])
        let command = ["revoke", "--node", "hospital/12345678/his-1", "--reason", "key-compromise"] + region.options
        let dry = try await ProgramRun.of(command + ["--dry-run"])
        #expect(dry.code == 0 && dry.lines.last == "dry run: would cut 4 connections and 14 streams at 2 nodes; nothing has changed")
        let run = try await ProgramRun.of(command + ["--yes", "--message", "密钥泄露", "--request-id", "r-1"])
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.lines.last == "last cut after 312 ms at hospital/1/b")
        #expect(seen.all.count == 2 && seen.all[0].dryRun && !seen.all[1].dryRun)
        #expect(
            seen.all.last
                == TrustV1.RevokeRequest(
                    requestID: "r-1", denial: TrustV1.Denial(reason: .keyCompromise, message: "密钥泄露", subject: .node(Self.node))))
        let unasked = try await ProgramRun.of(command)
        #expect(unasked.code == 64 && unasked.errors.contains("--yes") && seen.all.count == 2)
        await region.close()
    }

    @Test("nodes that have not answered are named, exit code 1", .timeLimit(.minutes(20)))
    func silent() async throws {
        let region = try await TestRegion([ScriptedAuthority(Self.script([Self.cut("a", 12), Self.cut("b", nil)], Requests()))])
        let run = try await ProgramRun.of(["revoke", "--institution", "1", "--reason", "cessation", "--yes"] + region.options)
        #expect(run.code == 1 && run.errors.contains("no answer from hospital/1/b"))
        #expect(run.lines.last == "last cut after 12 ms at hospital/1/a")
        let json = try await ProgramRun.of(["revoke", "--institution", "1", "--reason", "cessation", "--yes", "--json"] + region.options)
        #expect(json.code == 1 && json.output.contains("\"lastCutMilliseconds\" : 12"))
        await region.close()
    }

    @Test("where no node is there, nothing was cut, and nobody is missed")
    func nobody() {
        let table = CutTable(cuts: [], isDryRun: false)
        #expect(table.silent.isEmpty && table.text.hasSuffix("nothing was cut: no node follows the authority now"))
    }

    @Test("a lock has an end, an unlock none; a refusal is one line", .timeLimit(.minutes(20)))
    func locks() async throws {
        let ends = Mutex<[Int64]>([])
        let region = try await TestRegion([ScriptedAuthority(Self.locking { end in ends.withLock { $0.append(end) } })])
        let until = ["lock", "--institution", "1", "--until", "2030-01-01T00:00:00Z", "--yes"]
        #expect(try await ProgramRun.of(until + region.options).code == 0)
        #expect(try await ProgramRun.of(["lock", "--institution", "1", "--ttl", "2h", "--yes"] + region.options).code == 0)
        #expect(ends.withLock { $0 }.first == 1_893_456_000)
        let unlock = try await ProgramRun.of(["unlock", "--institution", "1"] + region.options)
        #expect(unlock.code == 0 && unlock.output == "institution 1 is unlocked by epoch 11\n")
        let refused = try await ProgramRun.of(["unlock", "--institution", "2"] + region.options)
        #expect(refused.code == 1 && refused.errors.hasPrefix("Error: \(region.place): FAILED_PRECONDITION: revoked for good"))
        #expect(refused.errors.split(separator: "\n").count == 1)
        await region.close()
    }

    private static func locking(_ told: @escaping @Sendable (Int64) -> Void) -> ScriptedAuthority.Script {
        var script = ScriptedAuthority.Script()
        script.lock = { request in
            guard let end = request.denial?.endsAt, request.denial?.reason == .locked else {
                throw RPCError(code: .invalidArgument, message: "")
            }
            told(end.seconds)
            return TrustV1.LockResponse(cuts: [cut("a", 1)], epochNumber: 10)
        }
        script.unlock = { request in
            guard request.denial?.subject == .institution("1") else {
                throw RPCError(code: .failedPrecondition, message: "revoked for good\n\u{1B}[2J")
            }
            return TrustV1.UnlockResponse(epochNumber: 11)
        }
        return script
    }

    @Test(
        "wrong usage is 64 and says what is right",
        arguments: [
            (["revoke", "--reason", "cessation"], "exactly one"),
            (["revoke", "--node", "a/b/c", "--institution", "1", "--reason", "cessation"], "exactly one"),
            (["revoke", "--institution", "医院", "--reason", "cessation"], "1 to 32"),
            (["revoke", "--institution", "1", "--reason", "anger"], "key-compromise"),
            (["revoke", "--serial", "xyz", "--reason", "cessation"], "ISSUERKEYID:SERIAL"),
            (["lock", "--institution", "1"], "--ttl or --until"),
            (["lock", "--institution", "1", "--ttl", "2 weeks"], "--ttl"),
            (["lock", "--institution", "1", "--until", "tomorrow"], "2027-01-31"),
            (["root", "plan"], "--kind"), (["root", "trust", "--wait", "--dry-run"], "--wait"),
            (["status", "--platform", "nowhere"], "host:port"),
            (["certs", "token", "--identity-uri", "x", "--life", "8d"], "7d"), (["probe", "host"], "host:port"),
            (["probe", "host:1", "--method", "x"], "package.Service/Method"), (["check", "--config", "a", "--identity", "b"], "--config"),
            (["status", "--certificate", "a"], "belong together"),
            (["revoke", "--certificate", "ab:01", "--reason", "cessation"], "--serial"),
        ])
    func usage(arguments: [String], hint: String) {
        let error = #expect(throws: (any Error).self) { try Sampan.parseAsRoot(arguments) }
        guard let error else { return }
        #expect(Sampan.exitCode(for: error).rawValue == 64)
        #expect(Sampan.fullMessage(for: error).contains(hint))
    }
}
