import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanProtobuf
import SampanRPC
import Testing

@testable import SampanAuthority

@Suite("Nodes that follow", .timeLimit(.minutes(20)))
struct FollowingTests {
    typealias Writer = MessageWriter<TrustV1.FollowEpochsRequest>
    typealias Stream = MessageStream<TrustV1.FollowEpochsResponse>

    static func report(_ node: TestNode, at fixture: AuthorityFixture, skew: Int64 = 0) throws -> TrustV1.FollowEpochsRequest {
        let leaf = try #require(node.chain.first)
        return TrustV1.FollowEpochsRequest(
            content: .report(
                TrustV1.NodeReport(
                    epochNumber: node.held?.epoch.number ?? 0, epochHash: node.held?.hash ?? [], issuerKeyID: leaf.issuerKeyID,
                    serial: leaf.serial, clock: fixture.time.now.advanced(byNanoseconds: skew).timestamp, version: "1.4.0", connections: 3,
                    streams: 2)))
    }

    static func acknowledgement(_ epoch: TrustV1.SignedTrustEpoch, cut: UInt32 = 0) throws -> TrustV1.FollowEpochsRequest {
        let signed = try SignedEpoch(serialized: epoch.serialized())
        return TrustV1.FollowEpochsRequest(
            content: .acknowledgement(
                TrustV1.EpochAcknowledgement(number: signed.epoch.number, hash: signed.hash, connectionsCut: cut, streamsCut: cut * 2)))
    }

    static func follow<Value>(
        _ authority: Authority, _ node: TestNode, _ body: (Writer, Stream) async throws -> Value
    ) async throws -> Value {
        try await TestNode.client(authority, node.identity).followEpochs { writer, stream in
            let value = try await body(writer, stream)
            await writer.finish()
            return value
        }
    }

    static func epoch(_ stream: Stream) async throws -> TrustV1.SignedTrustEpoch {
        let response = try await stream.next()
        guard case .epoch(let epoch) = response?.content else { throw AuthorityError.noEpoch(0) }
        #expect(response?.clock != nil)
        return epoch
    }

    private static func number(_ epoch: TrustV1.SignedTrustEpoch) throws -> UInt64 { try TrustEpoch(serialized: epoch.epoch).number }

    private static func settings(_ level: UInt32) -> AuthorityCommand { .change(AuthoritySettings(minimumProtocol: level)) }

    @Test("up to date, then each epoch behind what it holds, in order, the moment that there is one; also one that another process made")
    func pushes() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        let other = try await fixture.another()
        try await Self.follow(fixture.authority, node) { writer, stream in
            try await writer.send(Self.report(node, at: fixture))
            guard case .upToDate(let newest) = try await stream.next()?.content else {
                Issue.record("not up to date")
                return
            }
            #expect(newest.number == 1)
            for level in 1...3 { try await fixture.authority.execute(Self.settings(UInt32(level)), by: "test") }
            for number in UInt64(2)...4 { #expect(try Self.number(try await Self.epoch(stream)) == number) }
            try await other.execute(Self.settings(9), by: "offline")
            try await fixture.authority.watch()
            let last = try await Self.epoch(stream)
            #expect(try Self.number(last) == 5)
            try await writer.send(Self.acknowledgement(last))
            // What it said is durable before the next report is answered.
            try await writer.send(Self.report(node, at: fixture, skew: -3 * TestTime.second))
        }
    }

