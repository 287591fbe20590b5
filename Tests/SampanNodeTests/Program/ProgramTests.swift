import Foundation
import SampanMesh
import SampanRPC
import SampanStorage
import SampanTransport
import StoreTestSupport
import Testing

@Suite("sampan serve and sampan ferry", .timeLimit(.minutes(20)))
struct ProgramTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let now = Int64(Date.now.timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: directory.file("ca"), trustDomain: "region.example", organization: nil, days: 1, now: now)
        for (role, node) in [(PeerIdentity.Role.gateway, "gateway"), (.ferry, "ferry")] {
            let identity = try PeerIdentity(trustDomain: "region.example", role: role, institution: "4699010001", node: node)
            _ = try authority.issue(
                NodeCertificateRequest(identity: identity, dnsNames: ["localhost"], addresses: ["127.0.0.1"], days: 1),
                prefix: directory.file(node), now: now)
        }
    }

    private func gateway(
        listen: String = "127.0.0.1:0", domain: String = "region.example", certificate: String = "gateway.pem",
        key: String = "gateway.key", data: String = "data", loops: Int = 1
    ) throws -> String {
        try write(
            "gateway.yaml",
            """
            listen: \(listen)
            trust-domain: \(domain)
            certificate: \(certificate)
            key: \(key)
            trust: ca/trust.pem
            data: \(data)
            loops: \(loops)
            institutions: { scheme: local, codes: ["4699010001"] }
            channel: { address: "127.0.0.1:1" }
            """)
    }

    private func ferry(
        to address: String = "127.0.0.1:1", workers: Int = 3, name: String = "ferry", his: String = "database: his.db, seed: payment-day"
    ) throws -> String {
        try write(
            "ferry.yaml",
            """
            gateway: \(address)
            trust-domain: region.example
            certificate: \(name).pem
            key: \(name).key
            trust: ca/trust.pem
            workers: \(workers)
            institutions: { scheme: local }
            his: { \(his) }
            """)
    }

    private func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: directory.file(name), atomically: false, encoding: .utf8)
        return directory.file(name)
    }

    private func run(_ arguments: String...) async throws -> (status: Int32, error: String) {
        let program = try RunningProgram(arguments, in: directory)
        return (await program.status, program.standardError)
    }

    @Test("serve drains and exits 0 at SIGTERM and SIGINT, and can be started again on its data", arguments: [SIGTERM, SIGINT])
    func stops(signal: Int32) async throws {
        let file = try gateway()
        for _ in 0..<2 {
            let program = try RunningProgram(["serve", "--config", file], in: directory)
            #expect(try await program.ready().hasPrefix("127.0.0.1:"))
            program.signal(signal)
            #expect(await program.status == 0, "\(program.standardError)")
            #expect(!program.standardError.contains("Fatal") && !program.standardError.contains("Error:"))
        }
    }

    @Test("at SIGHUP the file is read again: what can change counts, the rest is named, and a file that is wrong changes nothing")
    func reloads() async throws {
        let file = try gateway()
        let program = try RunningProgram(["serve", "--config", file], in: directory)
        _ = try await program.ready()
        func told(_ text: String) async throws {
            program.signal(SIGHUP)
            while !program.standardError.contains(text) { try await RunningProgram.moment() }
        }
        let before = try String(contentsOfFile: file, encoding: .utf8)
        try (before.replacing("loops: 1", with: "loops: 2") + "\npeers: [{ from: [10.0.0.0/8] }]")
            .write(toFile: file, atomically: true, encoding: .utf8)
        try await told("changed=loops, peers")
        #expect(program.standardError.contains("at-restart=loops"), "\(program.standardError)")
        try (before + "\npears: [{ from: [10.0.0.0/8] }]").write(toFile: file, atomically: true, encoding: .utf8)
        try await told("pears is not a known key; did you mean peers?")
        #expect(program.standardError.contains("all is as before"))
        program.signal(SIGTERM)
        #expect(await program.status == 0, "\(program.standardError)")
    }

    @Test("GW-01 GW-04 workers are processes that listen on nothing; a dead one is replaced; all end at SIGTERM")
    func supervises() async throws {
        let gateway = try RunningProgram(["serve", "--config", gateway()], in: directory)
        let address = try await gateway.ready()
        let ferry = try RunningProgram(["ferry", "--config", ferry(to: address)], in: directory)
        let first = try await ferry.children { $0.count == 3 }
        kill(first[0], SIGKILL)
        let second = try await ferry.children { $0.count == 3 && !$0.contains(first[0]) }
        for _ in 0..<5 { #expect(try listeners(of: [ferry.number] + second).isEmpty) }
        // The table is read in pieces while other tests change it, and may lack a line; the gateway's is seen in the end.
        while try listeners(of: [gateway.number]).isEmpty { try await RunningProgram.moment() }
        ferry.signal(SIGTERM)
        #expect(await ferry.status == 0, "\(ferry.standardError)")
        #expect(second.allSatisfy { !RunningProgram.isAlive($0) })
        gateway.signal(SIGTERM)
        #expect(await gateway.status == 0)
    }

    @Test("GW-04 workers end when their supervisor is killed, however it dies")
    func orphans() async throws {
        let ferry = try RunningProgram(["ferry", "--config", ferry()], in: directory)
        var workers = try await ferry.children { $0.count == 3 }
        // One that was started later holds the ends of others' pipes, if any does.
        kill(workers[1], SIGKILL)
        let killed = workers[1]
        workers = try await ferry.children { $0.count == 3 && !$0.contains(killed) }
        // Their lifeline is in place once they say that they cannot reach the gateway.
        while ferry.standardError.components(separatedBy: "a turn of the worker failed").count < 5 { try await RunningProgram.moment() }
        ferry.signal(SIGKILL)
        // Ends with the suite's time limit when one lives on.
        while workers.contains(where: RunningProgram.isAlive) { try await RunningProgram.moment() }
    }

    /// Listening TCP sockets that the processes hold, from the kernel's table.
    private func listeners(of processes: [pid_t]) throws -> Set<String> {
        var listening: Set<String> = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            for line in try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").dropFirst() {
                let fields = line.split(separator: " ")
                if fields[3] == "0A" { listening.insert("socket:[\(fields[9])]") }
            }
        }
        var held: Set<String> = []
        for process in processes {
            for file in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? [] {
                if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\(file)") {
                    held.insert(target)
                }
            }
        }
        return listening.intersection(held)
    }

    @Test(
        "usage errors are 64 and name the flag",
        arguments: [
            (["serve"], "--config"), (["serve", "--confg", "a"], "--config"), (["serve", "--config", "a", "--bogus"], "--bogus"),
            (["serve", "--config", "a", "--log-level", "loud"], "--log-level"),
            (["ferry"], "--config"), (["ferry", "--config", "a", "--worker", "many"], "--worker"),
            (["serve", "--config", "a", "more"], "more"),
        ])
    func usage(arguments: [String], hint: String) async throws {
        let program = try RunningProgram(arguments, in: directory)
        #expect(await program.status == 64 && program.standardError.contains(hint), "\(program.standardError)")
    }

    @Test("a worker number that the file does not have is a usage error")
    func wrongWorker() async throws {
        for number in ["3", "-1"] {
            let result = try await run("ferry", "--config", ferry(), "--worker=\(number)")
            #expect(result.status == 64 && result.error.contains("workers 0 to 2"), "\(result.error)")
        }
    }

    /// One line for a person, exit code 1, no stack trace.
    private func expect(_ result: (status: Int32, error: String), _ hint: String) {
        let lines = result.error.split(separator: "\n").filter { $0.hasPrefix("Error:") }
        #expect(result.status == 1 && lines.count == 1 && (lines.first?.contains(hint) ?? false), "\(result.error)")
        #expect(
            !result.error.contains("Fatal") && !result.error.contains("Backtrace") && !result.error.contains("storage("), "\(result.error)")
    }

    @Test("CE-01 what keeps a node from starting is one clear line and exit code 1")
    func failures() async throws {
        expect(try await run("serve", "--config", directory.file("nothing.yaml")), "nothing.yaml: is not there")
        expect(try await run("ferry", "--config", directory.file("nothing.yaml")), "nothing.yaml: is not there")
        expect(try await run("serve", "--config", gateway(domain: "other.example")), "trust domain region.example")
        expect(try await run("serve", "--config", gateway(key: "nothing.key")), "nothing.key")
        expect(try await run("serve", "--config", gateway(certificate: "ferry.pem", key: "ferry.key")), "role ferry")
        expect(try await run("ferry", "--config", ferry(name: "gateway")), "role gateway")
        expect(try await run("ferry", "--config", ferry(name: "nothing")), "nothing.pem")
        expect(try await run("serve", "--config", gateway(key: "ferry.key")), "key")
        expect(try await run("serve", "--config", gateway(listen: "gateway.example:1")), "numeric address")
        expect(try await run("serve", "--config", gateway(listen: "192.0.2.1:1")), "192.0.2.1:1")
        expect(try await run("serve", "--config", gateway(data: "/proc/nothing")), "/proc/nothing")
        try Data("no database".utf8).write(to: URL(fileURLWithPath: directory.file("requests.db")))
        expect(try await run("serve", "--config", gateway(data: directory.path)), "requests.db")
        expect(try await run("ferry", "--config", ferry(his: "database: /proc/nothing/his.db"), "--worker", "0"), "his.db")
        expect(try await run("ferry", "--config", ferry(his: "database: his.db, fault-plan: none.csv"), "--worker", "0"), "none.csv")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory.file("gateway.key"))
        expect(try await run("serve", "--config", gateway()), "gateway.key")
    }

    @Test("a port that is taken is named, and never shared with another process", arguments: [1, 2])
    func portInUse(loops: Int) async throws {
        let first = try RunningProgram(["serve", "--config", gateway(loops: loops)], in: directory)
        let address = try await first.ready()
        expect(try await run("serve", "--config", gateway(listen: address, data: "data2", loops: loops)), address)
        expect(try await run("serve", "--config", gateway()), "in use by another node")
        first.signal(SIGTERM)
        #expect(await first.status == 0)
    }

    @Test("PL-05 a denial is in the gateway's audit log, signed; a log that somebody has cut off keeps it from starting, and is named")
    func audited() async throws {
        let program = try RunningProgram(["serve", "--config", gateway()], in: directory)
        let address = try await program.ready()
        let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
        let credentials = try NodeCredentials(
            certificateFile: directory.file("ferry.pem"), keyFile: directory.file("ferry.key"), trustFile: directory.file("ca/trust.pem"),
            trustDomain: "region.example")
        let group = try EventLoopGroup(count: 1)
        let channel = try ClientChannel(group: group, host: "127.0.0.1", port: port, credentials: credentials)
        let method = MethodDescriptor(service: "sampan.payment.v1.PaymentService", name: "GetPayment", kind: .unary)
        for _ in 0..<3 {
            let error = await #expect(throws: RPCError.self) { try await channel.unary(method, FramedMessage(payload: []), .defaults) }
            #expect(error?.code == .permissionDenied)
        }
        await channel.shutdown(grace: .zero)
        await group.shutdown()
        program.signal(SIGTERM)
        #expect(await program.status == 0, "\(program.standardError)")
        let data = directory.file("data")
        var records: [AuditRecord] = []
        try AuditArchive(path: "\(data)/audit.db").forEach { _, record in records.append(record) }
        #expect(records.reduce(0) { $0 + $1.count } == 3)
        #expect(records.first?.actor == "spiffe://region.example/ferry/4699010001/ferry" && records.first?.reason == "ROLE_NOT_ALLOWED")
        #expect(records.first?.rules == ["sampan.payment.v1.PaymentService"] && records.first?.policyHash.count == 32)
        let verify = try await run("audit", "verify", data, "--trust", directory.file("ca/trust.pem"))
        #expect(verify.status == 0, "\(verify.error)")
        let database = try SQLiteDatabase(path: "\(data)/audit.db", schema: AuditArchive.schema)
        try await database.write { tx in try tx.execute("DELETE FROM entries") }
        await database.close()
        #expect(try await run("audit", "verify", data).status == 1)
        expect(try await run("serve", "--config", gateway()), "audit.db: the end was cut off")
    }
}
