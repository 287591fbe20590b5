import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@testable import SampanServices

@Suite("The registry of institutions")
struct InstitutionTests {
    private let bench: RegistryBench

    init() async throws { bench = try await RegistryBench() }

    private func at(_ text: String?, known: String? = nil, _ code: String = RegistryBench.home) async throws -> String? {
        let request = IdentityV1.GetInstitutionRequest(
            code: code, asOf: try text.map { try RegistryBench.moment($0) }, knownAt: try known.map { try RegistryBench.moment($0) })
        do {
            let entry = try await bench.institutions().getInstitution(request).institution
            return entry.map { "\($0.name) \($0.status.word) \($0.version)" }
        } catch let error as RPCError where error.code == .notFound {
            return nil
        }
    }

    @Test("ID-08: the registry as of any past moment, by what it knew at any past moment")
    func versions() async throws {
        var entry = RegistryBench.institution()
        entry.effectiveFrom = try RegistryBench.moment("2026-01-01 00:00:00")
        #expect(try await bench.put(entry).version == 1)
        try bench.set("2026-11-19 09:00:00")
        entry.name = "示范医院"
        entry.effectiveFrom = try RegistryBench.moment("2026-12-01 00:00:00")
        #expect(try await bench.put(entry, expecting: 1).version == 2)
        #expect(try await at(nil) == "示范县医院 active 1")
        #expect(try await at("2025-12-31 23:59:59") == nil)
        #expect(try await at("2026-01-01 00:00:00") == "示范县医院 active 1")
        #expect(try await at("2026-11-30 23:59:59") == "示范县医院 active 1")
        #expect(try await at("2026-12-01 00:00:00") == "示范医院 active 2")
        #expect(try await at("2026-12-01 00:00:00", known: "2026-11-18 12:00:00") == "示范县医院 active 1")
        #expect(try await at("2026-12-01 00:00:00", known: "2026-11-18 08:59:59") == nil)
        // A clock that is set back neither loses the order of versions nor reaches before them.
        try bench.set("2026-11-10 09:00:00")
        entry.name = "第三"
        entry.effectiveFrom = nil
        #expect(try await bench.put(entry, expecting: 2).version == 3)
        #expect(try await at("2026-11-19 09:00:00") == "第三 active 3")
        let history = try await bench.institutions().listInstitutionVersions(
            IdentityV1.ListInstitutionVersionsRequest(code: RegistryBench.home, pageSize: 2))
        #expect(history.institutions.map(\.version) == [3, 2] && history.nextPageToken == "2")
    }

    @Test("what is wrong with an entry is told by its field, and nothing is kept")
    func rules() async throws {
        var rows: [(String, IdentityV1.Institution)] = []
        func row(_ field: String, _ change: (inout IdentityV1.Institution) -> Void) {
            var entry = RegistryBench.institution()
            change(&entry)
            rows.append((field, entry))
        }
        row("code") { $0.code = "" }
        row("code") { $0.code = "a b" }
        row("code") { $0.code = String(repeating: "1", count: 33) }
        row("name") { $0.name = "" }
        row("name") { $0.name = String(repeating: "院", count: 67) }
        row("name") { $0.name = " 院" }
        row("name") { $0.name = "a\u{7}b" }
        row("kind") { $0.kind = .unspecified }
        row("kind") { $0.kind = .unrecognized(99) }
        row("region") { $0.region = "46990" }
        row("region") { $0.region = "4699０1" }
        row("licences") { $0.licences = [IdentityV1.Licence(number: "1"), IdentityV1.Licence(number: "1")] }
        row("licences") { $0.licences = [IdentityV1.Licence(number: "1", validFrom: "2026-02-30")] }
        row("licences") { $0.licences = [IdentityV1.Licence(number: "1", validFrom: "2026-02-02", validUntil: "2026-02-01")] }
        row("licences") { $0.licences = (0...16).map { IdentityV1.Licence(number: "\($0)") } }
        row("aliases") { $0.aliases = [IdentityV1.InstitutionAlias(name: "网", licenceNumber: "7")] }
        row("aliases") { $0.aliases = [IdentityV1.InstitutionAlias(name: $0.name)] }
        row("effective_until") {
            $0.effectiveFrom = GoogleProtobuf.Timestamp(seconds: 10)
            $0.effectiveUntil = GoogleProtobuf.Timestamp(seconds: 10)
        }
        row("effective_from") { $0.effectiveFrom = GoogleProtobuf.Timestamp(seconds: 0, nanos: -1) }
        for (field, entry) in rows {
            #expect(await RegistryBench.reason { try await bench.put(entry) } == "field \(field)", "\(entry)")
        }
        #expect(try await at(nil) == nil)
        var longest = RegistryBench.institution(name: String(repeating: "a", count: 200))
        longest.licences = [IdentityV1.Licence(number: "7", validFrom: "2026-02-01", validUntil: "2026-02-01")]
        // ID-23: a second name under a licence.
        longest.aliases = [IdentityV1.InstitutionAlias(name: "互联网医院", licenceNumber: "7")]
        #expect(try await bench.put(longest).version == 1)
    }

