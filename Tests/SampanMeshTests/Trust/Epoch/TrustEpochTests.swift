import SampanAPI
import SampanDomain
import SampanMesh
import SampanProtobuf
import SampanRPC
import SampanTestSupport
import Testing

@Suite("Trust epoch")
struct TrustEpochTests {
    /// A message that is good; each row of a table breaks one thing.
    private static func good() throws -> TrustV1.TrustEpoch {
        var message = TrustV1.TrustEpoch(
            number: 2, previousHash: [UInt8](repeating: 1, count: 32), trustDomain: "sampan.test",
            issuedAt: GoogleProtobuf.Timestamp(seconds: 1_800_000_000, nanos: 5),
            roots: [TrustV1.Anchor(certificate: [1], standing: .active), TrustV1.Anchor(certificate: [2], standing: .tainted)],
            issuers: [TrustV1.Anchor(certificate: [3], standing: .active), TrustV1.Anchor(certificate: [4], standing: .trusted)],
            bridges: [[5]], policy: "规则",
            routes: [
                TrustV1.Route(
                    name: "4699010001/records", endpoints: ["his-1:8443"], capacity: 400, programVersion: "0.1.0",
                    versions: [TrustV1.ServiceVersion(service: "a.v1.B", version: "1.4.0")])
            ], minimumProtocol: 3,
            custodians: [
                TrustV1.Custodian(institution: "4699010009", custodian: "4699010001"),
                TrustV1.Custodian(institution: "4699010009", service: "a.v1.B", custodian: "4699010000"),
            ])
        message.denials = [
            denial(.certificates(TrustV1.CertificateDenial(issuerKeyID: [9], serials: [[1], [2, 0]]))),
            denial(.node("spiffe://sampan.test/hospital/4699010001/his-1")), denial(.institution("4699010002")),
        ]
        return message
    }

    private static func denial(
        _ subject: TrustV1.Denial.Subject?, _ reason: TrustV1.DenialReason = .keyCompromise, endsAt: GoogleProtobuf.Timestamp? = nil,
        message: String = ""
    ) -> TrustV1.Denial {
        TrustV1.Denial(reason: reason, message: message, endsAt: endsAt, subject: subject)
    }

    @Test("reads what it should, and writes it again")
    func roundTrip() throws {
        let epoch = try TrustEpoch(serialized: try Self.good().serialized())
        #expect(epoch.number == 2 && epoch.trustDomain == "sampan.test" && epoch.minimumProtocol == 3 && epoch.policy == "规则")
        #expect(epoch.issuedAt == UnixTime(nanoseconds: 1_800_000_000_000_000_005))
        #expect(epoch.roots.map(\.standing) == [.active, .tainted] && epoch.issuers.map(\.standing) == [.active, .trusted])
        #expect(epoch.denials.count == 4 && epoch.bridges == [[5]])
        let again = try TrustEpoch(serialized: try epoch.serialized())
        #expect(Set(again.denials) == Set(epoch.denials) && again.roots == epoch.roots && again.directory == epoch.directory)
        #expect(epoch.routes[0].capacity == 400 && epoch.routes[0].versions.map(\.version) == ["1.4.0"] && epoch.custodians.count == 2)
        // The same said once more is the same bytes.
        #expect(try again.serialized() == TrustEpoch(serialized: again.serialized()).serialized())
    }

