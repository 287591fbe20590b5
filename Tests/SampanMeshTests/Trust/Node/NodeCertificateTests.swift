import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("A node's certificate", .timeLimit(.minutes(20)))
struct NodeCertificateTests {
    private static func changed(_ node: NodeFixture.Node) async throws -> Bool {
        try await node.events.next { if case .certificateChanged(_, let isRenewal) = $0 { isRenewal } else { nil } }
    }

    @Test("past two thirds of its life it is renewed: written, shown, reported; a lost answer is asked for again by the same name")
    func renews() async throws {
        try await NodeFixture.with { fixture in
            let region = fixture.region
            let first = try region.epoch()
            let failures = Mutex(0)
            fixture.service.onRenewal { request in
                let count = failures.withLock { count in
                    count += 1
                    return count
                }
                guard count > 1 else { throw RPCError(code: .unavailable, message: "just now") }
                return TrustV1.RenewResponse(certificateChain: try region.chain(for: request.certificateRequest))
            }
            let old = try region.identity(from: -9_000, to: 600)
            try await fixture.node(epoch: first, identity: old) { node in
                let asked = try await fixture.service.heard.next { if case .renewal(let value) = $0 { value } else { nil } }
                let again = try await fixture.service.heard.next { if case .renewal(let value) = $0 { value } else { nil } }
                #expect(asked.requestID == again.requestID && asked.certificateRequest == again.certificateRequest)
                #expect(try await Self.changed(node))
                let leaf = node.trust.credentials.credentials.leaf
                #expect(leaf != old.leaf)
                let written = try node.folder.read()
                #expect(written.credentials.leaf == leaf)
                _ = try await fixture.service.report { $0.serial == leaf.serial }
                #expect(await node.trust.status().warnings.contains { if case .nearExpiry = $0 { true } else { false } } == false)
            }
        }
    }

    enum Wrong: CaseIterable {
        case otherKey, otherNode, expired, garbage, empty
    }

    @Test("an answer that is not right is not taken, and nothing has changed", arguments: Wrong.allCases)
    func wrong(_ wrong: Wrong) async throws {
        try await NodeFixture.with { fixture in
            let region = fixture.region
            fixture.service.onRenewal { request in
                let chain: [[UInt8]] =
                    switch wrong {
                    case .otherKey: try region.identity().chain.map(\.der)
                    case .otherNode: try region.chain(for: request.certificateRequest, TrustRegion.path("4699010009"))
                    case .expired:
                        [
                            try region.issuing.issue(
                                .node(names: SubjectAlternativeNames(uris: ["spiffe://sampan.test/\(TrustRegion.path())"])),
                                subject: DistinguishedName(commonName: "node"), for: CertificateRequest(der: request.certificateRequest),
                                validity: CertificateValidity(notBefore: region.now - 3_600, notAfter: region.now - 60)
                            ).der, region.issuing.certificate.der,
                        ]
                    case .garbage: [[1, 2, 3]]
                    case .empty: []
                    }
                return TrustV1.RenewResponse(certificateChain: chain)
            }
            let old = try region.identity(from: -9_000, to: 600)
            try await fixture.node(epoch: try region.epoch(), identity: old) { node in
                let reason = try await node.events.next { if case .renewalFailed(let why) = $0 { why } else { nil } }
                #expect(!reason.isEmpty)
                #expect(node.trust.credentials.credentials.leaf == old.leaf)
                let written = try node.folder.read()
                #expect(written.credentials.leaf == old.leaf)
                #expect(await node.trust.status().warnings.contains { if case .nearExpiry = $0 { true } else { false } })
            }
        }
    }

    @Test("another issuer signs: it renews at once, and the old certificate's stream is opened anew")
    func issuerChanges() async throws {
        try await NodeFixture.with { fixture in
            let old = fixture.region
            let new = try TrustRegion(under: old.root)
            fixture.service.onRenewal { TrustV1.RenewResponse(certificateChain: try new.chain(for: $0.certificateRequest)) }
            let first = try old.epoch()
            try await fixture.node(epoch: first) { node in
                _ = try await fixture.service.acknowledgement(of: 1)
                try fixture.service.push(
                    try old.epoch(2, after: first, issuers: [new.issuing.certificate, old.issuing.certificate]))
                let report = try await fixture.service.report { $0.issuerKeyID == new.issuing.certificate.subjectKeyID }
                #expect(report.epochNumber == 2)
                #expect(node.trust.credentials.credentials.chain.last == new.issuing.certificate)
            }
        }
    }

