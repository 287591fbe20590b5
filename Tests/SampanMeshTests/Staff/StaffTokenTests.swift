import SampanAPI
import SampanCrypto
import SampanDomain
import SampanProtobuf
import SampanRPC
@testable import SampanTransport
import Synchronization
import Testing

@testable import SampanMesh

@Suite("Staff tokens")
struct StaffTokenTests {
    private static let home = "4699010001"
    private static let audience = "4699010002"

    /// A hospital's node that signs, a program of it that calls, and a node elsewhere that believes or does not.
    private final class Scene: Sendable {
        let region: TrustRegion
        let signer: TLSIdentity
        let app: TLSIdentity
        let far: LiveCredentials
        let board: StandingBoard
        let clockBox = UptimeBox()
        let now: Mutex<UnixTime>

        init(limit: Duration? = .seconds(2)) throws {
            region = try TrustRegion()
            signer = try region.identity("hospital/\(StaffTokenTests.home)/his-1")
            app = try region.identity("app/\(StaffTokenTests.home)/his")
            far = try LiveCredentials(region.credentials(TrustRegion.path(StaffTokenTests.audience, "his-1")))
            now = Mutex(try UnixTime(seconds: region.now))
            let box = clockBox
            board = StandingBoard(limit: limit, uptime: { box.value })
            try say(begins: true)
        }

        func say(
            active: Bool = true, institution: Bool = true, roles: Set<StaffRole> = [.doctor, .nurse], until: UnixTime? = nil,
            begins: Bool = false
        ) throws {
            board.take(
                [
                    StandingChange(.institution(StaffTokenTests.home), Standing(isActive: institution)),
                    StandingChange(
                        .staff(StaffKey(institution: StaffTokenTests.home, staffID: try StaffID("li.wei"))),
                        Standing(isActive: active, until: until, roles: roles)),
                ], begins: begins, isComplete: begins)
        }

        var clock: @Sendable () -> UnixTime { { self.now.withLock { $0 } } }
        func later(_ seconds: Int64) { now.withLock { $0 = $0.advanced(byNanoseconds: seconds * 1_000_000_000) } }
        func verifier() -> StaffTokenVerifier { StaffTokenVerifier(far, standing: board, wall: clock) }

        func peer(_ identity: TLSIdentity? = nil, _ path: String = "app/\(StaffTokenTests.home)/his") throws -> Peer {
            Peer(
                address: "127.0.0.1:1", identity: try PeerIdentity(uri: "spiffe://\(TrustRegion.domain)/\(path)"),
                certificateHash: (identity ?? app).leaf.fingerprint)
        }

        func token(
            institution: String = StaffTokenTests.home, roles: Set<StaffRole> = [.doctor],
            audience: Set<String> = [StaffTokenTests.audience],
            life: Int64 = 600, issued: Int64 = 0, staff: String = "li.wei"
        ) throws -> StaffToken {
            let start = clock().advanced(byNanoseconds: issued * 1_000_000_000)
            return try StaffToken(
                id: [UInt8](repeating: 7, count: 16), institution: institution, staffID: StaffID(staff), roles: roles, audience: audience,
                issuedAt: start, expiresAt: start.advanced(byNanoseconds: life * 1_000_000_000), certificateHash: app.leaf.fingerprint)
        }
    }

    final class UptimeBox: Sendable {
        private let state = Mutex<Int64>(0)
        var value: Int64 {
            get { state.withLock { $0 } }
            set { state.withLock { $0 = newValue } }
        }
    }

