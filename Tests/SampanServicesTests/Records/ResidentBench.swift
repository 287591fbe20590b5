import SampanAPI
import SampanCrypto
import SampanDomain
import SampanFerry
import SampanIdentity
import SampanMesh
import SampanRPC
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Synchronization

@testable import SampanRecords
@testable import SampanServices

/// A node's records with its consent and resident desks, called in the process.
final class ResidentBench: Sendable {
    /// The region's audit log in memory, which can be made to fail.
    final class Log: RecordsAudit {
        private let records = Mutex<[AuditRecord]>([])
        private let isBroken = Mutex(false)

        var all: [AuditRecord] { records.withLock { $0 } }
        func breakDown(_ broken: Bool) { isBroken.withLock { $0 = broken } }
        func clear() { records.withLock { $0 = [] } }

        func append(_ record: AuditRecord) async throws(RPCError) {
            guard !isBroken.withLock({ $0 }) else { throw RPCError(code: .unavailable, message: "the log is broken") }
            records.withLock { $0.append(record) }
        }
    }

    /// The way to phones: notices are waited for, since they are sent beside the answer.
    actor Phones: NoticeSender {
        private var notices: [Notice] = []
        private var waiting: [CheckedContinuation<Notice, Never>] = []
        private(set) var sent = 0
        private var isBroken = false
        private var stopped: [CheckedContinuation<Void, Never>] = []
        private var isStopped = false

        func breakDown(_ broken: Bool) { isBroken = broken }
        func stop() { isStopped = true }
        func goOn() {
            isStopped = false
            for one in stopped { one.resume() }
            stopped = []
        }

        func send(_ notice: Notice) async throws {
            sent += 1
            if isStopped { await withCheckedContinuation { stopped.append($0) } }
            if isBroken { throw HeldAudit.Failed() }
            if waiting.isEmpty { notices.append(notice) } else { waiting.removeFirst().resume(returning: notice) }
        }

        func next() async -> Notice {
            if !notices.isEmpty { return notices.removeFirst() }
            return await withCheckedContinuation { waiting.append($0) }
        }

        /// The digits of the next code.
        func digits() async -> String {
            switch await next() {
            case .code(_, let digits, _, _, _), .signIn(_, let digits, _): digits
            case .emergency: ""
            }
        }
    }

    /// What `StaffGate` does, without a token to verify.
    private struct Staff: CallInterceptor {
        let staff: StaffIdentity?
        func admit(_ context: CallContext) throws(RPCError) { if let staff { context.keep(staff) } }
    }

    /// What was waited for, without waiting.
    final class Pauses: Sendable {
        private let times = Mutex<[Duration]>([])

        var all: [Duration] { times.withLock { $0 } }
        func note(_ time: Duration) { times.withLock { $0.append(time) } }
    }

    static let hospital = "4699010001"
    static let platform = "4699010000"

    let directory: TemporaryDirectory
    let fixture: RecordsFixture
    let index: PatientIndex
    let log = Log()
    let phones = Phones()
    /// How long answers were held back.
    let pauses: Pauses
    let keys: AuditPersonKeys
    private let identity: TLSIdentity
    private let services: [any RPCService]

