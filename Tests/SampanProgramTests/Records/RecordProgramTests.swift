import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanNode
import SampanRPC
import SampanTestSupport
import SampanTransport
import StoreTestSupport
import Testing

@testable import sampan

/// Records on a real platform node: two hospitals by `sampan record`, the patient by an app, and what the patient takes along by
/// `sampan-verify`.
@Suite("The record commands on a real node", .blocking)
struct RecordProgramTests {
    private static let number = "32990419620405564X"
    private static let report = "血红蛋白 131 g/L，白细胞 6.2×10⁹/L"

    private let people: TemporaryDirectory
    private let region: FoundedRegion
    private let patient: Int64
    private var spool: String { people.file("notices") }

    init() async throws {
        people = try TemporaryDirectory()
        try """
        rec_id,org_code,local_pid,name,sex,birth_date,id_type,id_no,phone,address,guardian_name,guardian_id,registered_at
        R1,4699010001,P1,谭娜,2,19620405,01,\(Self.number),10006524720,西原省通河市平水县人民路336号,,,2019-02-08 04:30:56
        R2,4699010002,Q7,谭娜,2,19620405,01,\(Self.number),10006524720,西原省通河市平水县人民路336号,,,2020-02-08 04:30:56

        """.write(toFile: people.file("people.csv"), atomically: true, encoding: .utf8)
        let loaded = try await ProgramRun.of([
            "identity", "load", "--csv", people.file("people.csv"), "--out", people.file("clusters.csv"), "--db",
            people.file("identity.db"),
        ])
        try #require(loaded.code == 0, "\(loaded.errors)")
        let clusters = try String(contentsOfFile: people.file("clusters.csv"), encoding: .utf8).split(separator: "\n").dropFirst()
        let persons = Set(clusters.compactMap { $0.split(separator: ",").last.flatMap { Int64($0) } })
        patient = try #require(persons.count == 1 ? persons.first : nil)
        region = try await FoundedRegion(
            """
            registry: { folder: registry, scheme: local }
            identity: { database: \(people.file("identity.db")), secret-file: \(people.file("identity.db.secret")) }
            records:
              database: records.db
              master-key-file: records.key
              notices: { spool: \(people.file("notices")) }
            """)
        try await enterHospitals()
    }

    private func enterHospitals() async throws {
        let codes = ["4699010001", "4699010002"]
        try
            ("code,version,name,aliases,kind,region,licences,status,effective_from,effective_until\n"
            + codes.map { "\($0),,示范医院\($0.suffix(1)),,hospital,469001,,,,\n" }.joined()
            + "4699010000,,示范卫生区,,administration,469000,,,,\n").write(
                toFile: region.file("institutions.csv"), atomically: true, encoding: .utf8)
        _ = try await run(["institution", "import", region.place, region.file("institutions.csv")], as: "admin")
        for code in codes {
            try await region.enroll("hospital/\(code)/his", into: "h\(code.suffix(1))")
            try
                ("staff_id,version,name,roles,title,department,licence,status,home,effective_from,effective_until\n"
                + ["li.wei", "wang.fang"].map { "\($0),,医师,doctor,主治医师,,,,,,\n" }.joined()).write(
                    toFile: region.file("staff.csv"), atomically: true, encoding: .utf8)
            _ = try await run(["staff", "import", region.place, code, region.file("staff.csv")], as: "admin")
        }
        try await region.enroll("app/4699010000/portal", into: "app")
    }

    @discardableResult
    private func run(_ arguments: [String], code: Int32 = 0, as identity: String) async throws -> ProgramRun {
        let run = try await ProgramRun.of(arguments + ["--identity", region.file(identity), "--timeout", "1m"])
        #expect(run.code == code, "\(arguments): \(run.output)\(run.errors)")
        return run
    }

    /// A `sampan record` command of a doctor.
    @discardableResult
    private func record(
        _ command: String, _ arguments: [String], by staff: String, of hospital: String, code: Int32 = 0
    ) async throws -> ProgramRun {
        try await run(
            ["record", command, region.place] + arguments + ["--at", "4699010000", "--staff", staff], code: code, as: hospital)
    }