    private static let changes: [(String, EpochError.Reason, @Sendable (inout TrustV1.TrustEpoch) -> Void)] = [
        ("number", .missing, { $0.number = 0 }),
        ("previous_hash", .badValue, { $0.previousHash = [] }),
        ("previous_hash", .badValue, { $0.previousHash.removeLast() }),
        ("previous_hash", .badValue, { $0.number = 1 }),
        ("trust_domain", .badValue, { $0.trustDomain = "" }),
        ("trust_domain", .badValue, { $0.trustDomain = "UPPER" }),
        ("issued_at", .missing, { $0.issuedAt = nil }),
        ("issued_at", .badValue, { $0.issuedAt = GoogleProtobuf.Timestamp(seconds: 0, nanos: -1) }),
        ("issued_at", .badValue, { $0.issuedAt = GoogleProtobuf.Timestamp(seconds: .max, nanos: 0) }),
        ("roots", .missing, { $0.roots = [] }),
        ("roots", .tooLarge, { $0.roots += (3..<18).map { TrustV1.Anchor(certificate: [$0], standing: .trusted) } }),
        ("roots.certificate", .missing, { $0.roots[0].certificate = [] }),
        ("roots.certificate", .tooLarge, { $0.roots[0].certificate = [UInt8](repeating: 0, count: 16_385) }),
        ("roots.certificate", .repeated, { $0.roots[1].certificate = [1] }),
        ("roots.standing", .missing, { $0.roots[0].standing = .unspecified }),
        ("roots.standing", .badValue, { $0.roots[0].standing = .unrecognized(9) }),
        ("roots.standing", .badValue, { $0.roots[0].standing = .trusted }),
        ("roots.standing", .badValue, { $0.roots[1].standing = .active }),
        ("issuers", .missing, { $0.issuers = [] }),
        ("issuers.standing", .badValue, { $0.issuers[0].standing = .tainted }),
        ("bridges", .tooLarge, { $0.bridges = [[UInt8]](repeating: [1], count: 17) }),
        ("bridges", .missing, { $0.bridges = [[]] }),
        ("policy", .tooLarge, { $0.policy = String(repeating: "a", count: 1 << 20 + 1) }),
        ("routes.name", .missing, { $0.routes[0].name = "" }),
        ("routes.name", .badValue, { $0.routes[0].name = "医院" }),
        ("routes.name", .repeated, { $0.routes.append($0.routes[0]) }),
        ("routes.endpoints", .missing, { $0.routes[0].endpoints = [] }),
        ("routes.endpoints", .badValue, { $0.routes[0].endpoints = ["a b:1"] }),
        ("routes.capacity", .tooLarge, { $0.routes[0].capacity = 10_000_001 }),
        ("routes.program_version", .tooLarge, { $0.routes[0].programVersion = String(repeating: "1", count: 65) }),
        ("routes.program_version", .badValue, { $0.routes[0].programVersion = "第一版" }),
        (
            "routes.versions", .tooLarge,
            { $0.routes[0].versions = (0..<65).map { TrustV1.ServiceVersion(service: "a.B\($0)", version: "1.0.0") } }
        ),
        ("routes.versions.service", .repeated, { $0.routes[0].versions.append($0.routes[0].versions[0]) }),
        ("routes.versions.service", .badValue, { $0.routes[0].services = ["a.v1.C"] }),
        ("routes.versions.service", .missing, { $0.routes[0].versions[0].service = "" }),
        ("routes.versions.version", .badValue, { $0.routes[0].versions[0].version = "2.0.0" }),
        ("custodians", .repeated, { $0.custodians.append($0.custodians[0]) }),
        ("custodians", .tooLarge, { $0.custodians = [TrustV1.Custodian](repeating: $0.custodians[0], count: 10_001) }),
        ("custodians.institution", .badValue, { $0.custodians[0].institution = "卫生院" }),
        ("custodians.custodian", .badValue, { $0.custodians[0].custodian = "" }),
        ("custodians.custodian", .badValue, { $0.custodians[0].custodian = "4699010009" }),
        (
            "custodians.custodian", .badValue,
            { $0.custodians.append(TrustV1.Custodian(institution: "4699010001", service: "a.v1.B", custodian: "4699010000")) }
        ),
        ("denials.reason", .missing, { $0.denials[0].reason = .unspecified }),
        ("denials.ends_at", .badValue, { $0.denials[0].reason = .locked }),
        ("denials.ends_at", .badValue, { $0.denials[0].endsAt = GoogleProtobuf.Timestamp(seconds: 1, nanos: 0) }),
        ("denials.message", .tooLarge, { $0.denials[0].message = String(repeating: "a", count: 257) }),
        ("denials.subject", .missing, { $0.denials[0].subject = nil }),
        ("denials.node", .badValue, { $0.denials[1].subject = .node("his-1") }),
        ("denials.node", .badValue, { $0.denials[1].subject = .node("spiffe://other.test/hospital/4699010001/his-1") }),
        ("denials.institution", .badValue, { $0.denials[2].subject = .institution("a/b") }),
        ("denials.serials", .missing, { $0.denials[0].subject = .certificates(TrustV1.CertificateDenial(issuerKeyID: [9], serials: [])) }),
        (
            "denials.serials", .repeated,
            { $0.denials[0].subject = .certificates(TrustV1.CertificateDenial(issuerKeyID: [9], serials: [[1], [1]])) }
        ),
        (
            "denials.serials", .badValue,
            { $0.denials[0].subject = .certificates(TrustV1.CertificateDenial(issuerKeyID: [9], serials: [[]])) }
        ),
        (
            "denials.issuer_key_id", .missing,
            { $0.denials[0].subject = .certificates(TrustV1.CertificateDenial(issuerKeyID: [], serials: [[1]])) }
        ),
        ("denials", .tooLarge, { $0.denials = [TrustV1.Denial](repeating: $0.denials[2], count: 10_001) }),
    ]