    init() async throws {
        directory = try TemporaryDirectory()
        let pauses = Pauses()
        self.pauses = pauses
        let fixture = try await RecordsFixture(path: directory.file("records.db"))
        self.fixture = fixture
        let now: @Sendable () -> UnixTime = { fixture.time.now }
        index = try await PatientIndexFile.open(
            path: directory.file("index.db"), secret: [UInt8](repeating: 1, count: 32), now: now)
        guard let keys = AuditPersonKeys(secret: [UInt8](repeating: 2, count: 32)) else { throw HeldAudit.Failed() }
        self.keys = keys
        let key = try PrivateKey.generate()
        let validity = CertificateValidity(from: RecordsFixture.start.seconds - 60, lasting: 86_400 * 400)
        let root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: nil, commonName: "root"), key: try PrivateKey.generate(), validity: validity,
            trustDomain: "region.example")
        let node = try PeerIdentity(trustDomain: "region.example", role: .platform, institution: Self.platform, node: "p1")
        let leaf = try root.issue(
            .node(names: SubjectAlternativeNames(uris: [node.uri], dnsNames: [], addresses: [])),
            subject: DistinguishedName(organization: nil, commonName: "p1"), key: key, validity: validity)
        let shown = try TLSIdentity(chain: [leaf], key: key)
        identity = shown
        let audit = RegionAccessAudit(log: log, people: keys, journal: AccessJournal(fixture.records), node: "p1", now: now)
        let (patients, residents) = (IndexedPatients(index), IndexedResidents(index, now: now))
        let sessions = ResidentSessions(SignInDesk(fixture.records, papers: residents), patients: patients)
        services = [
            ConsentServiceDesk(fixture.records, patients: patients, notices: phones, audit: audit),
            ResidentDesk(
                fixture.records, sessions: sessions, patients: patients, guardians: residents, post: SignInPost(phones), audit: audit,
                signer: { shown }, pause: { pauses.note($0) }),
        ]
    }

    /// Registers somebody with a passport.
    func register(_ passport: String, birth: String = "19800101") async throws -> Int64 {
        let registration = Registration(
            institution: Self.hospital, localID: passport,
            demographics: Demographics(name: passport, sex: "1", birthDate: birth, idType: "03", idNumber: passport), requestID: passport)
        return try await index.register(registration, actor: "test").person.number
    }

    func link(_ guardian: Int64, of child: Int64) async throws {
        try await index.linkGuardian(
            try EnterpriseID(guardian), of: try EnterpriseID(child),
            IndexRequest(institution: Self.hospital, id: "g\(guardian)-\(child)", actor: "test", reason: "母亲"))
    }

    func residents(_ role: PeerIdentity.Role = .app, node: String = "phone") throws -> RecordsV1.ResidentServiceClient {
        RecordsV1.ResidentServiceClient(try caller(role, Self.platform, node, nil))
    }

    /// `roles` empty: without a staff token.
    func clinicians(
        _ roles: Set<StaffRole> = [.doctor], staff: String = "D7", institution: String = ResidentBench.hospital
    ) throws -> RecordsV1.ConsentServiceClient {
        let member =
            roles.isEmpty
            ? nil
            : StaffIdentity(
                institution: institution, staffID: try StaffID(staff), roles: roles, tokenID: [UInt8](repeating: 3, count: 16),
                issuedAt: fixture.time.now, expiresAt: fixture.time.now.advanced(byNanoseconds: 600_000_000_000))
        return RecordsV1.ConsentServiceClient(try caller(.hospital, institution, "his", member))
    }

    private func caller(
        _ role: PeerIdentity.Role, _ institution: String, _ node: String, _ staff: StaffIdentity?
    ) throws -> InProcessCaller {
        InProcessCaller(
            services, as: try PeerIdentity(trustDomain: "region.example", role: role, institution: institution, node: node),
            interceptors: [Staff(staff: staff)])
    }

    /// Runs a method of streamed answers as an app's call, answer by answer: `after` has come back before the next one is made.
    /// - Returns: how many answers there were, and how it ended.
    func answers(
        _ method: MethodDescriptor, _ request: FramedMessage, after: @escaping @Sendable (Int) async -> Void
    ) async throws -> (count: Int, end: String) {
        let identity = try PeerIdentity(trustDomain: "region.example", role: .app, institution: Self.platform, node: "phone")
        let context = CallContext(
            method: method, peer: Peer(address: "in-process", identity: identity, certificateHash: []), requestMetadata: Metadata(),
            deadline: .now + .seconds(3_600))
        let sink = SteppedSink(after)
        for handler in services.flatMap(\.methodHandlers) where handler.method.path == method.path {
            guard case .streaming(let body) = handler.body else { continue }
            let end = await Self.refusal { try await body(OneRequest(request), sink, context) }
            return (sink.count, end)
        }
        throw HeldAudit.Failed()
    }

    /// Signs in by the code that comes to the phone.
    func signIn(_ passport: String, node: String = "phone") async throws -> String {
        let client = try residents(node: node)
        let asked = try await client.requestSignIn(RecordsV1.RequestSignInRequest(idType: "03", idNumber: passport))
        let digits = await phones.digits()
        return try await client.signIn(RecordsV1.SignInRequest(signInID: asked.signInID, code: digits)).session
    }

    /// Terms that let a doctor of the hospital read laboratory reports for a day.
    func terms(_ person: Int64, staff: String = "D7", institution: String = ResidentBench.hospital) -> RecordsV1.ConsentTerms {
        RecordsV1.ConsentTerms(
            enterpriseID: person, institutionCode: institution, staffID: staff, purpose: "treatment", kinds: ["lab-report"],
            gradeCeiling: 3, expiresAt: fixture.time.now.advanced(byNanoseconds: 86_400_000_000_000).message)
    }

    func clinician(_ person: Int64, staff: String = "D7") throws -> AccessRequest {
        AccessRequest(
            reader: .staff(try InstitutionCode(Self.hospital, scheme: .local), try StaffID(staff), .clinician), purpose: .treatment,
            patient: try EnterpriseID(person), scope: try RecordsFixture.everything())
    }

    /// Operation, decision and reason of what the log has about a person.
    func leaves(about person: Int64) throws -> [String] {
        let pseudonym = try keys.pseudonym(of: try EnterpriseID(person))
        return log.all.compactMap { record in
            guard let access = record.access, access.person == pseudonym else { return nil }
            return "\(access.operation.name) \(access.decision.rawValue) \(record.reason)"
        }
    }

    /// Asks for a sign-in code by a passport.
    func ask(_ passport: String) async throws -> RecordsV1.RequestSignInResponse {
        try await residents().requestSignIn(RecordsV1.RequestSignInRequest(idType: "03", idNumber: passport))
    }

    /// `done`, or code and reason.
    static func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "done"
        } catch let error as RPCError {
            return "\(error.code) \(error.errorInfo?.reason ?? "-")"
        } catch {
            return "\(error)"
        }
    }
}

/// Counts answers, and does something after each.
private final class SteppedSink: MessageSink {
    private let sent = Mutex(0)
    private let after: @Sendable (Int) async -> Void

    init(_ after: @escaping @Sendable (Int) async -> Void) { self.after = after }

    var count: Int { sent.withLock { $0 } }

    func send(_ message: FramedMessage) async throws(RPCError) {
        let count = sent.withLock { sent in
            sent += 1
            return sent
        }
        await after(count)
    }
}

/// One request, and no more.
private final class OneRequest: MessageSource {
    private let waiting: Mutex<[UInt8]?>

    init(_ message: FramedMessage) { waiting = Mutex(Array(message.bytes.dropFirst(FramedMessage.prefixLength))) }

    func next() async throws(RPCError) -> [UInt8]? {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
    }
}

extension RecordsFixture {
    func latestSignInState() async throws -> String {
        try await records.database.read { transaction in
            try transaction.first("SELECT state FROM sign_in_codes ORDER BY id DESC") { row in try row.text(0) } ?? ""
        }
    }
}