    private static func refusal(_ body: () throws -> StaffIdentity) -> StaffTokenRefusal? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? StaffTokenRefusal
        }
    }

    @Test("ID-12: the member, institution and roles reach the handler; the same token serves many calls over its certificate")
    func good() throws {
        let scene = try Scene()
        let signed = try scene.token(roles: [.doctor, .nurse]).signed(by: scene.signer)
        #expect(signed.count < 2_000)
        let verifier = scene.verifier()
        for _ in 0..<3 {
            let staff = try verifier.staff(signed, of: scene.peer())
            #expect(staff.name == "4699010001/li.wei" && staff.roles == [.doctor, .nurse])
            #expect(staff.tokenID == [UInt8](repeating: 7, count: 16))
        }
    }

    @Test("each wrong token has its own stable reason, and so again when it is shown twice")
    func bad() throws {
        let scene = try Scene()
        let verifier = scene.verifier()
        func refused(_ signed: [UInt8], _ peer: Peer? = nil) throws -> StaffTokenRefusal? {
            let caller = try peer ?? scene.peer()
            let first = Self.refusal { try verifier.staff(signed, of: caller) }
            #expect(first == Self.refusal { try verifier.staff(signed, of: caller) })
            return first
        }
        let token = try scene.token()
        let signed = try token.signed(by: scene.signer)
        #expect(try refused(signed) == nil)
        // Not one at all.
        for bytes in [[], [0], [UInt8](repeating: 0xFF, count: 100), [UInt8](repeating: 0, count: StaffToken.longestSigned + 1)] {
            #expect(try refused(bytes) == .malformed)
        }
        // Wrong key: the right institution's name, signed by another key than that of the shown certificate.
        var message = try MeshV1.SignedStaffToken(serialized: signed)
        let other = try MeshV1.SignedStaffToken(serialized: token.signed(by: scene.app))
        message.signature = other.signature
        #expect(try refused(message.serialized()) == .signature)
        // Wrong algorithm: a certificate over P-384. There is no field in which one could be named.
        message = try MeshV1.SignedStaffToken(serialized: signed)
        message.signerChain[0] = try #require(Base64.decode(text: Self.p384))
        #expect(try refused(message.serialized()) == .algorithm)
        // A program's key, and another institution's node.
        #expect(try refused(token.signed(by: scene.app)) == .signer)
        let stranger = try scene.region.identity("hospital/4699010009/his-1")
        #expect(try refused(token.signed(by: stranger)) == .signer)
        #expect(try refused(scene.token(institution: "4699010009").signed(by: scene.signer)) == .signer)
        // Another region.
        #expect(try refused(token.signed(by: TrustRegion(named: "foreign").identity("hospital/\(Self.home)/his-1"))) == .untrusted)
        // Other audience, life, time.
        #expect(try refused(scene.token(audience: ["4699010003"]).signed(by: scene.signer)) == .audience)
        for life in [Int64(601), 0, -5] { #expect(try refused(scene.token(life: life).signed(by: scene.signer)) == .life, "\(life)") }
        #expect(try refused(scene.token(issued: 61).signed(by: scene.signer)) == .notYet)
        #expect(try refused(scene.token(issued: 60).signed(by: scene.signer)) == nil)
        #expect(try refused(scene.token(life: 60, issued: -120).signed(by: scene.signer)) == .expired)
        #expect(try refused(scene.token(life: 60, issued: -119).signed(by: scene.signer)) == nil)
        // Another certificate, also of the same name; none; another institution's program with the same certificate's hash.
        #expect(try refused(signed, scene.peer(scene.region.identity("app/\(Self.home)/his"))) == .binding)
        #expect(try refused(signed, Peer(address: "x", identity: scene.peer().identity)) == .binding)
        #expect(try refused(signed, scene.peer(nil, "app/4699010009/his")) == .institution)
        // What the registry says.
        #expect(try refused(scene.token(roles: [.doctor, .pharmacist]).signed(by: scene.signer)) == .roleNotGranted)
        #expect(try refused(scene.token(staff: "nobody").signed(by: scene.signer)) == .unknown)
        // Every reason has one code of its own, and a text.
        #expect(Set(StaffTokenRefusal.allCases.map(\.rawValue)).count == StaffTokenRefusal.allCases.count)
    }

    @Test("a changed byte anywhere in what is signed is noticed")
    func tampered() throws {
        let scene = try Scene()
        let message = try MeshV1.SignedStaffToken(serialized: scene.token().signed(by: scene.signer))
        for index in message.token.indices {
            var changed = message
            changed.token[index] ^= 1
            let bytes = try changed.serialized()
            let refusal = Self.refusal { try scene.verifier().staff(bytes, of: scene.peer()) }
            #expect(refusal == .signature || refusal == .malformed, "byte \(index): \(String(describing: refusal))")
        }
        for index in message.signature.indices {
            var changed = message
            changed.signature[index] ^= 1
            let bytes = try changed.serialized()
            #expect(Self.refusal { try scene.verifier().staff(bytes, of: scene.peer()) } == .signature, "byte \(index)")
        }
    }

    @Test("it ends also when it was believed before; a clock that goes back makes it not valid yet")
    func ends() throws {
        let scene = try Scene()
        let verifier = scene.verifier()
        let signed = try scene.token().signed(by: scene.signer)
        func refusal() -> StaffTokenRefusal? { Self.refusal { try verifier.staff(signed, of: scene.peer()) } }
        #expect(refusal() == nil)
        scene.later(659)
        #expect(refusal() == nil)
        scene.later(1)
        #expect(refusal() == .expired)
        scene.later(-660 - 61)
        #expect(refusal() == .notYet)
    }

    @Test("ID-24: a suspended member is refused at the next call, though the token was believed before; restored, it counts again")
    func suspended() throws {
        let scene = try Scene()
        let verifier = scene.verifier()
        let signed = try scene.token().signed(by: scene.signer)
        func refusal() -> StaffTokenRefusal? { Self.refusal { try verifier.staff(signed, of: scene.peer()) } }
        #expect(refusal() == nil)
        try scene.say(active: false)
        #expect(refusal() == .suspended)
        try scene.say(institution: false)
        #expect(refusal() == .institutionSuspended)
        try scene.say(roles: [.nurse])
        #expect(refusal() == .roleNotGranted)
        try scene.say()
        #expect(refusal() == nil)
        try scene.say(until: scene.clock())
        #expect(refusal() == .suspended)
    }

    @Test("a node that has not heard from the registry for two seconds believes nobody, until it hears again")
    func stale() throws {
        let scene = try Scene()
        let verifier = scene.verifier()
        let signed = try scene.token().signed(by: scene.signer)
        func refusal() -> StaffTokenRefusal? { Self.refusal { try verifier.staff(signed, of: scene.peer()) } }
        scene.clockBox.value = 2_000_000_000
        #expect(refusal() == nil)
        scene.clockBox.value += 1
        #expect(refusal() == .stale)
        scene.board.take([])
        #expect(refusal() == nil)
    }

    @Test("multi-point practice needs the home entry as well, wherever it is")
    func home() throws {
        let scene = try Scene()
        let here = StaffKey(institution: Self.home, staffID: try StaffID("li.wei"))
        let there = StaffKey(institution: "4699010005", staffID: try StaffID("d-7"))
        scene.board.take([StandingChange(.staff(here), Standing(isActive: true, roles: [.doctor], home: there))])
        let signed = try scene.token().signed(by: scene.signer)
        let verifier = scene.verifier()
        func refusal() -> StaffTokenRefusal? { Self.refusal { try verifier.staff(signed, of: scene.peer()) } }
        #expect(refusal() == .unknown)
        scene.board.take([StandingChange(.institution("4699010005"), Standing(isActive: true))])
        #expect(refusal() == .unknown)
        scene.board.take([StandingChange(.staff(there), Standing(isActive: true, roles: [.doctor]))])
        #expect(refusal() == nil)
        scene.board.take([StandingChange(.staff(there), Standing(isActive: false, roles: [.doctor]))])
        #expect(refusal() == .suspended)
    }

    @Test("while everybody is told anew, what was known counts; who is not told again is gone after that")
    func again() throws {
        let scene = try Scene()
        let key = try StaffID("li.wei")
        func refusal() -> StaffTokenRefusal? {
            do throws(StaffTokenRefusal) {
                try scene.board.check(Self.home, key, [.doctor], at: scene.clock())
                return nil
            } catch {
                return error
            }
        }
        scene.board.take([StandingChange(.institution(Self.home), Standing(isActive: true))], begins: true)
        #expect(refusal() == nil)
        scene.board.take([], isComplete: true)
        #expect(refusal() == .unknown)
        let fresh = StandingBoard(limit: nil, uptime: { 0 })
        #expect(throws: StaffTokenRefusal.stale) { try fresh.check(Self.home, key, [], at: scene.clock()) }
    }

    @Test("what is told of standing arrives as it was said, also over the wire; an end that is none is nobody's")
    func wire() throws {
        let key = StaffKey(institution: "A", staffID: try StaffID("1"))
        let end = UnixTime(nanoseconds: 5_000_000_000)
        let changes = [
            StandingChange(.institution("A"), Standing(isActive: true, until: end)),
            StandingChange(
                .staff(key),
                Standing(isActive: true, until: nil, roles: [.doctor], home: StaffKey(institution: "B", staffID: try StaffID("2")))),
        ]
        let message = MeshV1.FollowStandingResponse(changes, begins: true, isComplete: true)
        let read = try MeshV1.FollowStandingResponse(serialized: message.serialized())
        #expect(read.changes == changes && read.begins && read.isComplete)
        var odd = message
        odd.institutions[0].until = GoogleProtobuf.Timestamp(seconds: .max, nanos: -1)
        odd.staff[0].homeStaffID = "no id"
        #expect(odd.changes.allSatisfy { $0.standing == nil })
    }

    @Test("two tokens in one head are none, a call without one goes on, and a handler asks for roles")
    func gate() throws {
        let scene = try Scene()
        let gate = StaffGate(scene.verifier())
        let signed = try scene.token().signed(by: scene.signer)
        func context(_ tokens: [[UInt8]]) throws -> CallContext {
            var metadata = Metadata()
            for token in tokens { try metadata.append(token, for: StaffToken.metadataKey) }
            return CallContext(
                method: MethodDescriptor(service: "a.v1.B", name: "C", kind: .unary), peer: try scene.peer(), requestMetadata: metadata,
                deadline: .now + .seconds(60))
        }
        let none = try context([])
        try gate.admit(none)
        #expect(none.staff == nil)
        #expect(reason { _ = try none.requireStaffIdentity() } == "STAFF_TOKEN_MISSING")
        let one = try context([signed])
        try gate.admit(one)
        #expect(try one.requireStaffIdentity(.doctor, .clerk).name == "4699010001/li.wei")
        #expect(reason { _ = try one.requireStaffIdentity(.clerk) } == "STAFF_ROLE_NEEDED")
        let two = try context([signed, signed])
        #expect(reason { try gate.admit(two) } == "STAFF_TOKEN_MALFORMED")
    }

    private func reason(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return (error as? RPCError)?.detail(GoogleRPC.ErrorInfo.self)?.reason
        }
    }

    /// A certificate over P-384, without its key.
    private static let p384 =
        "MIIBsDCCATagAwIBAgIUP35V4TXEV++6GHe5/6aSnwK8+XEwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEcDM4NDAeFw0yNjExMjcxMjI4MjZaFw0zNjExMjQx"
        + "MjI4MjZaMA8xDTALBgNVBAMMBHAzODQwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAATG/I4v43nwBn0W5XgVV3weBrPUsLoeW5Xi6Z30UJW9MOnr6KzjmW1aFTau"
        + "PMMNYAEOUnwhEV+NgUtGg9p4VKMRIUwxDI/Pt7ooy6LsDBVpfcAu+KP7FK/Z6WIOGCk5y/6jUzBRMB0GA1UdDgQWBBQPtzPaR7+2S1FK8tXKHUlgcGcmMDAf"
        + "BgNVHSMEGDAWgBQPtzPaR7+2S1FK8tXKHUlgcGcmMDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA2gAMGUCMQCZNkW8yTvUV8oNQQcsbzuq53XqWbcM"
        + "RFQyTPPjyUpcpPrOtN/mpnQc/aWHeSS00wICMHmB9uINyZzkiBpLZWnuQDJsfjig5Njgno8sCf5v1er2PNvezSHN1huGzZnPvWW6eQ=="
}
