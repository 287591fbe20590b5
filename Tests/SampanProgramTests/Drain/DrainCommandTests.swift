import Foundation
import SampanAPI
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("sampan drain", .blocking)
struct DrainCommandTests {
    /// Programs of an institution, and how their calls end.
    private final class Load: Sendable {
        let group: EventLoopGroup
        let channel: ClientChannel
        private let isOver = Atomic(false)
        private let good = Atomic(0)
        private let failures = Mutex<[String]>([])

        init(_ region: FoundedRegion, _ folder: String, _ places: [String]) throws {
            let credentials = try NodeTrustFolder(path: region.file(folder)).read(trustDomain: FoundedRegion.domain).credentials
            group = try EventLoopGroup(count: 1)
            channel = try ClientChannel(
                group: group, endpoints: places.compactMap { HostAndPort($0).map { Endpoint($0) } }, credentials: credentials)
        }

        var count: Int { good.load(ordering: .relaxed) }
        var faults: [String] { failures.withLock { $0 } }

        /// Unary calls to `target`, or those and short streams to the node itself, one after the other until `end`. (Nodes tell the
        /// region of health alone, and a watch is meant to end.)
        func run(_ target: String?) async throws {
            var metadata = Metadata()
            if let target { try metadata.append(target, for: "sampan-to") }
            let options = CallOptions(timeout: .seconds(60), metadata: metadata)
            await withTaskGroup(of: Void.self) { tasks in
                for number in 0..<6 { tasks.addTask { await self.repeated(options, streams: target == nil && number.isMultiple(of: 2)) } }
            }
        }

        private func repeated(_ options: CallOptions, streams: Bool) async {
            while !isOver.load(ordering: .relaxed) {
                do {
                    if streams {
                        let stream = try await Self.reflection(channel, options)
                        try await Self.ask(stream)
                        await stream.finish()
                        while try await stream.next() != nil {}
                    } else {
                        _ = try await GRPCHealthV1.HealthClient(channel).check(GRPCHealthV1.HealthCheckRequest(), options: options)
                    }
                    good.add(1, ordering: .relaxed)
                } catch {
                    failures.withLock { if $0.count < 5 { $0.append("\(error)") } }
                    try? await Waiting.moment()
                }
            }
        }

        func end() { isOver.store(true, ordering: .relaxed) }

        /// Returns when so many more calls have ended well.
        func more(_ calls: Int) async throws {
            let goal = count + calls
            while count < goal, faults.isEmpty { try await Waiting.moment() }
        }

        func close() async {
            await channel.shutdown(grace: .zero)
            await group.shutdown()
        }

        // MARK: A stream that lasts as long as it is not finished

        static func reflection(_ channel: ClientChannel, _ options: CallOptions = .defaults) async throws(RPCError) -> any ClientStream {
            try await channel.open(GRPCReflectionV1.ServerReflectionMethods.serverReflectionInfo, options)
        }

        static func ask(_ stream: any ClientStream) async throws {
            // ServerReflectionRequest: list_services (7) of "".
            try await stream.send(try FramedMessage(payload: [0x3A, 0]))
            try #require(try await stream.next() != nil)
        }
    }

    private static func line(_ process: TalkingProcess, with text: String) throws -> String {
        while let line = process.line() {
            if line.contains(text) { return line }
        }
        throw RegionFault(description: "the command ended without \(text)")
    }

    private static func drain(_ region: FoundedRegion, _ node: String, _ more: [String] = []) throws -> TalkingProcess {
        try TalkingProcess(
            "\(ProgramRun.programs)/sampan", ["drain", "--node", node, "--identity", region.file("admin"), "--json"] + more)
    }

