import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@Suite("A node that follows its platform", .timeLimit(.minutes(20)))
struct NodeTrustTests {
    @Test("an epoch is pushed, applied, written and acknowledged")
    func pushed() async throws {
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            try await fixture.node(epoch: first) { node in
                let cut = try await node.applies(1)
                #expect(cut.connections == 0 && cut.streams == 0)
                let report = try await fixture.service.report()
                #expect(report.epochNumber == 1 && report.epochHash == first.hash && report.version == "test" && report.protocol == 1)
                #expect(report.serial == node.trust.credentials.credentials.leaf.serial)
                #expect(report.issuerKeyID == fixture.region.issuing.certificate.subjectKeyID)
                _ = try await fixture.service.acknowledgement(of: 1)
                let second = try fixture.region.epoch(2, after: first, policy: "政策")
                try fixture.service.push(second)
                let acknowledgement = try await fixture.service.acknowledgement(of: 2)
                #expect(acknowledgement.hash == second.hash && acknowledgement.policyHash.count == 32)
                #expect(acknowledgement.connectionsCut == 0 && acknowledgement.streamsCut == 0)
                #expect(try node.folder.read().epoch == second)
                let status = await node.trust.status()
                #expect(status.epochNumber == 2 && status.epochHash == second.hash && status.isConnected && status.warnings.isEmpty)
                #expect(status.connections == 1 && status.streams == 1)
                // Said again, acknowledged again.
                try fixture.service.push(second)
                #expect(try await fixture.service.acknowledgement(of: 2).hash == second.hash)
            }
        }
    }

    enum Bad: CaseIterable {
        case forged, stranger, node, goesBack, fork, otherHistory, garbage, otherDomain
    }

    @Test("what is not to be believed is refused by its name, and changes nothing", arguments: Bad.allCases)
    func refused(_ bad: Bad) async throws {
        let region = try TrustRegion()
        let first = try region.epoch()
        let second = try region.epoch(2, after: first)
        let third = try region.epoch(3, after: second)
        let validity = CertificateValidity(notBefore: region.now - 300, notAfter: region.now + 3_600)
        let hospital = try TrustRegion.signer(region.issuing, validity, "spiffe://sampan.test/hospital/h/1")
        let (offer, reason): (SignedEpoch, TrustV1.EpochRefusalReason) =
            switch bad {
            case .forged:
                (try SignedEpoch(epoch: third.bytes, signature: second.signature, signerChain: third.signerChain), .untrustedSigner)
            case .stranger: (try TrustRegion().sign(third.bytes), .untrustedSigner)
            case .node: (try region.sign(third.bytes, by: hospital), .untrustedSigner)
            case .goesBack: (first, .goesBack)
            case .fork: (try region.epoch(2, after: first, minimumProtocol: 1), .fork)
            case .otherHistory: (try region.epoch(3, after: first), .fork)
            case .garbage: (third, .malformed)
            case .otherDomain: (try region.sign(EpochFixture.epoch(3, after: second, domain: "other.test").serialized()), .wrongDomain)
            }
        try await NodeFixture.with(region) { fixture in
            try await fixture.node(epoch: second) { node in
                _ = try await fixture.service.acknowledgement(of: 2)
                if bad == .garbage {
                    fixture.service.say(.epoch(TrustV1.SignedTrustEpoch(epoch: [1, 2, 3], signature: [1], signerChain: [[1]])))
                } else {
                    try fixture.service.push(offer)
                }
                #expect(try await fixture.service.refusal().reason == reason)
                #expect(try node.folder.read().epoch == second)
                let status = await node.trust.status()
                #expect(status.epochNumber == 2 && status.warnings.contains { if case .refusesEpoch = $0 { true } else { false } })
                // And goes on.
                try fixture.service.push(third)
                _ = try await fixture.service.acknowledgement(of: 3)
                #expect(await node.trust.status().warnings.isEmpty)
            }
        }
    }

    @Test("a gap is refused, asked for and filled")
    func gap() async throws {
        try await NodeFixture.with { fixture in
            var chain = [try fixture.region.epoch()]
            for number in 2...5 { chain.append(try fixture.region.epoch(UInt64(number), after: chain.last)) }
            fixture.service.keep(chain)
            try await fixture.node(epoch: chain[0]) { node in
                _ = try await fixture.service.acknowledgement(of: 1)
                try fixture.service.push(chain[4])
                #expect(try await fixture.service.refusal().reason == .gap)
                _ = try await fixture.service.acknowledgement(of: 5)
                #expect(try node.folder.read().epoch == chain[4])
            }
        }
    }

    @Test("while the stream is down epochs are pulled, and what was done is acknowledged when it is back")
    func pulled() async throws {
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            let second = try fixture.region.epoch(2, after: first)
            fixture.service.takeDown()
            try await fixture.node(epoch: first) { node in
                _ = try await node.applies(1)
                fixture.service.keep([first, second])
                _ = try await node.applies(2)
                #expect(await node.trust.status().warnings.contains { if case .unreachable = $0 { true } else { false } })
                fixture.service.bringUp()
                #expect(try await fixture.service.acknowledgement(of: 2).hash == second.hash)
            }
        }
    }

    @Test("a node that is new begins with the newest epoch; a restart goes on from the folder")
    func restart() async throws {
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            let second = try fixture.region.epoch(2, after: first)
            let directory = try TemporaryDirectory()
            let folder = NodeTrustFolder(path: directory.file("trust"))
            try fixture.region.fill(folder)
            try await fixture.node(folder: folder) { node in
                #expect(try await fixture.service.report().epochNumber == 0)
                try fixture.service.push(second)
                _ = try await fixture.service.acknowledgement(of: 2)
            }
            try await fixture.node(folder: folder) { node in
                #expect(try await fixture.service.report { $0.epochNumber != 0 }.epochNumber == 2)
                // Never back, not even over a restart.
                try fixture.service.push(first)
                #expect(try await fixture.service.refusal().reason == .goesBack)
            }
        }
    }

    @Test(
        "the authority's clock: skew is seen, and warned of from two seconds on",
        arguments: [
            (0, false), (1_999, false), (2_000, true), (-1_999, false), (-2_000, true), (-86_400_000, true),
        ] as [(Int64, Bool)])
    func skew(_ milliseconds: Int64, isWarned: Bool) async throws {
        let (skew, now) = (milliseconds * 1_000_000, NodeFixture.wall)
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            try await fixture.node(epoch: first, standingAt: now) { node in
                _ = try await fixture.service.acknowledgement(of: 1)
                fixture.service.say(.upToDate(TrustV1.UpToDate(number: 1)), clock: now.nanoseconds - skew)
                _ = try await node.events.next { $0 == .connected ? () : nil }
                if isWarned {
                    _ = try await node.events.next { if case .warning(.skew) = $0 { () } else { nil } }
                }
                // It was heard before this is acknowledged.
                try fixture.service.push(first)
                _ = try await fixture.service.acknowledgement(of: 1)
                let status = await node.trust.status()
                #expect(status.skewNanoseconds == skew)
                #expect(status.warnings.contains { if case .skew = $0 { true } else { false } } == isWarned)
            }
        }
    }
}