    @Test("what it says of itself is listed: acknowledged, skew, version, refusal; the acknowledgement ends the refusal")
    func listed() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        try await Self.follow(fixture.authority, node) { writer, stream in
            try await writer.send(Self.report(node, at: fixture, skew: -3 * TestTime.second))
            _ = try await stream.next()
            try await fixture.authority.execute(Self.settings(1), by: "test")
            let epoch = try await Self.epoch(stream)
            try await writer.send(
                TrustV1.FollowEpochsRequest(
                    content: .refusal(TrustV1.EpochRefusal(number: 2, reason: .trialFailed, detail: "自检失败"))))
            let other = try await Self.asks(fixture, node, writer, stream)
            #expect(other.refusal.contains("自检失败") && other.skew?.duration == .seconds(-3) && other.version == "1.4.0")
            #expect(other.acknowledged == 1 && other.connections == 3 && !other.absent && other.lastSeenAt != nil)
            try await writer.send(Self.acknowledgement(epoch))
            let after = try await Self.asks(fixture, node, writer, stream)
            #expect(after.refusal.isEmpty && after.acknowledged == 2 && !after.epochHash.isEmpty)
        }
    }

    /// Its row in the list, after all that it has sent was taken: a question is answered behind it.
    private static func asks(
        _ fixture: AuthorityFixture, _ node: TestNode, _ writer: Writer, _ stream: Stream
    ) async throws -> TrustV1.NodeStatus {
        let asked = fixture.authority.estimates.begin("test")
        defer { fixture.authority.estimates.end("test") }
        try await writer.send(TrustV1.FollowEpochsRequest(content: .cutEstimate(TrustV1.CutEstimate(questionID: "test"))))
        for await _ in asked { break }
        return try #require(try await fixture.admin.listNodes(TrustV1.ListNodesRequest()).nodes.first)
    }

    enum Bad: CaseIterable { case noReportFirst, stranger, nobody, denied, foreignEpoch, futureEpoch }

    @Test("who may not follow is told why", arguments: Bad.allCases)
    func refuses(bad: Bad) async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        var identity: PeerIdentity? = node.identity
        var first = try Self.report(node, at: fixture)
        var expected: (StatusCode, String?) = (.permissionDenied, "UNKNOWN_CERTIFICATE")
        switch bad {
        case .noReportFirst:
            first = TrustV1.FollowEpochsRequest(content: .cutEstimate(TrustV1.CutEstimate()))
            expected = (.invalidArgument, nil)
        case .stranger: (identity, expected) = (AuthorityFixture.identity("n9"), (.permissionDenied, "UNKNOWN_NODE"))
        case .nobody: identity = nil
        case .denied:
            let end = fixture.time.now.advanced(byNanoseconds: 60 * TestTime.second)
            try await fixture.authority.execute(
                .deny(try Denial(.institution("4699010001"), reason: .locked, message: "演练", endsAt: end)), by: "test")
            expected = (.permissionDenied, "LOCKED")
        case .foreignEpoch, .futureEpoch:
            guard case .report(var report) = first.content else { return }
            if bad == .foreignEpoch { report.epochHash[0] ^= 1 } else { report.epochNumber = .max }
            first.content = .report(report)
            expected = (.failedPrecondition, "FOREIGN_EPOCH")
        }
        let client = TrustV1.TrustServiceClient(InProcessCaller([TrustDesk(fixture.authority)], as: identity))
        let error = await AuthorityFixture.failure {
            try await client.followEpochs { writer, stream in
                try? await writer.send(first)
                while try await stream.next() != nil {}
            }
        }
        #expect(error?.code == expected.0, "\(String(describing: error))")
        if let reason = expected.1 { #expect(error?.errorInfo?.reason == reason) }
    }

    @Test("a newer stream of a node takes the place of the one before")
    func replaced() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        let error = await AuthorityFixture.failure {
            try await Self.follow(fixture.authority, node) { writer, stream in
                try await writer.send(Self.report(node, at: fixture))
                _ = try await stream.next()
                try await Self.follow(fixture.authority, node) { second, answers in
                    try await second.send(Self.report(node, at: fixture))
                    _ = try await answers.next()
                    while try await stream.next() != nil {}
                }
            }
        }
        #expect(error?.code == .aborted && error?.errorInfo?.reason == "STREAM_REPLACED")
    }

    @Test("a node that reads nothing holds nobody")
    func slow() async throws {
        let fixture = try await AuthorityFixture()
        let (slow, quick) = (try await fixture.node("n1"), try await fixture.node("n2"))
        try await Self.follow(fixture.authority, slow) { writer, _ in
            try await writer.send(Self.report(slow, at: fixture))
            try await Self.follow(fixture.authority, quick) { second, stream in
                try await second.send(Self.report(quick, at: fixture))
                _ = try await stream.next()
                for level in 1...20 {
                    try await fixture.authority.execute(Self.settings(UInt32(level)), by: "test")
                    #expect(try Self.number(try await Self.epoch(stream)) == UInt64(level + 1))
                }
            }
        }
    }
}
