import SampanAPI
import SampanDomain
import SampanRPC
import Testing

@testable import SampanServices

@Suite("The region's code systems")
struct CodeTests {
    private static let hospital = "hospital/4699010001/his"
    private static let departments = "code,name,parent\n03,内科,\n03.01,呼吸内科专业,03\n03.02,消化内科专业,03\n04,外科,\n"
    private let bench: RegistryBench

    init() async throws { bench = try await RegistryBench() }

    private func code(_ code: String, asOf: String? = nil, version: Int64 = 0) async throws -> String? {
        let request = IdentityV1.GetCodeRequest(
            system: "DEPARTMENT", code: code, asOf: try asOf.map { try RegistryBench.moment($0) }, version: version)
        do {
            let response = try await bench.codes("app/4699010009/x").getCode(request)
            return ([response.code].compactMap { $0 } + response.ancestors).map(\.name).joined(separator: " < ") + " \(response.version)"
        } catch let error as RPCError where error.code == .notFound {
            return nil
        }
    }

    @Test("ID-09..11: a table is published whole, as a version that is in force from a moment on")
    func versions() async throws {
        #expect(try await bench.publish(Self.departments, label: "1994").result?.added == 4)
        #expect(try await code("03.01") == "呼吸内科专业 < 内科 1")
        let next = Self.departments.replacing("消化内科专业", with: "消化") + "05,妇产科,\n"
        let look = try await bench.publish(next.replacing("04,外科,\n", with: ""), expecting: 1, look: true)
        let counts = (look.result?.added, look.result?.changed, look.result?.unchanged, look.removed)
        #expect(counts == (1, 1, 2, 1))
        #expect(await RegistryBench.reason { _ = try await bench.publish(next) } == "VERSION_CONFLICT")
        _ = try await bench.publish(next, expecting: 1, from: "2027-01-01 00:00:00")
        #expect(try await code("05") == nil)
        #expect(try await code("05", asOf: "2027-01-01 00:00:00") == "妇产科 2")
        #expect(try await code("03.02", asOf: "2026-12-31 23:59:59") == "消化内科专业 < 内科 1")
        #expect(try await code("05", version: 2) == "妇产科 2")
        #expect(try await code("05", version: 3) == nil)
        // Published again as it is: the same version.
        #expect(try await bench.publish(next, expecting: 2).system?.version == 2)
        let systems = try await bench.codes().listCodeSystems(IdentityV1.ListCodeSystemsRequest()).systems
        #expect(systems.map { "\($0.id) \($0.version) \($0.codeCount)" } == ["DEPARTMENT 1 4", "IDENTITY_DOCUMENT 1 8", "SEX 1 4"])
        #expect(
            await RegistryBench.reason {
                _ = try await bench.codes(Self.hospital).publishCodes { try await $0.send(IdentityV1.PublishCodesRequest()) }
            } == "OTHER_INSTITUTION")
    }

    @Test("codes are found by parent, at the top, and by name; pages stay with the version of the first")
    func lists() async throws {
        _ = try await bench.publish(Self.departments)
        let client = try bench.codes("app/4699010009/x")
        func list(_ request: IdentityV1.ListCodesRequest) async throws -> [String] {
            var request = request
            (request.system, request.pageSize) = ("DEPARTMENT", 1)
            var codes: [String] = []
            repeat {
                let page = try await client.listCodes(request)
                codes += page.codes.map(\.code)
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return codes
        }
        #expect(try await list(IdentityV1.ListCodesRequest()) == ["03", "03.01", "03.02", "04"])
        #expect(try await list(IdentityV1.ListCodesRequest(atTop: true)) == ["03", "04"])
        #expect(try await list(IdentityV1.ListCodesRequest(parent: "03")) == ["03.01", "03.02"])
        #expect(try await list(IdentityV1.ListCodesRequest(name: "外科")) == ["04"])
        #expect(try await list(IdentityV1.ListCodesRequest(parent: "03", name: "外科")).isEmpty)
        let first = try await client.listCodes(IdentityV1.ListCodesRequest(system: "DEPARTMENT", pageSize: 2))
        _ = try await bench.publish("code,name,parent\n99,其他,\n", expecting: 1)
        let second = try await client.listCodes(
            IdentityV1.ListCodesRequest(system: "DEPARTMENT", pageSize: 2, pageToken: first.nextPageToken))
        #expect(second.codes.map(\.code) == ["03.02", "04"] && second.version == 1)
    }

    @Test(
        "a table with anything wrong is not published, and the place is named",
        arguments: [
            ("code,name,parent\n", ["1 "]), ("code,name,parent\n1,a,\n1,b,\n", ["3 code"]), ("code,name,parent\n1,a,9\n", ["2 parent"]),
            ("code,name,parent\n1,a,2\n2,b,1\n", ["2 parent", "3 parent"]), ("code,name,parent\n1,a,1\n", ["2 parent"]),
            ("code,name,parent\n,a,\na b,b,\n3,,\n", ["2 code", "3 code", "4 name"]), ("code,name\n1,a\n", ["1 parent"]),
            ("", ["1 "]),
        ])
    func faults(csv: String, places: [String]) async throws {
        let response = try await bench.publish(csv)
        #expect(response.result?.faults.map { "\($0.line) \($0.column)" } == places)
        #expect(response.system == nil)
    }

    @Test("local codes are mapped by their institution; what is not is listed, the most frequent first; a retired code shows")
    func mapping() async throws {
        _ = try await bench.publish(Self.departments)
        let client = try bench.codes(Self.hospital)
        func map(_ csv: String) async throws -> IdentityV1.ImportResult? {
            try await client.importCodeMappings {
                try await $0.send(
                    IdentityV1.ImportCodeMappingsRequest(
                        requestID: "\(csv.hashValue)", system: "DEPARTMENT", csv: Array(csv.utf8)))
            }.result
        }
        let bad = try await map("local_code,local_name,code\nNK,内科门诊,03\nXX,x,77\nNK,内科门诊,03\n")
        #expect(bad?.faults.map { "\($0.line) \($0.column)" } == ["3 code", "4 local_code"])
        #expect(try await map("local_code,local_name,code\nNK,内科门诊,03\nWK,外科门诊,04\n")?.added == 2)
        func translate(_ codes: [String], id: String = "") async throws -> [String] {
            let response = try await client.translateCodes(
                IdentityV1.TranslateCodesRequest(
                    requestID: id, system: "DEPARTMENT", localCodes: codes.map { IdentityV1.LocalCode(code: $0, name: "科\($0)") }))
            return response.codes.map { $0.code?.code ?? ($0.isRetired ? "retired" : "-") }
        }
        func unmapped() async throws -> [String] {
            try await client.listUnmappedCodes(IdentityV1.ListUnmappedCodesRequest(system: "DEPARTMENT")).codes
                .map { "\($0.localCode) \($0.seenCount)\($0.isRetired ? " retired" : "")" }
        }
        #expect(try await translate(["NK", "WK", "EK", "03"]) == ["03", "04", "-", "-"])
        #expect(try await unmapped().isEmpty)
        #expect(try await translate(["EK"], id: "a") == ["-"])
        #expect(try await translate(["EK"], id: "a") == ["-"])
        #expect(try await translate(["EK", "ZK"], id: "b") == ["-", "-"])
        #expect(try await unmapped() == ["EK 2", "ZK 1"])
        #expect(await RegistryBench.reason { _ = try await translate(["XX"], id: "b") } == "REQUEST_ID_REUSED")
        #expect(await RegistryBench.reason { _ = try await translate([]) } == "field local_codes")
        #expect(await RegistryBench.reason { _ = try await translate(Array(repeating: "x", count: 501)) } == "field local_codes")
        #expect(try await map("local_code,local_name,code\nZK,z,04\n")?.added == 1)
        #expect(try await unmapped() == ["EK 2"])
        _ = try await bench.publish(Self.departments.replacing("04,外科,\n", with: ""), expecting: 1)
        #expect(try await translate(["WK"], id: "c") == ["retired"])
        #expect(try await unmapped() == ["EK 2", "WK 1 retired", "ZK 1 retired"])
        let stranger = try bench.codes("hospital/4699010002/his")
        #expect(
            await RegistryBench.reason {
                _ = try await stranger.listUnmappedCodes(
                    IdentityV1.ListUnmappedCodesRequest(institutionCode: "4699010001", system: "DEPARTMENT"))
            } == "OTHER_INSTITUTION")
        #expect(try await stranger.listUnmappedCodes(IdentityV1.ListUnmappedCodesRequest(system: "DEPARTMENT")).codes.isEmpty)
    }
}
