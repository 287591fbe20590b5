import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

/// Mutual recognition over a real file of records: patient 1 has results of hospital H1, the doctor D7 of H2 in Weifang asks.
final class RecognitionBench: Sendable {
    static let day: Int64 = 86_400 * 1_000_000_000
    static let start = RecordsFixture.start

    /// Where the test says that institutions are.
    struct Places: InstitutionRegions {
        let codes: [String: String]
        func region(of institution: InstitutionCode) async throws(RPCError) -> RegionCode? {
            codes[institution.text].flatMap { try? RegionCode($0) }
        }
    }

    /// Stands for `StaffGate` with a token that is believed.
    struct Believed: CallInterceptor {
        let staff: StaffIdentity
        func admit(_ context: CallContext) throws(RPCError) { context.keep(staff) }
    }

    let directory: TemporaryDirectory
    let fixture: RecordsFixture
    let changes = RegistryBench.Audit()
    let desk: RecognitionDesk

    init() async throws {
        directory = try TemporaryDirectory()
        fixture = try await RecordsFixture(path: directory.file("records.db"))
        let audit = fixture.audit
        desk = RecognitionDesk(
            fixture.records, regions: Places(codes: ["H2": "370703", "H3": "370100", "H4": "130100"]), changes: changes
        ) { _ in audit }
    }

    func caller(_ role: PeerIdentity.Role = .hospital, _ institution: String = "H2", staff: Set<StaffRole>? = [.doctor]) throws
        -> RecordsV1.RecognitionServiceClient
    {
        let identity = try PeerIdentity(trustDomain: "region.example", role: role, institution: institution, node: "n")
        var gates: [any CallInterceptor] = []
        if let staff {
            gates = [
                Believed(
                    staff: StaffIdentity(
                        institution: institution, staffID: try StaffID("D7"), roles: staff, tokenID: [], issuedAt: Self.start,
                        expiresAt: UnixTime(nanoseconds: .max)))
            ]
        }
        return RecordsV1.RecognitionServiceClient(InProcessCaller([desk], as: identity, interceptors: gates))
    }

    var region: RecordsV1.RecognitionServiceClient { get throws { try caller(.admin, "R0", staff: nil) } }

    static func certificate(
        _ number: String = "QC-1", of institution: String = "H1", kinds: [String] = ["lab-report"], level: String = "city",
        region: String = "370700", days: ClosedRange<Int64> = -365...365
    ) -> RecordsV1.QualityCertificate {
        func moment(_ days: Int64) -> GoogleProtobuf.Timestamp {
            GoogleProtobuf.Timestamp(nanosecondsSince1970: start.advanced(byNanoseconds: days * day).nanoseconds)
        }
        return RecordsV1.QualityCertificate(
            number: number, institutionCode: institution, kinds: kinds, level: level, regionCode: region,
            validFrom: moment(days.lowerBound),
            validUntil: moment(days.upperBound))
    }

    @discardableResult
    func put(_ certificate: RecordsV1.QualityCertificate, request: String? = nil) async throws -> RecordsV1.QualityCertificate? {
        try await region.putQualityCertificate(
            RecordsV1.PutQualityCertificateRequest(requestID: request ?? "put-\(certificate.number)", certificate: certificate)
        ).certificate
    }

    /// Stores a result of H1.
    @discardableResult
    func store(
        _ request: String, kind: DocumentKind = .labReport, certificate: String? = "QC-1", standard: String? = "HL7 CDA R2",
        item: String? = "HGB", age: Int64 = 0, patient: Int64 = 1, grade: Int = 3
    ) async throws -> String {
        let owner = try RecordsFixture.institution(1)
        let document = NewDocument(
            patient: try EnterpriseID(patient), kind: kind, occurredAt: Self.start.advanced(byNanoseconds: -age * Self.day),
            custodian: owner, label: try SecurityLabel(.care, grade: grade),
            details: try DocumentDetails(
                title: "血常规", author: StaffID("D1"), mediaType: "text/xml", qualityCertificate: certificate, standard: standard,
                itemCode: item))
        let upload = try await fixture.writer.store(document, owner: owner, request: RequestID(request))
        try await upload.append([1, 2, 3])
        return try await upload.finish().document.text
    }

    static func query(patient: Int64 = 1, purpose: String = "treatment", kinds: [String] = []) -> RecordsV1.RecordQuery {
        RecordsV1.RecordQuery(enterpriseID: patient, purpose: purpose, kinds: kinds)
    }

    func check(_ documents: [String], as institution: String = "H2") async throws -> [RecordsV1.RecognitionResult] {
        try await caller(.hospital, institution).checkRecognition(
            RecordsV1.CheckRecognitionRequest(query: Self.query(), documentIDs: documents)
        ).results
    }

    func repeats(_ item: String = "HGB", _ query: RecordsV1.RecordQuery? = query()) async throws -> [String] {
        try await caller().checkOrder(RecordsV1.CheckOrderRequest(query: query, itemCode: item)).repeats.map(\.documentID)
    }
}