    @Test("a node that would lock itself out refuses, renews, and then takes the epoch")
    func lockedOut() async throws {
        try await NodeFixture.with { fixture in
            let old = fixture.region
            let new = try TrustRegion(under: old.root)
            fixture.service.onRenewal { TrustV1.RenewResponse(certificateChain: try new.chain(for: $0.certificateRequest)) }
            let first = try old.epoch()
            try await fixture.node(epoch: first) { node in
                _ = try await fixture.service.acknowledgement(of: 1)
                _ = try await fixture.platformCredentials.swap(to: new.credentials(TrustRegion.platform))
                // The authority's mistake: the old issuer is gone before this node has renewed.
                try fixture.service.push(try old.epoch(2, after: first, issuers: [new.issuing.certificate]))
                #expect(try await fixture.service.refusal().reason == .trialFailed)
                _ = try await fixture.service.acknowledgement(of: 2)
                #expect(node.trust.credentials.credentials.chain.last == new.issuing.certificate)
            }
        }
    }

    @Test("a certificate that somebody has put in its place is taken, and the platform reached at once; half a file is not")
    func disk() async throws {
        try await NodeFixture.with { fixture in
            let region = fixture.region
            // It has ended: nobody speaks with it.
            let old = try region.identity(from: -9_000, to: -60)
            try await fixture.node(epoch: try region.epoch(), identity: old) { node in
                _ = try await node.events.next { if case .disconnected = $0 { () } else { nil } }
                #expect(await node.trust.status().warnings.contains(.expired))
                let next = try region.identity()
                try node.folder.write(next)
                #expect(try await Self.changed(node) == false)
                #expect(try await fixture.service.report().serial == next.leaf.serial)
                #expect(await node.trust.status().warnings.contains(.expired) == false)
            }
        }
    }

    @Test("a truncated epoch: the node starts from its roots, says so, and takes the newest")
    func truncatedEpoch() async throws {
        try await NodeFixture.with { fixture in
            let region = fixture.region
            let directory = try TemporaryDirectory()
            let folder = NodeTrustFolder(path: directory.file("trust"))
            let first = try region.epoch()
            try region.fill(folder, epoch: first)
            let file = try #require(FileHandle(forWritingAtPath: folder.epochFile))
            try file.truncate(atOffset: 300)
            try file.close()
            try await fixture.node(folder: folder) { node in
                _ = try await node.events.next { if case .epochFileBroken = $0 { () } else { nil } }
                #expect(try await fixture.service.report().epochNumber == 0)
                #expect(await node.trust.status().warnings.contains { if case .file = $0 { true } else { false } })
                let second = try region.epoch(2, after: first)
                try fixture.service.push(second)
                _ = try await fixture.service.acknowledgement(of: 2)
                #expect(try folder.read().epoch == second)
                #expect(await node.trust.status().warnings.isEmpty)
            }
        }
    }

    @Test("a clock before the epoch: nothing is believed, nothing traps, and it is told")
    func clockBeforeTheEpoch() async throws {
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            let past = -NodeFixture.wall.nanoseconds - 86_400_000_000_000
            try await fixture.node(epoch: first, wallOffset: past) { node in
                _ = try await fixture.service.acknowledgement(of: 1)
                try fixture.service.push(try fixture.region.epoch(2, after: first))
                #expect(try await fixture.service.refusal().reason == .untrustedSigner)
                fixture.service.say(nil, clock: NodeFixture.wall.nanoseconds)
                _ = try await node.events.next { if case .warning(.skew) = $0 { () } else { nil } }
                let skew = try #require(await node.trust.status().skewNanoseconds)
                #expect(skew < -86_400_000_000_000)
            }
        }
    }

    @Test("a companion takes over what the first process of its node writes, and neither follows nor renews")
    func companion() async throws {
        try await NodeFixture.with { fixture in
            let region = fixture.region
            let directory = try TemporaryDirectory()
            let folder = NodeTrustFolder(path: directory.file("trust"))
            let first = try region.epoch()
            try region.fill(folder, epoch: first)
            var settings = fixture.settings
            settings.isCompanion = true
            try await fixture.node(folder: folder) { keeper in
                try await fixture.node(settings: settings, folder: folder) { companion in
                    _ = try await companion.applies(1)
                    _ = try await fixture.service.acknowledgement(of: 1)
                    let second = try region.epoch(2, after: first)
                    try fixture.service.push(second)
                    _ = try await companion.applies(2)
                    let next = try region.identity()
                    try folder.write(next)
                    _ = try await Self.changed(companion)
                    #expect(companion.trust.credentials.credentials.leaf == next.leaf)
                    #expect(await companion.trust.status().isConnected == false)
                }
                _ = try await Self.changed(keeper)
            }
        }
    }
}
