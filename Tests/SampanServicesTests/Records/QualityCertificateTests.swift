import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Certificates of quality (RE-08)", .blocking, .timeLimit(.minutes(20)))
struct QualityCertificateTests {
    @Test("certificates are entered by the region, and listed for who may ask", arguments: PeerIdentity.Role.allCases)
    func roles(role: PeerIdentity.Role) async throws {
        let bench = try await RecognitionBench()
        let client = try bench.caller(role, "R0", staff: nil)
        let put = await RegistryBench.reason {
            _ = try await client.putQualityCertificate(
                RecordsV1.PutQualityCertificateRequest(requestID: "r1", certificate: RecognitionBench.certificate()))
        }
        let isRegion = role == .admin || role == .platform
        #expect(put == (isRegion ? nil : "ROLE_NOT_ALLOWED"))
        #expect(bench.changes.records.count == (isRegion ? 1 : 0))
        let listed = await RegistryBench.reason { _ = try await client.listQualityCertificates(RecordsV1.ListQualityCertificatesRequest()) }
        #expect(listed == ([.admin, .platform, .hospital, .center, .gateway].contains(role) ? nil : "ROLE_NOT_ALLOWED"))
    }

    @Test("a replay gets the first outcome and undoes nothing; another body under its id is refused")
    func replay() async throws {
        let bench = try await RecognitionBench()
        let (first, second) = (RecognitionBench.certificate(), RecognitionBench.certificate(level: "national"))
        let one = try await bench.put(first, request: "r1")
        let again = try await bench.put(first, request: "r1")
        #expect(one == first && again == first)
        let reused = await RegistryBench.reason { try await bench.put(second, request: "r1") }
        #expect(reused == "REQUEST_ID_REUSED")
        try await bench.put(second, request: "r2")
        try await bench.put(first, request: "r1")
        let kept = try await bench.region.listQualityCertificates(RecordsV1.ListQualityCertificatesRequest()).certificates
        #expect(kept == [second])
        // The id is the institution's: another may use it.
        let other = try bench.caller(.platform, "R1", staff: nil)
        _ = try await other.putQualityCertificate(
            RecordsV1.PutQualityCertificateRequest(requestID: "r1", certificate: RecognitionBench.certificate("QC-9")))
    }

    @Test("a certificate that cannot be one is refused, and named")
    func badCertificates() async throws {
        let bench = try await RecognitionBench()
        var unset = RecognitionBench.certificate()
        unset.validUntil = nil
        let table: [(RecordsV1.QualityCertificate, String)] = [
            (RecognitionBench.certificate(""), "field number"),
            (RecognitionBench.certificate(String(repeating: "n", count: 65)), "field number"),
            (RecognitionBench.certificate("a\nb"), "field number"), (RecognitionBench.certificate(of: ""), "field institution_code"),
            (RecognitionBench.certificate(kinds: []), "field kinds"),
            (RecognitionBench.certificate(kinds: ["prescription"]), "field kinds"),
            (RecognitionBench.certificate(kinds: ["diary"]), "field kind"), (RecognitionBench.certificate(level: "county"), "field level"),
            (RecognitionBench.certificate(region: "37"), "field region"), (RecognitionBench.certificate(days: 5...5), "field valid_until"),
            (unset, "field valid_until"),
        ]
        for (certificate, reason) in table {
            let found = await RegistryBench.reason { try await bench.put(certificate, request: "r") }
            #expect(found == reason)
        }
        try await bench.put(RecognitionBench.certificate(String(repeating: "n", count: 64)), request: "longest")
    }

    @Test("pages by number, of all and of one institution, over a restart")
    func pages() async throws {
        let bench = try await RecognitionBench()
        for number in 1...7 { try await bench.put(RecognitionBench.certificate("QC-\(number)", of: number < 6 ? "H1" : "H5")) }
        await bench.fixture.close()
        let fixture = try await RecordsFixture(path: bench.directory.file("records.db"))
        let audit = fixture.audit
        let desk = RecognitionDesk(
            fixture.records, regions: RecognitionBench.Places(codes: [:]), changes: bench.changes
        ) { _ in audit }
        let identity = try PeerIdentity(trustDomain: "region.example", role: .center, institution: "C1", node: "n")
        let client = RecordsV1.RecognitionServiceClient(InProcessCaller([desk], as: identity))
        func numbers(_ institution: String, _ size: UInt32) async throws -> [[String]] {
            var (pages, token): ([[String]], String) = ([], "")
            repeat {
                let page = try await client.listQualityCertificates(
                    RecordsV1.ListQualityCertificatesRequest(institutionCode: institution, pageSize: size, pageToken: token))
                pages.append(page.certificates.map(\.number))
                token = page.nextPageToken
            } while !token.isEmpty && pages.count < 20
            return pages
        }
        let all = try await numbers("", 3)
        #expect(all == [["QC-1", "QC-2", "QC-3"], ["QC-4", "QC-5", "QC-6"], ["QC-7"]])
        let own = try await numbers("H1", 5)
        #expect(own == [["QC-1", "QC-2", "QC-3", "QC-4", "QC-5"]])
        let none = try await numbers("H9", 0)
        #expect(none == [[]])
        let size = await RegistryBench.reason { _ = try await numbers("", 501) }
        #expect(size == "field page_size")
    }

    @Test("where an institution is, the registry says: by the entry that is in force")
    func registered() async throws {
        let bench = try await RegistryBench()
        try await bench.put(RegistryBench.institution())
        let regions = RegisteredRegions(bench.file)
        let known = try await regions.region(of: InstitutionCode(RegistryBench.home, scheme: .local))
        let unknown = try await regions.region(of: InstitutionCode("none", scheme: .local))
        #expect(known?.digits == "469901" && unknown == nil)
    }
}
