import SampanAPI
import SampanCrypto
import SampanRPC
import SampanTransport
import Testing

@testable import SampanMesh

@Suite("A node that comes back", .timeLimit(.minutes(20)))
struct ReturningNodeTests {
    @Test(
        "issuer and root were retired meanwhile: it renews over a bridge, walks through all that it missed, and is let in everywhere again")
    func overABridge() async throws {
        let old = try TrustRegion(named: "old root")
        let new = try TrustRegion(named: "new root")
        let bridge = try old.root.bridge(
            to: new.root.certificate, validity: CertificateValidity(notBefore: old.now - 300, notAfter: old.now + 86_400))
        let first = try old.epoch()
        // As they were then, and signed anew by the signer of today, with the bridge.
        let roots = [old.root.certificate, new.root.certificate]
        let second = try new.sign(
            old.epoch(2, after: first, roots: roots, issuers: [old.issuing.certificate, new.issuing.certificate]).bytes, bridges: [bridge])
        let third = try new.sign(
            old.epoch(
                3, after: second, roots: Array(roots.reversed()), issuers: [new.issuing.certificate, old.issuing.certificate],
                standing: .tainted, bridges: [bridge]
            ).bytes, bridges: [bridge])
        let fourth = try new.sign(new.epoch(4, after: third, bridges: [bridge]).bytes, bridges: [bridge])
        try await NodeFixture.with(old) { fixture in
            let admission = try NodeAdmission(fourth.epoch, level: 1, wall: { NodeFixture.wall })
            let platform = try new.credentials(TrustRegion.platform).believing(
                [new.root.certificate], bridges: [bridge], retiredRoots: [old.root.certificate])
            _ = try await fixture.platformCredentials.swap(to: platform)
            _ = await fixture.platformCredentials.deny(nil, confinement: { admission.confinement(of: $0) })
            fixture.service.keep([second, third, fourth])
            let (gate, open) = AsyncStream.makeStream(of: Never.self)
            fixture.service.onRenewal { request in
                for await _ in gate {}
                return TrustV1.RenewResponse(certificateChain: try new.chain(for: request.certificateRequest))
            }
            // Else a pull, while the stream is down, might have brought everything before the stream is there.
            var settings = fixture.settings
            settings.pullInterval = .seconds(3_600)
            try await fixture.node(epoch: first, settings: settings) { node in
                // Another channel of the program, as an admin's is: its connection is made with the old certificate, and confined.
                let other = ClientChannel(
                    group: fixture.group, endpoints: [Endpoint(host: fixture.platform.host, port: fixture.platform.port)],
                    credentials: node.trust.credentials)
                let client = TrustV1.TrustServiceClient(other)
                let refusal = await #expect(throws: RPCError.self) {
                    try await client.getEpoch(TrustV1.GetEpochRequest(number: 4), options: CallOptions(waitForReady: true))
                }
                #expect(refusal?.errorInfo?.reason == "ISSUER_RETIRED")
                open.finish()
                _ = try await node.events.next { if case .certificateChanged(_, true) = $0 { () } else { nil } }
                // Let in again, it is pushed the next one and asks for what is behind it.
                let report = try await fixture.service.report()
                #expect(report.epochNumber == 1 && report.issuerKeyID == new.issuing.certificate.subjectKeyID)
                try fixture.service.push(fourth)
                // Not its refusal for the gap: that goes with the stream where this is the one of before the renewal.
                try await fixture.service.heard.next { if case .pulled(2) = $0 { () } else { nil } }
                _ = try await fixture.service.acknowledgement(of: 4)
                #expect(node.trust.credentials.credentials.roots == [new.root.certificate])
                #expect(await node.trust.status().epochNumber == 4)
                #expect(try await client.getEpoch(TrustV1.GetEpochRequest(number: 4)).epoch != nil)
                await other.shutdown(grace: .zero)
            }
        }
    }
}
