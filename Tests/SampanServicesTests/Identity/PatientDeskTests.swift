import SampanAPI
import SampanDomain
import SampanIdentity
import SampanMesh
import SampanRPC
import SampanServices
import StoreTestSupport
import Testing

@Suite("Patient service")
struct PatientDeskTests {
    private let directory: TemporaryDirectory
    private let index: PatientIndex
    private static let person = IdentityV1.Demographics(
        name: "王晓梅", sex: "2", birthDate: "1990-03-07", idType: "01", phone: "10001112223", address: "云溪县城关镇人民路1号2幢1单元301室")

    init() async throws {
        directory = try TemporaryDirectory()
        index = try await PatientIndexFile.open(
            path: directory.file(), secret: [UInt8](repeating: 1, count: 32), now: { UnixTime(nanoseconds: 1_795_000_000_000_000_000) })
    }

    private func client(
        _ institution: String, _ role: PeerIdentity.Role = .hospital, node: String = "n"
    ) throws -> IdentityV1.PatientServiceClient {
        IdentityV1.PatientServiceClient(
            InProcessCaller(
                [PatientDesk(index)],
                as: try PeerIdentity(trustDomain: "region.example", role: role, institution: institution, node: node)))
    }

    private func register(_ institution: String, _ localID: String, _ demographics: IdentityV1.Demographics) async throws -> Int64 {
        let request = IdentityV1.RegisterPatientRequest(requestID: "r-\(localID)", localID: localID, demographics: demographics)
        return try await client(institution).registerPatient(request).enterpriseID
    }

    @Test("ID-01: two hospitals register one person, and each resolves by its own local id")
    func register() async throws {
        let one = try await register("4699010001", "A1", Self.person)
        let two = try await register("4699010002", "B1", Self.person)
        #expect(one == two)
        let resolved = try await client("4699010002").resolvePatient(IdentityV1.ResolvePatientRequest(by: .localID("B1")))
        #expect(resolved.enterpriseIDs == [one])
        let card = try await client("4699010001").crossReference(IdentityV1.CrossReferenceRequest(enterpriseID: one))
        #expect(card.localIDs.map(\.localID) == ["A1", "B1"])
        await #expect(throws: RPCError.self, "another hospital's local id is not this one's") {
            _ = try await client("4699010001").resolvePatient(IdentityV1.ResolvePatientRequest(by: .localID("B1")))
        }
    }

    @Test("who has not registered a person is not told where else they are a patient")
    func stranger() async throws {
        let person = try await register("4699010001", "A1", Self.person)
        await #expect {
            _ = try await client("4699010009").crossReference(IdentityV1.CrossReferenceRequest(enterpriseID: person))
        } throws: { ($0 as? RPCError)?.code == .permissionDenied }
        let asPlatform = try await client("4699010000", .platform).crossReference(IdentityV1.CrossReferenceRequest(enterpriseID: person))
        #expect(asPlatform.localIDs.count == 1)
    }

    @Test("bad input is refused, and not repeated", arguments: [("20260230", "2", "01"), ("", "7", "01"), ("", "2", "77")])
    func badInput(_ birth: String, _ sex: String, _ paper: String) async throws {
        var demographics = Self.person
        (demographics.birthDate, demographics.sex, demographics.idType) = (birth, sex, paper)
        let request = IdentityV1.RegisterPatientRequest(requestID: "r", localID: "A1", demographics: demographics)
        await #expect {
            _ = try await client("4699010001").registerPatient(request)
        } throws: { error in
            guard let error = error as? RPCError else { return false }
            return error.code == .invalidArgument && !error.message.contains("20260230") && !error.message.contains(Self.person.name)
        }
    }

    @Test("merge and unmerge, with a reason and a member of staff; reviews show masked numbers")
    func merging() async throws {
        let one = try await register("4699010001", "A1", Self.person)
        var other = Self.person
        (other.phone, other.address) = ("10007776665", "云溪县青山镇中山路9号")
        let two = try await register("4699010002", "B1", other)
        let platform = try client("4699010000", .platform)
        let reviews = try await platform.listReviews(IdentityV1.ListReviewsRequest())
        #expect(reviews.open == 1 && reviews.reviews.first?.second?.demographics?.phone == "100******65")
        await #expect(throws: RPCError.self) {
            _ = try await platform.mergePatients(IdentityV1.MergePatientsRequest(requestID: "m0", enterpriseID: one, otherID: two))
        }
        let merged = try await platform.mergePatients(
            IdentityV1.MergePatientsRequest(requestID: "m", enterpriseID: one, otherID: two, reason: "same card", staffID: "s1"))
        #expect(merged.enterpriseID == one)
        let resolved = try await client("4699010002").resolvePatient(IdentityV1.ResolvePatientRequest(by: .localID("B1")))
        #expect(resolved.enterpriseIDs == [one])
        let undone = try await platform.unmergePatients(
            IdentityV1.UnmergePatientsRequest(requestID: "u", eventID: merged.eventID, reason: "a mistake", staffID: "s1"))
        #expect(undone.restoredID == two)
    }

    @Test("the two people of a review are two certificates: two staff ids over one are one person")
    func twoPeople() async throws {
        _ = try await register("4699010001", "A1", Self.person)
        var other = Self.person
        (other.phone, other.address) = ("10007776665", "云溪县青山镇中山路9号")
        _ = try await register("4699010002", "B1", other)
        let (one, another) = (try client("4699010000", .admin, node: "li"), try client("4699010000", .admin, node: "wang"))
        let review = try #require(try await one.listReviews(IdentityV1.ListReviewsRequest()).reviews.first?.reviewID)
        func decide(_ client: IdentityV1.PatientServiceClient, _ staff: String, _ id: String) async throws -> IdentityV1.ReviewStand {
            try await client.decideReview(
                IdentityV1.DecideReviewRequest(requestID: id, reviewID: review, decision: .onePerson, staffID: staff)
            ).stand
        }
        let first = try await decide(one, "li", "d1")
        #expect(first == .proposed)
        await #expect {
            _ = try await decide(one, "wang", "d2")
        } throws: { ($0 as? RPCError)?.errorInfo?.reason == "SECOND_REVIEWER_NEEDED" }
        let second = try await decide(another, "wang", "d3")
        #expect(second == .linked)
    }
}