    /// The code of the only notice in the spool, which is taken out.
    private func code() throws -> String {
        struct Notice: Decodable { let code: String }
        let names = try FileManager.default.contentsOfDirectory(atPath: spool).filter { $0.hasSuffix(".json") }
        let path = "\(spool)/\(try #require(names.first))"
        let notice = try JSONDecoder().decode(Notice.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        try FileManager.default.removeItem(atPath: path)
        return notice.code
    }

    /// The same, for a code that is sent beside the answer.
    private func lateCode() async throws -> String {
        while try FileManager.default.contentsOfDirectory(atPath: spool).allSatisfy({ !$0.hasSuffix(".json") }) {
            try await Waiting.moment()
        }
        return try code()
    }

    @Test("RE-01 RE-03 RE-04 RE-09: stored, asked for, consented, fetched, seen by the patient and taken along", .timeLimit(.minutes(20)))
    func whole() async throws {
        defer { region.stop() }
        let (file, out, of) = (region.file("报告.txt"), region.file("out.txt"), ["--patient", "\(patient)"])
        try Self.report.write(toFile: file, atomically: true, encoding: .utf8)
        let storing =
            [file] + of + ["--kind", "lab-report", "--grade", "3", "--occurred", "2026-11-18 08:00:00"]
            + ["--media-type", "text/plain", "--title", "血常规", "--request-id", "r1"]
        let stored = try await record("store", storing, by: "li.wei", of: "h1")
        let document = try #require(stored.output.firstMatch(of: /[0-9a-f]{32}/)).output
        // Told again, it is the same document.
        #expect(try await record("store", storing, by: "li.wei", of: "h1").output.contains(document))
        // Another hospital without consent: nothing, and no file.
        let refused = try await record("fetch", [String(document)] + of + ["-o", out], by: "wang.fang", of: "h2", code: 1)
        #expect(refused.errors.contains("NOT_COVERED") && !FileManager.default.fileExists(atPath: out))
        #expect(try await record("list", of, by: "wang.fang", of: "h2").output.contains(document) == false)

        let asked = try await record("ask", of + ["--kind", "lab-report", "--json"], by: "wang.fang", of: "h2")
        let ticket = try #require(asked.output.firstMatch(of: /[0-9a-f]{32}/)).output
        let digits = try code()
        let wrong = digits == "000000" ? "000001" : "000000"
        #expect(
            try await record("consent", ["--code-id", String(ticket), "--code", wrong], by: "wang.fang", of: "h2", code: 1).errors
                .contains("CODE_WRONG"))
        try await record("consent", ["--code-id", String(ticket), "--code", digits], by: "wang.fang", of: "h2")
        #expect(
            try await record("consent", ["--code-id", String(ticket), "--code", digits], by: "wang.fang", of: "h2", code: 1).errors
                .contains("CODE_USED"))

        #expect(try await record("list", of, by: "wang.fang", of: "h2").output.contains("血常规"))
        try await record("fetch", [String(document)] + of + ["-o", out], by: "wang.fang", of: "h2")
        #expect(try String(contentsOfFile: out, encoding: .utf8) == Self.report)
        // Consent names a clinician: a colleague is not let in, nor is another purpose.
        try await record("fetch", [String(document)] + of + ["-o", out], by: "li.wei", of: "h2", code: 1)
        try await record("fetch", [String(document)] + of + ["-o", out, "--purpose", "referral"], by: "wang.fang", of: "h2", code: 1)
        // What is no file is not stored.
        let folder = try await record(
            "store", [region.file("h1")] + of + ["--kind", "lab-report", "--grade", "3", "--occurred", "2026-11-18"], by: "li.wei",
            of: "h1", code: 66)
        #expect(folder.errors.contains("cannot be read"))

