import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@testable import SampanAuthority

@Suite("Denials", .timeLimit(.minutes(20)))
struct DenialTests {
    private static func revocation(_ subject: Denial.Subject, id: String = "r", dryRun: Bool = false) throws -> TrustV1.RevokeRequest {
        TrustV1.RevokeRequest(requestID: id, denial: try Denial(subject, reason: .keyCompromise, message: "失窃").entry, dryRun: dryRun)
    }

    /// A node that answers as nodes do, until the stream ends: estimates for questions, an acknowledgement for each epoch.
    private static func obey(_ fixture: AuthorityFixture, _ node: TestNode, ready: AsyncStream<Void>.Continuation) async throws {
        try await FollowingTests.follow(fixture.authority, node) { writer, stream in
            try await writer.send(FollowingTests.report(node, at: fixture))
            while let response = try await stream.next() {
                switch response.content {
                case .upToDate: ready.yield()
                case .epoch(let epoch):
                    fixture.time.advance(seconds: 1)
                    try await writer.send(FollowingTests.acknowledgement(epoch, cut: 2))
                case .cutQuestion(let question):
                    let estimate = TrustV1.CutEstimate(questionID: question.questionID, connections: 5, streams: 6, calls: 1)
                    try await writer.send(TrustV1.FollowEpochsRequest(content: .cutEstimate(estimate)))
                case nil: break
                }
            }
        }
    }

    private static func with(
        _ fixture: AuthorityFixture, obeying nodes: [TestNode], _ body: () async throws -> Void
    ) async throws {
        let (isReady, ready) = AsyncStream.makeStream(of: Void.self)
        let tasks = nodes.map { node in Task { try await Self.obey(fixture, node, ready: ready) } }
        var waiting = isReady.makeAsyncIterator()
        for _ in nodes { await waiting.next() }
        try await body()
        for task in tasks { task.cancel() }
    }

    @Test("the table names every node that is there, what was cut, and how long it took; a dry run asks and does nothing")
    func table() async throws {
        let fixture = try await AuthorityFixture(isPatient: true)
        let nodes = [try await fixture.node("n1"), try await fixture.node("n2")]
        let victim = try await fixture.node("v", institution: "4699010002")
        try await Self.with(fixture, obeying: nodes) {
            let dry = try await fixture.admin.revoke(Self.revocation(.institution("4699010002"), id: "dry", dryRun: true))
            #expect(dry.cuts.map(\.connections) == [5, 5] && dry.epochNumber == 0 && fixture.authority.state.epochNumber == 1)
            let done = try await fixture.admin.revoke(Self.revocation(.institution("4699010002")))
            #expect(done.epochNumber == 2 && done.cuts.map(\.node) == nodes.map(\.identity.uri))
            #expect(done.cuts.allSatisfy { $0.connections == 2 && $0.streams == 4 && $0.took != nil })
            let again = try await fixture.admin.revoke(Self.revocation(.institution("4699010002")))
            #expect(again == done)
        }
        let error = await AuthorityFixture.failure { try await victim.renew(fixture.authority) }
        #expect(error?.errorInfo?.reason == "INSTITUTION_REVOKED" && error?.message == "失窃")
    }