    @Test("GB 32100: where the region has unified codes, a wrong check character is refused")
    func unified() throws {
        for (code, isRight) in [
            ("12330100470116100M", true), ("12330100470116100X", false), ("12330100470161100M", false), ("12330100470116100", false),
            ("4699010001", false),
        ] {
            var entry = RegistryBench.institution()
            entry.code = code
            let checked = try? InstitutionRules.checked(entry, scheme: .unifiedSocialCredit, now: UnixTime(nanoseconds: 0))
            #expect((checked != nil) == isRight, "\(code)")
        }
    }

    @Test("a request is done once; its id with another body, and a version that is not the newest, are refused")
    func once() async throws {
        let first = try await bench.put(RegistryBench.institution(), id: "a")
        try bench.set("2026-11-18 10:00:00")
        #expect(try await bench.put(RegistryBench.institution(), id: "a") == first)
        #expect(
            await RegistryBench.reason { try await bench.put(RegistryBench.institution(name: "x"), id: "a") } == "REQUEST_ID_REUSED")
        #expect(await RegistryBench.reason { try await bench.put(RegistryBench.institution(name: "x")) } == "VERSION_CONFLICT")
        #expect(
            await RegistryBench.reason { try await bench.put(RegistryBench.institution(name: "x"), expecting: 2) } == "VERSION_CONFLICT")
        #expect(await RegistryBench.reason { try await bench.put(RegistryBench.institution(), id: "") } == "field request_id")
        // The same once more is no new version.
        #expect(try await bench.put(RegistryBench.institution(), expecting: 1).version == 1)
        #expect(bench.audit.records.allSatisfy { $0.kind.name == "registry" && !$0.detail.contains("示范") })
    }

    private func change(_ status: IdentityV1.EntryStatus, reason: String = "why", version: Int64 = 0) async throws -> Int64 {
        let response = try await bench.institutions().changeInstitutionStatus(
            IdentityV1.ChangeInstitutionStatusRequest(
                requestID: "\(status)-\(reason.count)-\(version)-\(bench.time.value.nanoseconds)", code: RegistryBench.home,
                expectedVersion: version, status: status,
                reason: reason))
        return response.institution?.version ?? 0
    }

    @Test("ID-24: suspended, restored, closed; what is planned keeps its plan and takes the status over")
    func status() async throws {
        var entry = RegistryBench.institution()
        try await bench.put(entry)
        entry.name = "明年"
        entry.effectiveFrom = try RegistryBench.moment("2027-01-01 00:00:00")
        try await bench.put(entry, expecting: 1)
        #expect(await RegistryBench.reason { _ = try await change(.suspended, reason: "") } == "field reason")
        #expect(await RegistryBench.reason { _ = try await change(.suspended, version: 1) } == "VERSION_CONFLICT")
        #expect(try await change(.suspended, version: 2) == 4)
        #expect(try await at(nil) == "示范县医院 suspended 3")
        #expect(try await at("2027-01-01 00:00:00") == "明年 suspended 4")
        entry.status = .active
        #expect(await RegistryBench.reason { try await bench.put(entry, expecting: 4) } == "STATUS_BY_PUT")
        // Again: nothing changes.
        #expect(try await change(.suspended, reason: "again") == 4)
        #expect(try await change(.active, reason: "") == 6)
        #expect(try await at("2027-01-01 00:00:00") == "明年 active 6")
        _ = try await change(.closed)
        // Another reason, and so another request id than above.
        #expect(await RegistryBench.reason { _ = try await change(.active, reason: "open again") } == "ENTRY_CLOSED")
        entry.status = .unspecified
        #expect(await RegistryBench.reason { try await bench.put(entry, expecting: 8) } == "ENTRY_CLOSED")
    }

    @Test("only the region changes entries; everybody looks up what is public, and nothing else leaves (ID-22)")
    func access() async throws {
        var entry = RegistryBench.institution()
        entry.licences = [IdentityV1.Licence(number: "L1")]
        entry.aliases = [IdentityV1.InstitutionAlias(name: "云医院", licenceNumber: "L1")]
        try await bench.put(entry)
        for path in ["hospital/4699010001/his", "app/4699010001/his", "gateway/4699010001/g"] {
            let reason = await RegistryBench.reason {
                _ = try await bench.institutions(path).putInstitution(
                    IdentityV1.PutInstitutionRequest(requestID: "x", institution: entry, expectedVersion: 1))
            }
            #expect(reason == "OTHER_INSTITUTION", "\(path)")
        }
        let client = try bench.institutions("app/4699010009/resident")
        for name in ["示范", "云医"] {
            let found = try await client.lookupInstitutions(IdentityV1.LookupInstitutionsRequest(name: name))
            #expect(found.institutions.map(\.code) == [RegistryBench.home], "\(name)")
        }
        #expect(try await client.lookupInstitutions(IdentityV1.LookupInstitutionsRequest(name: "范县")).institutions.isEmpty)
        for request in [
            IdentityV1.LookupInstitutionsRequest(), IdentityV1.LookupInstitutionsRequest(name: "示"),
            IdentityV1.LookupInstitutionsRequest(code: "1", name: "示范"),
        ] {
            #expect(await RegistryBench.reason { _ = try await client.lookupInstitutions(request) } == "field name")
        }
    }

    @Test("lists are paged; the pages after the first show what was known at the first")
    func pages() async throws {
        for number in 1...5 { try await bench.put(RegistryBench.institution("469901000\(number)")) }
        var request = IdentityV1.ListInstitutionsRequest(pageSize: 2, region: "4699")
        var seen: [String] = []
        repeat {
            let page = try await bench.institutions().listInstitutions(request)
            seen += page.institutions.map(\.code)
            request.pageToken = page.nextPageToken
            if seen.count == 2 {
                try bench.set("2026-11-18 11:00:00")
                try await bench.put(RegistryBench.institution("46990100039"))
            }
        } while !request.pageToken.isEmpty
        #expect(seen == (1...5).map { "469901000\($0)" })
        for token in ["x", "1|2", "a|b|c", String(repeating: "9", count: 600)] {
            let request = IdentityV1.ListInstitutionsRequest(pageToken: token)
            #expect(
                await RegistryBench.reason { _ = try await bench.institutions().listInstitutions(request) } == "field page_token")
        }
        #expect(
            await RegistryBench.reason {
                _ = try await bench.institutions().listInstitutions(IdentityV1.ListInstitutionsRequest(pageSize: 501))
            } == "field page_size")
    }

    private static let header = InstitutionSheet.header.joined(separator: ",")

    @Test("a file is taken whole or not at all, and every fault is named by line and column")
    func sheets() async throws {
        let good = """
            \(Self.header)
            4699010001,,示范县医院,云医院|L1,hospital,469901,L1|医疗机构执业许可证|2020-01-01|2030-12-31,,2026-01-01,
            4699010002,,"妇幼,保健院",,maternity,469902,,active,,

            """
        let look = try await bench.importing(good, look: true)
        #expect(look.added == 2 && look.faults.isEmpty)
        #expect(try await at(nil) == nil)
        let first = try await bench.importing(good, id: "f")
        #expect(first.added == 2 && first.rows == 2)
        // Told again, it is the same answer; as another request it changes nothing.
        #expect(try await bench.importing(good, id: "f") == first)
        #expect(try await bench.importing(good).unchanged == 2)
        let bad = """
            \(Self.header)
            4699010003,,好,,hospital,469901,,,,
            4699010004,,差,,palace,469901,,,,
            4699010005,,,,hospital,469901,,,,
            4699010006,,差,,hospital,4699,,,,
            4699010007,,差,x,hospital,469901,,,,
            4699010008,,差,,hospital,469901,a|b,,,
            4699010001,9,差,,hospital,469901,,,,
            4699010001,x,差,,hospital,469901,,,,
            4699010001,,差,,hospital,469901,,suspended,,
            4699010009,,差,,hospital,469901,,,2026-13-01,

            """
        let result = try await bench.importing(bad)
        let places = result.faults.map { "\($0.line) \($0.column)" }
        #expect(
            places == [
                "3 kind", "4 name", "5 region", "6 aliases", "7 licences", "8 version", "9 version", "10 status", "11 effective_from",
            ])
        #expect(result.faults.allSatisfy { !$0.message.contains("差") })
        #expect(try await at(nil, "4699010003") == nil)
        for (csv, place) in [
            ("", "1 "), ("code,name\n", "1 version"), ("\(Self.header),phone\n", "1 phone"),
            ("\(Self.header)\n1,2\n", "2 "), ("\(Self.header)\n\"", "2 "),
        ] {
            let faults = try await bench.importing(csv).faults
            #expect(faults.map { "\($0.line) \($0.column)" } == [place], "\(csv)")
        }
        // What is exported is taken again, and is the same.
        let entries = try await bench.institutions().listInstitutions(IdentityV1.ListInstitutionsRequest()).institutions
        var writer = CSVWriter(header: InstitutionSheet.header)
        for entry in entries { writer.append(InstitutionSheet.fields(entry)) }
        let again = try await bench.importing(String(decoding: writer.bytes, as: UTF8.self))
        #expect(again.unchanged == 2 && again.faults.isEmpty, "\(again)")
    }

    @Test("a table of GB/T 2260 that is in force decides which regions there are")
    func regions() async throws {
        _ = try await bench.publish("code,name,parent\n460000,海南省,\n469901,示范县,460000\n", "GBT2260")
        #expect(try await bench.put(RegistryBench.institution()).version == 1)
        var entry = RegistryBench.institution(RegistryBench.other)
        entry.region = "469902"
        #expect(await RegistryBench.reason { try await bench.put(entry) } == "field region")
    }
}