    @Test("what is wrong is named by its field", arguments: changes.indices)
    func refused(row: Int) throws {
        let (field, reason, change) = Self.changes[row]
        var message = try Self.good()
        change(&message)
        let error = try #require(throws: EpochError.self) { try TrustEpoch(serialized: try message.serialized()) }
        #expect(error.field == field && error.reason == reason, "\(error)")
    }

    @Test("a reason of a later contract denies all the same")
    func laterReason() throws {
        var message = try Self.good()
        message.denials = [Self.denial(.institution("1"), .unrecognized(77))]
        #expect(try TrustEpoch(serialized: message.serialized()).denials.map(\.reason) == [.privilegeWithdrawn])
        message.denials[0].endsAt = GoogleProtobuf.Timestamp(seconds: 9, nanos: 0)
        #expect(try TrustEpoch(serialized: message.serialized()).denials.map(\.reason) == [.locked])
    }

    @Test("any bytes end in an epoch or an error that names a field")
    func garbage() throws {
        let seed: UInt64 = 4_002
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let good = try SignedEpoch(epoch: try Self.good().serialized(), signature: [1], signerChain: [[1]]).serialized()
        for _ in 0..<3_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) { bytes[at] = UInt8.random(in: 0...255, using: &random) } else { bytes.remove(at: at) }
            }
            do throws(EpochError) { _ = try SignedEpoch(serialized: bytes) } catch { #expect(!error.field.isEmpty) }
        }
    }

    @Test("a signed epoch carries its bytes as they came, and its limits are its own")
    func signed() throws {
        // Fields out of order: not how we would write them, and kept all the same.
        var message = try Self.good()
        message.custodians = []
        let written = try message.serialized()
        let bytes = Array(written.suffix(2)) + Array(written.dropLast(2))
        let signed = try SignedEpoch(epoch: bytes, signature: [1], signerChain: [[1]])
        let again = try SignedEpoch(serialized: try signed.serialized())
        #expect(try again == signed && again.bytes == bytes && again.hash == SignedEpoch.hash(bytes))
        #expect(signed.signedBytes == Array("sampan trust epoch v1\0".utf8) + bytes)
        for (field, signature, chain) in [
            ("signature", [], [[1]]), ("signature", [UInt8](repeating: 1, count: 257), [[1]]), ("signer_chain", [1], []),
            ("signer_chain", [1], [[UInt8]](repeating: [1], count: 21)), ("signer_chain", [1], [[]]),
        ] as [(String, [UInt8], [[UInt8]])] {
            let error = try #require(throws: EpochError.self) { try SignedEpoch(epoch: bytes, signature: signature, signerChain: chain) }
            #expect(error.field == field)
        }
    }

    @Test("100,000 denied certificates fit into an epoch of 1.9 MB; 200,001 are refused")
    func large() throws {
        func epoch(_ count: UInt64) throws -> TrustEpoch {
            let denials = try (0..<count).map { number in
                let serial = try #require(SerialNumber(Self.serial(number)))
                return try Denial(.certificate(CertificateName(issuerKeyID: [9], serial: serial)), reason: .superseded)
            }
            return try EpochFixture.epoch(1, denials: denials)
        }
        let bytes = try epoch(100_000).serialized()
        #expect(bytes.count < 1_900_000)
        #expect(try TrustEpoch(serialized: bytes).denials.count == 100_000)
        #expect(throws: EpochError.self) { try epoch(200_001) }
    }

    /// 16 bytes, as our authority draws them.
    private static func serial(_ number: UInt64) -> [UInt8] {
        [0x5A] + [UInt8](repeating: 3, count: 7) + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}
