import SampanDomain
import SampanMesh
import Testing

@Suite("What a node does with epochs")
struct EpochFollowerTests {
    private static let now = UnixTime(nanoseconds: 1_800_000_000_000_000_000)

    static func own(issuer: [UInt8] = EpochFixture.issuer, serial: UInt64 = 5) throws -> EpochFollower.Own {
        EpochFollower.Own(
            identity: try EpochFixture.node("his-1"),
            chain: [CertificateName(issuerKeyID: issuer, serial: try EpochFixture.serial(serial))], issuer: issuer)
    }

    private static func follower(_ written: SignedEpoch? = nil, protocolLevel: UInt32 = 1) throws -> EpochFollower {
        EpochFollower(
            own: try own(), written: written, firstRoots: [EpochFixture.root], protocolLevel: protocolLevel, verifier: FakeSigner())
    }

    /// A follower that has `epoch` in force.
    private static func following(_ epoch: SignedEpoch) throws -> EpochFollower {
        var follower = try follower(epoch)
        for event in [EpochFollower.Event.started, .tried(nil), .applied, .cut(.nothing)] { _ = follower.handle(event, at: now) }
        return follower
    }

    private static func acknowledgement(_ epoch: SignedEpoch, _ cut: EpochCut = .nothing) -> EpochFollower.Action {
        .acknowledge(EpochAcknowledgement(number: epoch.epoch.number, hash: epoch.hash, cut: cut))
    }

    private static func refusal(_ number: UInt64, _ reason: EpochRefusal.Reason) -> EpochFollower.Action {
        .refuse(EpochRefusal(number: number, reason))
    }

    @Test("offered, tried, written, applied, cut, acknowledged: one action for each event, in this order")
    func path() throws {
        let chain = try EpochFixture.chain(2)
        var follower = try Self.follower()
        #expect(follower.handle(.started, at: Self.now).isEmpty && follower.wanted == 0)
        #expect(try follower.handle(.offered(chain[0].serialized()), at: Self.now) == [.tryOut(chain[0], mayLockOut: false)])
        #expect(follower.handle(.tried(nil), at: Self.now) == [.write(chain[0])] && follower.held == nil)
        #expect(follower.handle(.written(failure: nil), at: Self.now) == [.apply(chain[0])] && follower.held == chain[0])
        #expect(follower.handle(.applied, at: Self.now) == [.cut(chain[0])])
        let cut = EpochCut(connections: 3, streams: 9, milliseconds: 12)
        #expect(follower.handle(.cut(cut), at: Self.now) == [Self.acknowledgement(chain[0], cut)] && follower.wanted == 2)
        // Again the same: acknowledged again, and nothing is done.
        #expect(try follower.handle(.offered(chain[0].serialized()), at: Self.now) == [Self.acknowledgement(chain[0])])
    }

    @Test("a node that is new begins with whatever number its authority is at")
    func begins() throws {
        let epoch = try EpochFixture.signed(EpochFixture.epoch(57))
        var follower = try Self.follower()
        #expect(try follower.handle(.offered(epoch.serialized()), at: Self.now) == [.tryOut(epoch, mayLockOut: false)])
    }

