import SampanDomain
import SampanMesh
import SampanRPC
import SampanTestSupport
import Testing

@Suite("Deny set")
struct DenySetTests {
    private static let now = UnixTime(nanoseconds: 1_800_000_000_000_000_000)
    private static let keyID = [UInt8](repeating: 0xAB, count: 20)

    private static func name(_ number: UInt64, _ keyID: [UInt8] = keyID) throws -> CertificateName {
        CertificateName(issuerKeyID: keyID, serial: try EpochFixture.serial(number))
    }

    private static func later(_ nanoseconds: Int64) -> UnixTime { now.advanced(byNanoseconds: nanoseconds) }

    @Test("each kind, and nobody else")
    func kinds() throws {
        let node = try EpochFixture.node("his-1")
        let set = DenySet([
            try Denial(.certificate(Self.name(5)), reason: .keyCompromise), try Denial(.node(node), reason: .cessation),
            try Denial(.institution("4699010009"), reason: .privilegeWithdrawn),
        ])
        let other = try EpochFixture.node("his-2")
        #expect(set.denial(of: [try Self.name(5)], identity: other, at: Self.now)?.reason == .keyCompromise)
        // Anywhere in the chain: an issuing certificate that is denied takes all under it along.
        #expect(set.denial(of: [try Self.name(4), try Self.name(5)], identity: nil, at: Self.now)?.reason == .keyCompromise)
        #expect(set.denial(of: [try Self.name(5, [1])], identity: other, at: Self.now) == nil)
        #expect(set.denial(of: [try Self.name(4), try Self.name(6)], identity: other, at: Self.now) == nil)
        #expect(set.denial(of: [], identity: node, at: Self.now)?.reason == .cessation)
        let member = try EpochFixture.node("any", institution: "4699010009")
        #expect(set.denial(of: [], identity: member, at: Self.now)?.reason == .privilegeWithdrawn)
        #expect(set.denial(of: [], identity: try EpochFixture.node("any", institution: "4699010008"), at: Self.now) == nil)
        #expect(DenySet.empty.denial(of: [try Self.name(5)], identity: node, at: Self.now) == nil)
    }

    @Test("a lock ends by the time that is given, to the nanosecond", arguments: [(-1, true), (0, false), (1, false)] as [(Int64, Bool)])
    func lock(offset: Int64, denied: Bool) throws {
        let set = DenySet([try Denial(.institution("1"), reason: .locked, endsAt: Self.now)])
        let node = try EpochFixture.node("n", institution: "1")
        #expect((set.denial(of: [], identity: node, at: Self.later(offset)) != nil) == denied)
        #expect((set.denial(of: [], identity: node, at: UnixTime(nanoseconds: .min)) != nil))
    }

    @Test("of two denials of one subject the longer counts, in either order")
    func longer() throws {
        let node = try EpochFixture.node("n")
        for subject in [Denial.Subject.certificate(try Self.name(1)), .node(node), .institution(node.institution)] {
            let short = try Denial(subject, reason: .locked, endsAt: Self.later(10))
            let long = try Denial(subject, reason: .locked, endsAt: Self.later(20))
            let good = try Denial(subject, reason: .keyCompromise)
            for denials in [[short, long], [long, short]] {
                let set = DenySet(denials)
                #expect(set.denial(of: [try Self.name(1)], identity: node, at: Self.later(15)) == long)
                #expect(set.denial(of: [try Self.name(1)], identity: node, at: Self.later(25)) == nil)
            }
            for denials in [[short, good, long], [good, long, short]] {
                #expect(DenySet(denials).denial(of: [try Self.name(1)], identity: node, at: Self.later(25)) == good)
            }
        }
    }

    @Test("finds what a plain search finds")
    func model() throws {
        let seed: UInt64 = 4_003
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            let keys: [[UInt8]] = [[1], [2], [1, 2]]
            let denied = try (0..<Int.random(in: 0...40, using: &random)).map { _ in
                try Self.name(UInt64.random(in: 0...60, using: &random), keys[Int.random(in: 0...2, using: &random)])
            }
            let set = DenySet(try denied.map { try Denial(.certificate($0), reason: .superseded) })
            for key in keys {
                for number in UInt64(0)...61 {
                    let name = try Self.name(number, key)
                    #expect((set.denial(of: [name], identity: nil, at: Self.now) != nil) == denied.contains(name))
                }
            }
        }
    }

    @Test("a look-up among 100,000 serial numbers takes well under a microsecond; the figure is printed")
    func speed() throws {
        let seed: UInt64 = 4_004
        var random = SeededRandom(seed: seed)
        let names = try (0..<100_000).map { _ in
            CertificateName(issuerKeyID: Self.keyID, serial: try #require(SerialNumber(random.bytes(16))))
        }
        let clock = ContinuousClock()
        var set = DenySet.empty
        let made = try clock.measure { set = DenySet(try names.map { try Denial(.certificate($0), reason: .superseded) }) }
        let identity = try EpochFixture.node("his-1")
        let chain = [
            CertificateName(issuerKeyID: Self.keyID, serial: try #require(SerialNumber(random.bytes(16)))), try Self.name(1, [7]),
        ]
        let count = 20_000
        var hits = 0
        let missing = clock.measure {
            for _ in 0..<count where set.denial(of: chain, identity: identity, at: Self.now) != nil { hits += 1 }
        }
        #expect(hits == 0 && set.count == 100_000)
        for name in names.prefix(1_000) { #expect(set.denial(of: [name], identity: nil, at: Self.now) != nil) }
        print("seed \(seed): set of 100,000 made in \(made), look-up of a chain of two \(missing / count)")
    }
}