        try await breakGlass()
        try await patientLooks(String(document))
        // What was withdrawn is not read any more.
        let withdrawn = try await record("fetch", [String(document)] + of + ["-o", out], by: "wang.fang", of: "h2", code: 1)
        #expect(withdrawn.errors.contains("PERMISSION_DENIED"), "\(withdrawn.errors)")
        // Nothing of it stands in the files.
        let files = try FileManager.default.contentsOfDirectory(atPath: region.file(".")).filter { $0.hasPrefix("records.db") }
        for name in files {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: region.file(name)))
            #expect(bytes.range(of: Data("血红蛋白".utf8)) == nil && bytes.range(of: Data("血常规".utf8)) == nil, "\(name)")
        }
        #expect(!files.isEmpty)
    }

    /// A doctor who could not ask: the patient is told.
    private func breakGlass() async throws {
        let files = IdentityOptions.Files(folder: region.file("h2"))
        let credentials = try IdentityOptions.credentials(files)
        let token = try StaffToken.made(
            institution: "4699010002", staffID: try StaffID("li.wei"), roles: [.doctor], audience: ["4699010000"], life: 60_000_000_000,
            certificateHash: credentials.identityShown.leaf.fingerprint, at: WallClock.now())
        var metadata = Metadata()
        try metadata.append(try token.signed(by: credentials.identityShown), for: StaffToken.metadataKey)
        let options = CallOptions(metadata: metadata)
        let remote = RemoteNode(address: try #require(HostAndPort(region.place)), credentials: credentials, timeout: .seconds(60))
        try await remote.connected { channel in
            _ = try await RecordsV1.ConsentServiceClient(channel).openEmergency(
                RecordsV1.OpenEmergencyRequest(
                    requestID: "e1", enterpriseID: patient, cause: "unconscious", statement: "昏迷送入急诊，无法询问"), options: options)
        }
        var names: [String] = []
        while names.isEmpty {
            names = try FileManager.default.contentsOfDirectory(atPath: spool).filter { $0.hasSuffix(".json") }
            try await Waiting.moment()
        }
        let notice = try String(contentsOfFile: "\(spool)/\(names[0])", encoding: .utf8)
        #expect(notice.contains("\"kind\":\"emergency\"") && !notice.contains("昏迷"))
        try FileManager.default.removeItem(atPath: "\(spool)/\(names[0])")
    }

    /// Signs in, looks, takes the record along, and withdraws the consent.
    private func patientLooks(_ document: String) async throws {
        let folder = region.file("app")
        let credentials = try IdentityOptions.credentials(
            IdentityOptions.Files(certificate: "\(folder)/identity.pem", key: "\(folder)/identity.pem", trust: "\(folder)/trust.pem"))
        let remote = RemoteNode(address: try #require(HostAndPort(region.place)), credentials: credentials, timeout: .seconds(60))
        let archive = try await remote.connected { channel in
            let client = RecordsV1.ResidentServiceClient(channel)
            let asked = try await client.requestSignIn(RecordsV1.RequestSignInRequest(idType: "01", idNumber: Self.number))
            let digits = try await lateCode()
            let session = try await client.signIn(RecordsV1.SignInRequest(signInID: asked.signInID, code: digits))
            #expect(session.enterpriseID == patient)
            let own = try await client.listOwnDocuments(RecordsV1.ListOwnDocumentsRequest(session: session.session))
            #expect(own.entries.map(\.documentID) == [document])
            let readings = try await client.listReadings(RecordsV1.ListReadingsRequest(session: session.session)).readings
            #expect(readings.contains { $0.staffID == "wang.fang" && $0.outcome == "allowed" && $0.operation == "content" })
            #expect(readings.contains { $0.staffID == "li.wei" && $0.institutionCode == "4699010002" && $0.outcome == "denied" })
            let readers = try await AuditV1.AuditServiceClient(channel).listReaders(AuditV1.ListReadersRequest(session: session.session))
            #expect(readers.entries.count >= readings.count && readers.proof != nil)
            var archive: [UInt8] = []
            let pieces = try await client.downloadRecord(RecordsV1.DownloadRecordRequest(session: session.session))
            while let piece = try await pieces.next() { archive += piece.archive }
            let consents = try await client.listConsents(RecordsV1.ListConsentsRequest(session: session.session)).grants
            let grant = try #require(consents.first)
            #expect(consents.count == 1 && grant.terms?.staffID == "wang.fang")
            let revoked = try await client.revokeConsent(
                RecordsV1.RevokeConsentRequest(session: session.session, grantID: grant.grantID))
            #expect(revoked.grant?.state == .revoked)
            _ = try await client.signOut(RecordsV1.SignOutRequest(session: session.session))
            let late = await #expect(throws: RPCError.self) {
                _ = try await client.listOwnDocuments(RecordsV1.ListOwnDocumentsRequest(session: session.session))
            }
            #expect(late?.code == .unauthenticated)
            return archive
        }
        let path = region.file("record.zip")
        try Data(archive).write(to: URL(fileURLWithPath: path))
        let verified = try await FinishedProgram.run(
            "\(ProgramRun.programs)/sampan-verify", ["bundle", path, "--ca", region.file("admin/trust.pem")])
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
        try Data(archive.dropLast(40) + [0] + archive.suffix(39)).write(to: URL(fileURLWithPath: path))
        let changed = try await FinishedProgram.run(
            "\(ProgramRun.programs)/sampan-verify", ["bundle", path, "--ca", region.file("admin/trust.pem")])
        #expect(changed.status == 1)
    }
}