    @Test("under load by name and by address, unary and streaming, no call fails, and the routes forget the node", .timeLimit(.minutes(20)))
    func underLoad() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        let (near, first, second) = (FoundedRegion.freePlace(), FoundedRegion.freePlace(), FoundedRegion.freePlace())
        let nearNode = try await region.node("hospital/4699010001/his-1", "listen: \(near)")
        defer { nearNode.kill() }
        let going = try await region.node("center/4699010002/ecg-1", "listen: \(first)\nmesh: { advertise: [\"\(first)\"] }")
        defer { going.kill() }
        let staying = try await region.node("center/4699010002/ecg-2", "listen: \(second)\nmesh: { advertise: [\"\(second)\"] }")
        defer { staying.kill() }
        for name in ["1", "2"] { try await region.enroll("app/469901000\(name)/program", into: "program-\(name)") }
        while try await ProgramRun.of(["routes"] + region.options).lines.count(where: { $0.hasPrefix("4699010002/") }) < 2 {}
        let named = try Load(region, "program-1", [near])
        let direct = try Load(region, "program-2", [first, second])
        while (try? await GRPCHealthV1.HealthClient(named.channel).check(
            GRPCHealthV1.HealthCheckRequest(), options: CallOptions(metadata: try Self.to("4699010002")))) == nil
        { try await Waiting.moment() }
        async let namedLoad: Void = named.run("4699010002")
        async let directLoad: Void = direct.run(nil)
        try await named.more(50)
        try await direct.more(50)
        let lasting = try await Load.reflection(direct.channel)
        try await Load.ask(lasting)
        let drain = try Self.drain(region, first, ["--grace", "4m"])
        _ = try Self.line(drain, with: "\"phase\":\"emptying\"")
        // Doors are closed: what was under way goes on, and everybody else is somewhere else by now.
        try await Load.ask(lasting)
        try await named.more(200)
        try await direct.more(200)
        await lasting.finish()
        #expect(try await lasting.next() == nil, "it ended well")
        let last = try Self.line(drain, with: "\"phase\":\"over\"")
        #expect(last.contains("\"calls\":0") && last.contains("\"cutCalls\":0") && last.contains("\"problem\":\"\""), "\(last)")
        #expect(drain.wait() == 0)
        #expect(going.wait() == 0, "as after SIGTERM")
        try await named.more(100)
        try await direct.more(100)
        named.end()
        direct.end()
        try await namedLoad
        try await directLoad
        #expect(named.faults == [], "\(named.faults)")
        #expect(direct.faults == [], "\(direct.faults)")
        let routes = try await ProgramRun.of(["routes"] + region.options)
        #expect(!routes.output.contains("4699010002/ecg-1") && routes.output.contains("4699010002/ecg-2"), "\(routes.output)")
        let audit = try await ProgramRun.of(["audit", "show", region.file("center-4699010002-ecg-1-data")])
        #expect(audit.output.contains("DRAIN") && audit.output.contains("grace 4m"), "\(audit.output)\(audit.errors)")
        await named.close()
        await direct.close()
    }

    private static func to(_ target: String) throws -> Metadata {
        var metadata = Metadata()
        try metadata.append(target, for: "sampan-to")
        return metadata
    }

    @Test(
        "a call that outlives the grace is cut with UNAVAILABLE and counted; health is told first; strangers may not",
        .timeLimit(.minutes(20)))
    func outlived() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        let place = FoundedRegion.freePlace()
        let node = try await region.node("hospital/4699010001/his-1", "listen: \(place)")
        defer { node.kill() }
        for (uri, folder) in [("app/4699010001/his", "program"), ("admin/4699010002/li", "stranger"), ("admin/4699010001/wang", "own")] {
            try await region.enroll(uri, into: folder)
        }
        let refused = try await ProgramRun.of(["drain", "--node", place, "--identity", region.file("stranger")])
        #expect(refused.code == 1 && refused.errors.contains("PERMISSION_DENIED"), "\(refused.output)\(refused.errors)")
        let load = try Load(region, "program", [place])
        let watch = try await GRPCHealthV1.HealthClient(load.channel).watch(GRPCHealthV1.HealthCheckRequest())
        #expect(try await watch.next()?.status == .serving)
        let lasting = try await Load.reflection(load.channel)
        try await Load.ask(lasting)
        let drain = try await ProgramRun.of(["drain", "--node", place, "--identity", region.file("own"), "--grace", "300ms"])
        #expect(drain.code == 1 && drain.errors.contains("1 call was not ended within the grace"), "\(drain.output)\(drain.errors)")
        #expect(drain.lines.last == "out of service; 1 call was cut", "\(drain.output)")
        #expect(try await watch.next()?.status == .notServing)
        let over = await #expect(throws: RPCError.self) { _ = try await watch.next() }
        #expect(over?.code == .unavailable)
        let cut = await #expect(throws: RPCError.self) { _ = try await lasting.next() }
        #expect(cut?.code == .unavailable && cut?.errorInfo?.reason == "NODE_DRAINED", "\(String(describing: cut))")
        #expect(node.wait() == 0)
        await load.close()
    }

    @Test("a drain goes on without its admin, others join it, and SIGTERM hurries it", .timeLimit(.minutes(20)))
    func joined() async throws {
        let region = try await FoundedRegion()
        defer { region.stop() }
        let place = FoundedRegion.freePlace()
        let node = try await region.node("hospital/4699010001/his-1", "listen: \(place)\ndrain: { grace: 200ms }")
        defer { node.kill() }
        try await region.enroll("app/4699010001/his", into: "program")
        let load = try Load(region, "program", [place])
        let lasting = try await Load.reflection(load.channel)
        try await Load.ask(lasting)
        let first = try Self.drain(region, place, ["--grace", "1h"])
        _ = try Self.line(first, with: "\"phase\":\"emptying\"")
        first.kill()
        let second = try Self.drain(region, place)
        let line = try Self.line(second, with: "\"phase\":\"emptying\"")
        #expect(line.contains("\"calls\":1"), "\(line)")
        try await Load.ask(lasting)
        // A newcomer is turned away before it has sent anything.
        let newcomer = try Load(region, "program", [place])
        let refused = await #expect(throws: RPCError.self) {
            try await GRPCHealthV1.HealthClient(newcomer.channel).check(GRPCHealthV1.HealthCheckRequest())
        }
        #expect(refused?.code == .unavailable)
        node.signal(SIGTERM)
        let last = try Self.line(second, with: "\"phase\":\"over\"")
        #expect(last.contains("\"cutCalls\":1"), "\(last)")
        #expect(second.wait() == 1 && node.wait() == 0)
        let cut = await #expect(throws: RPCError.self) { _ = try await lasting.next() }
        #expect(cut?.code == .unavailable)
        await newcomer.close()
        await load.close()
    }
}
