import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@Suite("What the authority decides")
struct AuthorityStateTests {
    private static let day: Int64 = 86_400 * Region.second
    private static let token = [UInt8](repeating: 7, count: 32)
    private static let request = [UInt8](repeating: 8, count: 32)
    private static let otherRequest = [UInt8](repeating: 9, count: 32)

    /// An authority without nodes, and a token for n9.
    private static func region() throws -> Region {
        var region = try Region(seed: 44_000, nodes: 0)
        try region.decide(.createToken(try enrollment(region)))
        return region
    }

    private static func enrollment(_ region: Region, node: String = "n9", life: Int64 = 3_600 * Region.second) throws -> EnrollmentToken {
        try EnrollmentToken(hash: token, identity: EpochFixture.node(node), expiresAt: region.now.advanced(byNanoseconds: life))
    }

    private static func certificate(
        _ region: Region, node: String = "n9", serial: UInt64 = 1, days: Int64 = 30, request: [UInt8] = request, issuer: [UInt8]? = nil
    ) throws -> IssuedCertificate {
        let active = try #require(region.state.activeIssuer)
        return try IssuedCertificate(
            identity: EpochFixture.node(node),
            name: CertificateName(issuerKeyID: issuer ?? active.keyID, serial: EpochFixture.serial(serial)),
            endsAt: region.now.advanced(byNanoseconds: days * day), requestHash: request, certificate: [1])
    }

    /// What the authority says to a command; nil when it takes it.
    private static func refusal(_ command: AuthorityCommand, _ region: inout Region) -> AuthorityRefusal? {
        do { try region.decide(command) } catch let refusal as AuthorityRefusal { return refusal } catch { Issue.record("\(error)") }
        return nil
    }

    @Test("a token is good once, for one request, for one name, until its time")
    func tokens() throws {
        var region = try Self.region()
        let good = try Self.certificate(region)
        let other = try Self.certificate(region, request: Self.otherRequest)
        #expect(Self.refusal(.enroll(token: Self.request, good), &region) == .unknownToken)
        #expect(Self.refusal(.enroll(token: Self.token, try Self.certificate(region, node: "n8")), &region) == .wrongIdentity)
        #expect(Self.refusal(.enroll(token: Self.token, try Self.certificate(region, issuer: [1])), &region) == .notTheActiveIssuer)
        #expect(Self.refusal(.enroll(token: Self.token, try Self.certificate(region, days: 366)), &region) == .outlivesIssuer)
        // After all that it is unused.
        #expect(try region.decide(.enroll(token: Self.token, good)))
        #expect(try region.state.admission(token: Self.token, request: Self.request, at: region.now) == .again(good))
        #expect(try !region.decide(.enroll(token: Self.token, good)))
        #expect(Self.refusal(.enroll(token: Self.token, other), &region) == .tokenUsed)
        #expect(Self.refusal(.createToken(try Self.enrollment(region)), &region) == .tokenExists)
        // The answer is given again when the token's time is over, too: it was used within it.
        region.pass(seconds: 7_200)
        #expect(try region.state.admission(token: Self.token, request: Self.request, at: region.now) == .again(good))
    }

    @Test("the token's last moment", arguments: [(3_599, nil), (3_600, .tokenExpired)] as [(Int64, AuthorityRefusal?)])
    func expiry(seconds: Int64, expected: AuthorityRefusal?) throws {
        var region = try Self.region()
        region.pass(seconds: seconds)
        #expect(Self.refusal(.enroll(token: Self.token, try Self.certificate(region)), &region) == expected)
    }

    @Test("renewal: over a certificate of this node that has not ended, not denied; the same request gets the same")
    func renewal() throws {
        var region = try Self.region()
        let first = try Self.certificate(region)
        try region.decide(.enroll(token: Self.token, first))
        let second = try Self.certificate(region, serial: 2, request: Self.otherRequest)
        #expect(Self.refusal(.renew(over: second.name, second), &region) == .unknownCertificate)
        let stranger = try Self.certificate(region, node: "n8", serial: 3)
        #expect(Self.refusal(.renew(over: first.name, stranger), &region) == .unknownCertificate)
        #expect(try region.decide(.renew(over: first.name, second)))
        #expect(try !region.decide(.renew(over: first.name, second)))
        #expect(region.state.nodes[second.identity]?.certificates == [first, second])
        let denial = try Denial(.certificate(first.name), reason: .superseded)
        try region.decide(.deny(denial))
        let third = try Self.certificate(region, serial: 4)
        #expect(Self.refusal(.renew(over: first.name, third), &region) == .denied(denial))
        #expect(try region.decide(.renew(over: second.name, third)))
        region.pass(seconds: 30 * 86_400)
        #expect(Self.refusal(.renew(over: second.name, try Self.certificate(region, serial: 5)), &region) == .unknownCertificate)
    }

    @Test("revoked is for good, a lock is not; each said twice makes one epoch")
    func denials() throws {
        var region = try Self.region()
        let subject = Denial.Subject.institution("4699010001")
        let lock = try Denial(subject, reason: .locked, message: "audit", endsAt: region.now.advanced(byNanoseconds: Self.day))
        let number = region.state.epochNumber
        #expect(try region.decide(.deny(lock)))
        #expect(try !region.decide(.deny(lock)))
        #expect(region.state.epochNumber == number + 1)
        #expect(Self.refusal(.enroll(token: Self.token, try Self.certificate(region)), &region) == .denied(lock))
        #expect(try region.decide(.lift(subject)))
        #expect(try !region.decide(.lift(subject)))
        let revocation = try Denial(subject, reason: .keyCompromise)
        try region.decide(.deny(lock))
        #expect(try region.decide(.deny(revocation)))
        #expect(try !region.decide(.deny(lock)))
        #expect(Self.refusal(.lift(subject), &region) == .revokedForGood)
        #expect(region.state.standingDenials == [revocation])
        let epoch = try TrustEpoch(serialized: region.state.newestEpoch)
        #expect(epoch.denials == [revocation] && epoch.number == region.state.epochNumber)
        #expect(epoch.previousHash == region.state.epochHashes[Int(epoch.number) - 2])
    }

