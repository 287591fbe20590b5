import SampanAPI
import SampanCrypto
import SampanDomain
import SampanProtobuf
import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@testable import SampanMesh

@Suite("Who has made a call that is passed on")
struct CallerTests {
    private static let app = "app/4699010001/his"
    private static let node = TrustRegion.path("4699010001", "his-1")
    private static let audience = "4699010002"

    /// A region with a node that speaks for its callers, and one that believes it or does not.
    private final class Scene: Sendable {
        let region: TrustRegion
        let near: LiveCredentials
        let far: LiveCredentials
        let now = Mutex(NodeFixture.wall)

        init() throws {
            region = try TrustRegion()
            near = try LiveCredentials(region.credentials(CallerTests.node))
            far = try LiveCredentials(region.credentials(TrustRegion.path(CallerTests.audience, "his-1")))
        }

        var clock: @Sendable () -> UnixTime { { self.now.withLock { $0 } } }

        func later(_ seconds: Int64) { now.withLock { $0 = $0.advanced(byNanoseconds: seconds * 1_000_000_000) } }
    }

    private static func identity(_ path: String) throws -> PeerIdentity { try PeerIdentity(uri: "spiffe://\(TrustRegion.domain)/\(path)") }

    private static func refusal(_ body: () throws -> PeerIdentity) -> CallerRefusal? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? CallerRefusal
        }
    }

    @Test("the far node learns who called the near one, and the same words serve for half a minute")
    func good() throws {
        let scene = try Scene()
        let signer = CallerSigner(scene.near, wall: scene.clock)
        let verifier = CallerVerifier(scene.far, wall: scene.clock)
        let (app, node) = (try Self.identity(Self.app), try Self.identity(Self.node))
        let first = try signer.word(for: app, to: Self.audience).text
        for _ in 0..<2 { #expect(try verifier.caller(first, to: Self.audience, carriedBy: node) == app) }
        // A platform may stand between.
        #expect(try verifier.caller(first, to: Self.audience, carriedBy: Self.identity(TrustRegion.platform)) == app)
        scene.later(29)
        #expect(try signer.word(for: app, to: Self.audience).text == first)
        scene.later(2)
        let second = try signer.word(for: app, to: Self.audience).text
        #expect(second != first && second.utf8.count < 3_000)
        #expect(try signer.word(for: app, to: "4699010003").text != second)
        #expect(try verifier.caller(second, to: Self.audience, carriedBy: node) == app)
    }

    @Test("another certificate of the near node signs anew at once")
    func renewed() async throws {
        let scene = try Scene()
        let signer = CallerSigner(scene.near, wall: scene.clock)
        let app = try Self.identity(Self.app)
        let first = try signer.word(for: app, to: Self.audience).text
        _ = try await scene.near.swap(to: scene.region.credentials(Self.node))
        #expect(try signer.word(for: app, to: Self.audience).text != first)
    }

    @Test("who is not believed, and why")
    func bad() throws {
        let scene = try Scene()
        let signer = CallerSigner(scene.near, wall: scene.clock)
        let verifier = CallerVerifier(scene.far, wall: scene.clock)
        let (app, node) = (try Self.identity(Self.app), try Self.identity(Self.node))
        let text = try signer.word(for: app, to: Self.audience).text
        func refusal(_ text: String, to audience: String = Self.audience, by carrier: PeerIdentity? = nil) -> CallerRefusal? {
            Self.refusal { try verifier.caller(text, to: audience, carriedBy: carrier ?? node) }
        }
        #expect(refusal(text) == nil)
        #expect(refusal("") == .malformed && refusal("????") == .malformed && refusal(String(text.dropLast(8))) != nil)
        #expect(refusal(text, to: "4699010003") == .audience)
        for carrier in [Self.app, TrustRegion.path("4699010001", "his-2"), TrustRegion.path("4699010003", "his-1"), "admin/4699010001/li"] {
            #expect(try refusal(text, by: Self.identity(carrier)) == .carrier)
        }
        // A caller of another institution: the near node does not speak for it, and would not be believed.
        let stranger = try Self.identity("app/4699010009/his")
        #expect((try? signer.word(for: stranger, to: Self.audience).text) == nil)
        let assertion = CallerAssertion(caller: stranger, audience: Self.audience, issuedAt: scene.clock())
        #expect(try refusal(assertion.signed(by: scene.near.credentials.identityShown)) == .signer)
        // A program may not speak for others of its institution.
        let program = try scene.region.identity(Self.app)
        let other = CallerAssertion(caller: try Self.identity("app/4699010001/other"), audience: Self.audience, issuedAt: scene.clock())
        #expect(try refusal(other.signed(by: program)) == .signer)
        // A role that is not its own, though of its institution: no key of a node is worth an admin's.
        for role in ["admin", "platform", "ferry", "center", "gateway"] {
            let other = CallerAssertion(
                caller: try Self.identity("\(role)/4699010001/x"), audience: Self.audience, issuedAt: scene.clock())
            #expect(try refusal(other.signed(by: scene.near.credentials.identityShown)) == .signer, "\(role)")
            #expect((try? signer.word(for: Self.identity("\(role)/4699010001/x"), to: Self.audience)) == nil, "\(role)")
        }
        // A life that is longer than may be, or none.
        for life in [Int64(0), -1, CallerAssertion.longestLife + 1] {
            let odd = CallerAssertion(caller: app, audience: Self.audience, issuedAt: scene.clock(), life: life)
            #expect(try refusal(odd.signed(by: scene.near.credentials.identityShown)) == .malformed)
        }
        // Of another region, with the same names.
        let foreign = try TrustRegion(named: "foreign").identity(Self.node)
        let same = CallerAssertion(caller: app, audience: Self.audience, issuedAt: scene.clock())
        #expect(try refusal(same.signed(by: foreign)) == .untrusted)
    }

    @Test("a changed byte anywhere is noticed")
    func tampered() throws {
        let scene = try Scene()
        let text = try CallerSigner(scene.near, wall: scene.clock).word(for: try Self.identity(Self.app), to: Self.audience).text
        let bytes = try #require(Base64.decode(text: text))
        let message = try MeshV1.SignedCallerAssertion(serialized: bytes)
        let node = try Self.identity(Self.node)
        for index in stride(from: 0, to: message.assertion.count, by: 3) {
            var changed = message
            changed.assertion[index] ^= 1
            let verifier = CallerVerifier(scene.far, wall: scene.clock)
            let other = Base64.encode(try changed.serialized())
            #expect(Self.refusal { try verifier.caller(other, to: Self.audience, carriedBy: node) } != nil, "byte \(index)")
        }
    }

    @Test("it ends, also when it was believed before; clocks may differ by five minutes", arguments: [true, false])
    func ends(isKnown: Bool) throws {
        let scene = try Scene()
        let verifier = CallerVerifier(scene.far, wall: scene.clock)
        let (app, node) = (try Self.identity(Self.app), try Self.identity(Self.node))
        let text = try CallerSigner(scene.near, wall: scene.clock).word(for: app, to: Self.audience).text
        func refusal() -> CallerRefusal? { Self.refusal { try verifier.caller(text, to: Self.audience, carriedBy: node) } }
        if isKnown { #expect(refusal() == nil) }
        scene.later(60 + 300 - 1)
        #expect(refusal() == nil)
        scene.later(1)
        #expect(refusal() == .expired)
        scene.later(-2 * 300 - 60 - 1)
        let fresh = CallerVerifier(scene.far, wall: scene.clock)
        #expect(Self.refusal { try fresh.caller(text, to: Self.audience, carriedBy: node) } == .expired)
    }

    @Test("a denial of the signer's node, of the caller or of the institution counts at once, also when it was believed before")
    func denied() async throws {
        let scene = try Scene()
        let verifier = CallerVerifier(scene.far, wall: scene.clock)
        let (app, node) = (try Self.identity(Self.app), try Self.identity(Self.node))
        let text = try CallerSigner(scene.near, wall: scene.clock).word(for: app, to: Self.audience).text
        func refusal() -> CallerRefusal? { Self.refusal { try verifier.caller(text, to: Self.audience, carriedBy: node) } }
        for subject in [Denial.Subject.node(node), .node(app), .institution("4699010001")] {
            #expect(refusal() == nil)
            let epoch = try scene.region.epoch(denials: [Denial(subject, reason: .keyCompromise)])
            let admission = try NodeAdmission(epoch.epoch, level: 1, wall: scene.clock)
            _ = await scene.far.deny { admission.denial(of: $0) }
            #expect(refusal() == .denied)
            _ = await scene.far.deny(nil)
        }
    }
}