    @Test("a node that does not answer is named without a time, and waited for only as long as the patience lasts")
    func patience() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        let done = try await fixture.admin.revoke(Self.revocation(.institution("9")))
        #expect(done.cuts == [TrustV1.CutReport(node: node.identity.uri)])
    }

    @Test("a lock ends by itself, or is lifted; what is revoked stays; what is none is refused")
    func locks() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        func lock(_ id: String, seconds: Int64) throws -> TrustV1.LockRequest {
            let end = fixture.time.now.advanced(byNanoseconds: seconds * TestTime.second)
            return TrustV1.LockRequest(requestID: id, denial: try Denial(.node(node.identity), reason: .locked, endsAt: end).entry)
        }
        _ = try await fixture.admin.lock(lock("l1", seconds: 60))
        #expect(try await fixture.admin.listDenials(TrustV1.ListDenialsRequest()).denials.count == 1)
        #expect(await AuthorityFixture.failure { try await node.renew(fixture.authority) }?.errorInfo?.reason == "LOCKED")
        fixture.time.advance(seconds: 60)
        try await node.renew(fixture.authority)
        try await fixture.authority.tidy()
        #expect(try await fixture.admin.listDenials(TrustV1.ListDenialsRequest()).denials.isEmpty)
        _ = try await fixture.admin.lock(lock("l2", seconds: 60))
        let unlock = TrustV1.UnlockRequest(requestID: "u", denial: TrustV1.Denial(subject: .node(node.identity.uri)))
        #expect(try await fixture.admin.unlock(unlock).epochNumber == fixture.authority.state.epochNumber)
        try await node.renew(fixture.authority)
        _ = try await fixture.admin.revoke(Self.revocation(.node(node.identity)))
        let lifted = await AuthorityFixture.failure {
            _ = try await fixture.admin.unlock(TrustV1.UnlockRequest(requestID: "u2", denial: unlock.denial))
        }
        #expect(lifted?.errorInfo?.reason == "REVOKED_FOR_GOOD")
        let bad: [(String, TrustV1.Denial?)] = [
            ("nobody", nil), ("no subject", TrustV1.Denial(reason: .cessation)),
            ("a lock", try lock("x", seconds: 60).denial),
            (
                "two serials",
                TrustV1.Denial(
                    reason: .cessation, subject: .certificates(TrustV1.CertificateDenial(issuerKeyID: [1], serials: [[1], [2]])))
            ),
            ("bad name", TrustV1.Denial(reason: .cessation, subject: .node("spiffe://x"))),
            ("no reason", TrustV1.Denial(subject: .node(node.identity.uri))),
            ("other domain", TrustV1.Denial(reason: .cessation, subject: .node("spiffe://other.test/hospital/1/n"))),
        ]
        for (what, denial) in bad {
            let error = await AuthorityFixture.failure {
                _ = try await fixture.admin.revoke(TrustV1.RevokeRequest(requestID: what, denial: denial))
            }
            #expect(error?.code == .invalidArgument, "\(what): \(String(describing: error))")
        }
        let past = await AuthorityFixture.failure { _ = try await fixture.admin.lock(lock("past", seconds: 0)) }
        #expect(past?.code == .invalidArgument)
    }

    @Test("revocation lists: one for each issuer, by certificates; locks are holds; the issuer's key has signed")
    func lists() async throws {
        let fixture = try await AuthorityFixture()
        let (revoked, locked, other) = (
            try await fixture.node("n1"), try await fixture.node("n2", institution: "4699010002"),
            try await fixture.node("n3", institution: "4699010003")
        )
        let end = fixture.time.now.advanced(byNanoseconds: 60 * TestTime.second)
        for denial in [
            try Denial(.node(revoked.identity), reason: .keyCompromise),
            try Denial(.institution("4699010002"), reason: .locked, endsAt: end),
            try Denial(.certificate(try #require(revoked.name)), reason: .locked, endsAt: end),
        ] { try await fixture.authority.execute(.deny(denial), by: "test") }
        let lists = try await fixture.admin.exportRevocationLists(TrustV1.ExportRevocationListsRequest()).revocationLists
        let list = try RevocationList(der: try #require(lists.first))
        #expect(lists.count == 1)
        let reasons = Dictionary(uniqueKeysWithValues: list.entries.map { ($0.serial, $0.reason) })
        #expect(reasons == [revoked.chain[0].serial: .keyCompromise, locked.chain[0].serial: .hold])
        try list.verify(by: other.chain[1], at: fixture.time.now.seconds)
        #expect(reasons[other.chain[0].serial] == nil)
    }

    @Test("who commands without a name is refused; a fixed actor is whom the journal names")
    func actors() async throws {
        let fixture = try await AuthorityFixture()
        let request = TrustV1.ChangeSettingsRequest(requestID: "s", minimumProtocol: 1)
        let nobody = await AuthorityFixture.failure {
            _ = try await AuthorityFixture.admin(fixture.authority, as: nil).changeSettings(request)
        }
        #expect(nobody?.code == .permissionDenied)
        let offline = TrustV1.AuthorityServiceClient(InProcessCaller([AuthorityDesk(fixture.authority, actor: "offline")], as: nil))
        var dry = request
        dry.dryRun = true
        #expect(try await offline.changeSettings(dry) == TrustV1.ChangeSettingsResponse(epochNumber: 0, changed: true))
        dry.requestID = "s2"
        #expect(try await offline.changeSettings(request) == TrustV1.ChangeSettingsResponse(epochNumber: 2, changed: true))
        #expect(try await offline.changeSettings(dry).changed == false)
        let strict = TrustV1.AuthorityServiceClient(
            InProcessCaller([AuthorityDesk(fixture.authority, actor: "offline", policyFault: { "\($0): not a policy" })], as: nil))
        let bad = TrustV1.ChangeSettingsRequest(requestID: "s3", policy: "乱")
        let refused = await AuthorityFixture.failure { _ = try await strict.changeSettings(bad) }
        #expect(refused?.badRequest?.fieldViolations.first?.field == "policy")
        let tooMuch = TrustV1.ChangeSettingsRequest(requestID: "s4", minimumProtocol: ProtocolLevel.spoken + 1)
        let outdated = await AuthorityFixture.failure { _ = try await offline.changeSettings(tooMuch) }
        #expect(outdated?.badRequest?.fieldViolations.first?.field == "minimum_protocol")
        let entry = try #require(try await fixture.authority.store.entry(2))
        #expect(try AuthorityRecord(serialized: entry.record).actor == "offline")
    }
}