    @Test("what has lapsed goes out with the next epoch, or when it is tidied")
    func lapse() throws {
        var region = try Self.region()
        let certificate = try Self.certificate(region)
        try region.decide(.enroll(token: Self.token, certificate))
        try region.decide(.deny(try Denial(.certificate(certificate.name), reason: .superseded)))
        let end = region.now.advanced(byNanoseconds: 2 * Self.day)
        try region.decide(.deny(try Denial(.institution("1"), reason: .locked, endsAt: end)))
        #expect(try !region.decide(.tidy))
        region.pass(seconds: 2 * 86_400)
        #expect(region.state.standingDenials.count == 2)
        try region.decide(.change(AuthoritySettings(policy: "p")))
        #expect(region.state.standingDenials.count == 1)
        // A certificate that has ended a day ago is refused without any denial.
        region.pass(seconds: 29 * 86_400)
        #expect(try region.decide(.tidy))
        #expect(try region.state.standingDenials.isEmpty && TrustEpoch(serialized: region.state.newestEpoch).denials.isEmpty)
    }

    @Test("acknowledgements: repeated they change nothing; late ones make gates wait; of an epoch that was never made they are loud")
    func acknowledgements() throws {
        var region = try Region(seed: 44_001, nodes: 1)
        let node = region.nodes[0].identity
        let issuer = try #require(region.state.activeIssuer).keyID
        try region.decide(.change(AuthoritySettings(policy: "p")))
        let hashes = region.state.epochHashes
        func say(_ number: UInt64, _ hash: [UInt8]) -> AuthorityCommand {
            .acknowledge(node, number: number, hash: hash, issuerKeyID: issuer)
        }
        #expect(try region.decide(say(2, hashes[1])))
        #expect(try !region.decide(say(2, hashes[1])))
        #expect(try region.decide(say(1, hashes[0])))
        #expect(region.state.nodes[node]?.acknowledged == 1)
        for (number, hash) in [(2, hashes[0]), (3, hashes[1]), (UInt64.max, hashes[1])] as [(UInt64, [UInt8])] {
            #expect(Self.refusal(say(number, hash), &region) == .foreignEpoch(node, number: number))
        }
        let stranger = try EpochFixture.node("stranger")
        #expect(
            Self.refusal(.acknowledge(stranger, number: 1, hash: hashes[0], issuerKeyID: issuer), &region) == .unknownNode)
    }

    @Test("to decide changes nothing, and what was decided is what happens")
    func dryRun() throws {
        let region = try Self.region()
        let circumstances = AuthorityCircumstances(actor: "admin", now: region.now, uptime: 0, presence: region.presence)
        let command = AuthorityCommand.deny(try Denial(.institution("1"), reason: .cessation))
        let before = region.state
        let record = try #require(try region.state.decide(command, circumstances))
        #expect(region.state == before && record.actor == "admin" && record.epoch?.number == 2)
        #expect(try region.state.decide(command, circumstances) == record)
        #expect(try AuthorityRecord(serialized: record.serialized()) == record)
    }

    @Test("founding: once, and with certificates that fit")
    func founding() throws {
        let region = try Self.region()
        let circumstances = AuthorityCircumstances(actor: "admin", now: region.now, uptime: 0, presence: region.presence)
        func decide(_ state: AuthorityState, _ command: AuthorityCommand) -> AuthorityRefusal? {
            let outcome = Result { () throws(AuthorityRefusal) in try state.decide(command, circumstances) }
            if case .failure(let refusal) = outcome { return refusal }
            return nil
        }
        let (root, issuer) = (try #require(region.state.activeRoot), try #require(region.state.activeIssuer))
        func found(_ root: AuthorityCertificate, _ issuer: AuthorityCertificate, domain: String = "a.test") -> AuthorityCommand {
            .found(trustDomain: domain, root: root, issuer: issuer, settings: AuthoritySettings())
        }
        #expect(decide(region.state, found(root, issuer)) == .alreadyFounded)
        let empty = AuthorityState()
        #expect(decide(empty, .tidy) == .notFounded)
        #expect(decide(empty, found(root, issuer)) == nil)
        #expect(decide(empty, found(root, issuer, domain: "UPPER")) == .wrongDomain("UPPER"))
        for (root, issuer) in [(issuer, issuer), (root, root), (root, try late(issuer, 20 * 365)), (root, try late(issuer, -1))] {
            guard case .badAuthority? = decide(empty, found(root, issuer)) else {
                Issue.record("taken: \(root), \(issuer)")
                return
            }
        }
    }

    private func late(_ certificate: AuthorityCertificate, _ days: Int64) throws -> AuthorityCertificate {
        try AuthorityCertificate(
            certificate: certificate.certificate, keyID: certificate.keyID, parentKeyID: certificate.parentKeyID,
            endsAt: UnixTime(nanoseconds: 1_800_000_000_000_000_000 + days * Self.day))
    }
}