    @Test("every refusal, typed; what is held stays")
    func refusals() throws {
        let chain = try EpochFixture.chain(3)
        let fork = try EpochFixture.signed(EpochFixture.epoch(2, after: chain[0], policy: "other"))
        let strange = try EpochFixture.signed(EpochFixture.epoch(3, after: fork))
        let domain = try EpochFixture.signed(EpochFixture.epoch(3, after: chain[1], domain: "other.test"))
        let third = chain[2]
        let forged = try SignedEpoch(epoch: third.bytes, signature: [1], signerChain: third.signerChain)
        let stranger = try FakeSigner.sign(third.bytes, root: Array("root-9".utf8))
        let node = try FakeSigner.sign(third.bytes, root: EpochFixture.root, as: Array("node".utf8))
        let rows: [(SignedEpoch, EpochRefusal.Reason)] = [
            (chain[0], .goesBack(held: 2)), (fork, .fork(held: 2)), (strange, .fork(held: 2)), (domain, .wrongDomain("other.test")),
            (forged, .untrustedSigner(.badSignature)), (node, .untrustedSigner(.notASigner)),
            (stranger, .untrustedSigner(.untrustedChain("no root of this chain is trusted"))),
        ]
        for (offer, reason) in rows {
            var follower = try Self.following(chain[1])
            #expect(try follower.handle(.offered(offer.serialized()), at: Self.now) == [Self.refusal(offer.epoch.number, reason)])
            #expect(follower.held == chain[1])
        }
        // A fork is not claimed of somebody who has not signed: the signature is looked at first.
        var follower = try Self.following(chain[1])
        let unsigned = try SignedEpoch(epoch: fork.bytes, signature: [1], signerChain: fork.signerChain)
        #expect(
            try follower.handle(.offered(unsigned.serialized()), at: Self.now) == [Self.refusal(2, .untrustedSigner(.badSignature))])
    }

    @Test("what is no epoch is malformed, and names the field", arguments: [[], [1], [0xFF, 0xFF]] as [[UInt8]])
    func malformed(bytes: [UInt8]) throws {
        var follower = try Self.follower()
        let actions = follower.handle(.offered(bytes), at: Self.now)
        guard case .refuse(let refusal)? = actions.first, case .malformed = refusal.reason else {
            Issue.record("\(actions)")
            return
        }
        #expect(refusal.number == 0 && actions.count == 1)
    }

    @Test("a gap asks for what is missing; never for what has just failed")
    func gap() throws {
        let chain = try EpochFixture.chain(4)
        var follower = try Self.following(chain[0])
        let gap = Self.refusal(3, .gap(held: 1))
        #expect(try follower.handle(.offered(chain[2].serialized()), at: Self.now) == [gap, .ask(from: 2)])
        _ = try follower.handle(.offered(chain[1].serialized()), at: Self.now)
        #expect(follower.handle(.tried(.policy("line 3")), at: Self.now) == [Self.refusal(2, .trialFailed(.policy("line 3")))])
        #expect(try follower.handle(.offered(chain[2].serialized()), at: Self.now) == [gap])
        #expect(follower.wanted == 2)
    }

    @Test("what comes while one is under way waits for its turn; its repetition does nothing; a fork of it is told")
    func waits() throws {
        let chain = try EpochFixture.chain(4)
        var follower = try Self.following(chain[0])
        _ = try follower.handle(.offered(chain[1].serialized()), at: Self.now)
        for offer in [chain[3], chain[2], chain[1], chain[2]] {
            #expect(try follower.handle(.offered(offer.serialized()), at: Self.now).isEmpty)
        }
        let fork = try EpochFixture.signed(EpochFixture.epoch(2, after: chain[0], policy: "other"))
        #expect(try follower.handle(.offered(fork.serialized()), at: Self.now) == [Self.refusal(2, .fork(held: 1))])
        #expect(try follower.handle(.offered(chain[0].serialized()), at: Self.now) == [Self.refusal(1, .goesBack(held: 1))])
        for (index, next) in [(1, chain[2]), (2, chain[3])] {
            for event in [EpochFollower.Event.tried(nil), .written(failure: nil), .applied] { _ = follower.handle(event, at: Self.now) }
            let expected = [Self.acknowledgement(chain[index]), .tryOut(next, mayLockOut: false)]
            #expect(follower.handle(.cut(.nothing), at: Self.now) == expected)
        }
    }

    @Test("four may wait; what came besides is asked for when they are done")
    func overflow() throws {
        let chain = try EpochFixture.chain(8)
        var follower = try Self.following(chain[0])
        for epoch in chain.dropFirst() + chain.dropFirst(3) { _ = try follower.handle(.offered(epoch.serialized()), at: Self.now) }
        var last: [EpochFollower.Action] = []
        for _ in 2...6 {
            for event in [EpochFollower.Event.tried(nil), .written(failure: nil), .applied] { _ = follower.handle(event, at: Self.now) }
            last = follower.handle(.cut(.nothing), at: Self.now)
        }
        #expect(last == [Self.acknowledgement(chain[5]), .ask(from: 7)])
    }

    @Test("a failed trial leaves the old one in force, and is made again with another certificate")
    func trial() throws {
        let chain = try EpochFixture.chain(1)
        let moved = try EpochFixture.signed(EpochFixture.epoch(2, after: chain[0], issuers: ["issuer-2"]))
        var follower = try Self.following(chain[0])
        _ = try follower.handle(.offered(moved.serialized()), at: Self.now)
        let refused = Self.refusal(2, .trialFailed(.locksItselfOut))
        #expect(follower.handle(.tried(.locksItselfOut), at: Self.now) == [refused, .renew])
        #expect(follower.held == chain[0])
        let own = try Self.own(issuer: Array("issuer-2".utf8))
        // By what it holds it is locked out now: from here on it can only follow.
        #expect(follower.handle(.certificateChanged(own), at: Self.now) == [.tryOut(moved, mayLockOut: true)])
        #expect(follower.handle(.tried(nil), at: Self.now) == [.write(moved)])
    }

    @Test("a disk that refuses is told; offered again it is tried again")
    func disk() throws {
        let chain = try EpochFixture.chain(2)
        var follower = try Self.following(chain[0])
        _ = try follower.handle(.offered(chain[1].serialized()), at: Self.now)
        _ = follower.handle(.tried(nil), at: Self.now)
        #expect(follower.handle(.written(failure: "disk full"), at: Self.now) == [Self.refusal(2, .notWritten("disk full"))])
        #expect(follower.held == chain[0])
        #expect(try follower.handle(.offered(chain[1].serialized()), at: Self.now) == [.tryOut(chain[1], mayLockOut: false)])
    }

    @Test("a node that is denied obeys, though it locks itself out, and says so")
    func denied() throws {
        let chain = try EpochFixture.chain(1)
        let denial = try Denial(.node(EpochFixture.node("his-1")), reason: .keyCompromise)
        let epoch = try EpochFixture.signed(EpochFixture.epoch(2, after: chain[0], issuers: ["issuer-2"], denials: [denial]))
        var follower = try Self.following(chain[0])
        #expect(try follower.handle(.offered(epoch.serialized()), at: Self.now) == [.tryOut(epoch, mayLockOut: true)])
        #expect(follower.handle(.tried(.locksItselfOut), at: Self.now) == [.write(epoch)])
        _ = follower.handle(.written(failure: nil), at: Self.now)
        #expect(follower.denySet.count == 0)
        _ = follower.handle(.applied, at: Self.now)
        #expect(follower.denySet.count == 1)
        #expect(follower.handle(.cut(.nothing), at: Self.now) == [Self.acknowledgement(epoch), .tellDenied(denial)])
    }

    @Test("restarted, a node begins with what it has written, and does not go back")
    func restart() throws {
        let chain = try EpochFixture.chain(2)
        var follower = try Self.follower(chain[1])
        #expect(follower.handle(.started, at: Self.now) == [.tryOut(chain[1], mayLockOut: false)])
        #expect(follower.handle(.tried(nil), at: Self.now) == [.apply(chain[1])])
        #expect(follower.handle(.applied, at: Self.now) == [.cut(chain[1])])
        #expect(follower.handle(.cut(.nothing), at: Self.now) == [Self.acknowledgement(chain[1])])
        #expect(try follower.handle(.offered(chain[0].serialized()), at: Self.now) == [Self.refusal(1, .goesBack(held: 2))])
        // It fails on what it has itself written: not acknowledged, whoever offers it, until it works.
        follower = try Self.follower(chain[1])
        _ = follower.handle(.started, at: Self.now)
        #expect(follower.handle(.tried(.context("no")), at: Self.now) == [Self.refusal(2, .trialFailed(.context("no")))])
        #expect(try follower.handle(.offered(chain[1].serialized()), at: Self.now) == [.tryOut(chain[1], mayLockOut: false)])
        #expect(follower.handle(.tried(nil), at: Self.now) == [.apply(chain[1])])
    }

    @Test("another issuer asks for a renewal, and a higher protocol is told")
    func tells() throws {
        let epoch = try EpochFixture.signed(EpochFixture.epoch(1, issuers: ["issuer-2", "issuer-1"], minimumProtocol: 2))
        var follower = try Self.follower(epoch)
        for event in [EpochFollower.Event.started, .tried(nil), .applied] { _ = follower.handle(event, at: Self.now) }
        #expect(
            follower.handle(.cut(.nothing), at: Self.now)
                == [Self.acknowledgement(epoch), .renew, .tellOutdated(minimumProtocol: 2)])
        #expect(follower.handle(.certificateChanged(try Self.own()), at: Self.now) == [.renew])
        #expect(follower.handle(.certificateChanged(try Self.own(issuer: Array("issuer-2".utf8))), at: Self.now).isEmpty)
    }

    @Test("a node whose certificate is newer than what it holds follows through all between, and asks for no other")
    func followsThrough() throws {
        let first = try EpochFixture.chain(1)[0]
        let second = try EpochFixture.signed(EpochFixture.epoch(2, after: first, issuers: ["issuer-2"]))
        let third = try EpochFixture.signed(EpochFixture.epoch(3, after: second, issuers: ["issuer-3", "issuer-2"]))
        var follower = try Self.following(first)
        #expect(follower.handle(.certificateChanged(try Self.own(issuer: Array("issuer-3".utf8))), at: Self.now).isEmpty)
        #expect(try follower.handle(.offered(second.serialized()), at: Self.now) == [.tryOut(second, mayLockOut: true)])
        #expect(follower.handle(.tried(.locksItselfOut), at: Self.now) == [.write(second)])
        for event in [EpochFollower.Event.written(failure: nil), .applied] { _ = follower.handle(event, at: Self.now) }
        #expect(follower.handle(.cut(.nothing), at: Self.now) == [Self.acknowledgement(second)])
        // Were that the end, it would need another one.
        #expect(follower.handle(.nothingNewer, at: Self.now) == [.renew])
        #expect(try follower.handle(.offered(third.serialized()), at: Self.now) == [.tryOut(third, mayLockOut: true)])
        for event in [EpochFollower.Event.tried(nil), .written(failure: nil), .applied] { _ = follower.handle(event, at: Self.now) }
        #expect(follower.handle(.cut(.nothing), at: Self.now) == [Self.acknowledgement(third)])
        #expect(follower.handle(.nothingNewer, at: Self.now).isEmpty)
    }

    @Test("an event that belongs to no step is ignored")
    func stray() throws {
        let chain = try EpochFixture.chain(1)
        var follower = try Self.following(chain[0])
        for event in [EpochFollower.Event.started, .tried(nil), .tried(.locksItselfOut), .written(failure: nil), .applied, .cut(.nothing)] {
            if case .started = event { continue }
            #expect(follower.handle(event, at: Self.now).isEmpty)
        }
        #expect(follower.held == chain[0])
    }
}
