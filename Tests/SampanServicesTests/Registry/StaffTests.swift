import Foundation
import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("The registry of staff")
struct StaffTests {
    private static let hospital = "hospital/4699010001/his"
    private let bench: RegistryBench

    init() async throws {
        bench = try await RegistryBench()
        try await bench.put(RegistryBench.institution())
        try await bench.put(RegistryBench.institution(RegistryBench.other, name: "第二医院"))
    }

    private func change(
        _ status: IdentityV1.EntryStatus, _ id: String, by path: String = RegistryBench.admin, of institution: String = RegistryBench.home
    ) async throws {
        _ = try await bench.staff(path).changeStaffStatus(
            IdentityV1.ChangeStaffStatusRequest(
                requestID: UUID().uuidString,
                reference: IdentityV1.StaffReference(institutionCode: institution, staffID: id), status: status, reason: "why"))
    }

    @Test("ID-07: an institution keeps its own staff; another's it neither sees nor changes")
    func own() async throws {
        try await bench.put(RegistryBench.member("1"), by: Self.hospital)
        let stranger = "hospital/\(RegistryBench.other)/his"
        let reference = IdentityV1.StaffReference(institutionCode: RegistryBench.home, staffID: "1")
        let refused = [
            await RegistryBench.reason { try await bench.put(RegistryBench.member("2"), by: stranger) },
            await RegistryBench.reason { _ = try await bench.staff(stranger).getStaff(IdentityV1.GetStaffRequest(reference: reference)) },
            await RegistryBench.reason {
                _ = try await bench.staff(stranger).listStaff(IdentityV1.ListStaffRequest(institutionCode: RegistryBench.home))
            },
            await RegistryBench.reason { try await change(.suspended, "1", by: stranger) },
            await RegistryBench.reason { _ = try await bench.importingStaff("", by: stranger) },
        ]
        #expect(refused == Array(repeating: "OTHER_INSTITUTION", count: 5))
        let list = try await bench.staff(Self.hospital).listStaff(
            IdentityV1.ListStaffRequest(institutionCode: RegistryBench.home, role: .doctor, status: .active))
        #expect(list.staff.map(\.name) == ["李伟"])
        let nurses = try await bench.staff(Self.hospital).listStaff(
            IdentityV1.ListStaffRequest(institutionCode: RegistryBench.home, role: .nurse))
        #expect(nurses.staff.isEmpty)
    }

    @Test("ID-24: who is suspended is refused at the next look; what the region has set, only the region takes back")
    func suspended() async throws {
        try await bench.put(RegistryBench.member("1"), by: Self.hospital)
        #expect(try bench.standing("1") == nil)
        try await change(.suspended, "1", by: Self.hospital)
        #expect(try bench.standing("1") == .suspended)
        try await change(.active, "1", by: Self.hospital)
        #expect(try bench.standing("1") == nil)
        try await change(.suspended, "1", by: Self.hospital)
        try await change(.suspended, "1")
        #expect(await RegistryBench.reason { try await change(.active, "1", by: Self.hospital) } == "SET_BY_REGION")
        #expect(try bench.standing("1") == .suspended)
        // Nor under another id, nor elsewhere.
        var again = RegistryBench.member("2")
        again.licence = RegistryBench.member("1").licence
        #expect(await RegistryBench.reason { try await bench.put(again, by: Self.hospital) } == "field licence")
        again.reference?.institutionCode = RegistryBench.other
        #expect(await RegistryBench.reason { try await bench.put(again) } == "field licence")
        try await change(.active, "1")
        #expect(try bench.standing("1") == nil)
        // The institution itself.
        _ = try await bench.institutions().changeInstitutionStatus(
            IdentityV1.ChangeInstitutionStatusRequest(requestID: "s", code: RegistryBench.home, status: .suspended, reason: "why"))
        #expect(try bench.standing("1") == .institutionSuspended)
    }

    @Test("what takes effect by the clock alone is noticed, and a registry that was opened anew knows the same")
    func due() async throws {
        var entry = RegistryBench.member("1")
        entry.effectiveFrom = try RegistryBench.moment("2026-11-18 10:00:00")
        entry.effectiveUntil = try RegistryBench.moment("2026-11-18 12:00:00")
        try await bench.put(entry)
        #expect(try bench.standing("1") == .unknown)
        try bench.set("2026-11-18 10:00:00")
        try await bench.file.noticeDue()
        #expect(try bench.standing("1") == nil)
        try bench.set("2026-11-18 12:00:00")
        #expect(try bench.standing("1") == .suspended)
        try bench.set("2026-11-18 11:00:00")
        let board = StandingBoard(limit: nil, uptime: { 0 })
        let file = try RegistryFile(
            path: bench.directory.file("registry.db"), sealer: RegistrySealer(key: [UInt8](repeating: 9, count: 32)), scheme: .local,
            standing: StandingBook(board: board), now: { [bench] in bench.time.value })
        try await file.start()
        #expect(board.counts == (2, 1))
        try board.check(RegistryBench.home, StaffID("1"), [.doctor], at: bench.time.value)
        await file.close()
    }

    @Test("multi-point practice: the home entry must be there, and be in force")
    func home() async throws {
        var guest = RegistryBench.member("g1", of: RegistryBench.other)
        guest.home = IdentityV1.StaffReference(institutionCode: RegistryBench.home, staffID: "1")
        #expect(await RegistryBench.reason { try await bench.put(guest) } == "field home")
        try await bench.put(RegistryBench.member("1"))
        try await bench.put(guest)
        #expect(try bench.standing("g1", of: RegistryBench.other) == nil)
        var chain = RegistryBench.member("c", of: RegistryBench.other)
        chain.home = guest.reference
        #expect(await RegistryBench.reason { try await bench.put(chain) } == "field home")
        var first = RegistryBench.member("1")
        first.home = IdentityV1.StaffReference(institutionCode: RegistryBench.other, staffID: "g1")
        #expect(await RegistryBench.reason { try await bench.put(first, expecting: 1) } == "field home")
        var clerk = RegistryBench.member("k", of: RegistryBench.other)
        (clerk.roles, clerk.home) = ([.clerk], guest.home)
        #expect(await RegistryBench.reason { try await bench.put(clerk) } == "field home")
        try await change(.suspended, "1")
        #expect(try bench.standing("g1", of: RegistryBench.other) == .suspended)
    }

    @Test("the registry's file holds no name and no licence number that can be read; another key opens nothing")
    func sealed() async throws {
        try await bench.put(RegistryBench.member("1", name: "欧阳金丝雀"), id: "same")
        #expect(try await bench.put(RegistryBench.member("1", name: "欧阳金丝雀"), id: "same").name == "欧阳金丝雀")
        try await bench.file.database.checkpoint()
        for suffix in ["", "-wal"] {
            let path = bench.directory.file("registry.db\(suffix)")
            guard let bytes = FileManager.default.contents(atPath: path) else { continue }
            for canary in ["欧阳金丝雀", "1101", "主任医师"] { #expect(bytes.range(of: Data(canary.utf8)) == nil, "\(canary) in \(suffix)") }
        }
        let other = StaffRows(sealer: try RegistrySealer(key: [UInt8](repeating: 8, count: 32)))
        await #expect(throws: RegistryError.unreadable) {
            try await bench.file.read { tx in
                _ = try other.newest(IdentityV1.StaffReference(institutionCode: RegistryBench.home, staffID: "1"), tx)
            }
        }
    }

    @Test("ID-22: the public sees licensed staff who practise now, by whole name or licence, and only public fields")
    func lookup() async throws {
        try await bench.put(RegistryBench.member("1"))
        var clerk = RegistryBench.member("2", name: "王芳")
        (clerk.roles, clerk.licence) = ([.clerk], nil)
        try await bench.put(clerk)
        let client = try bench.staff("app/4699010009/resident")
        func found(_ name: String = "", _ licence: String = "") async throws -> [String] {
            try await client.lookupStaff(
                IdentityV1.LookupStaffRequest(institutionCode: RegistryBench.home, name: name, licenceNumber: licence)
            ).staff.map { "\($0.name) \($0.title) \($0.licence?.number ?? "")" }
        }
        #expect(try await found("李伟") == ["李伟 主任医师 1101"])
        #expect(try await found("", "1101") == ["李伟 主任医师 1101"])
        #expect(try await found("李").isEmpty)
        #expect(try await found("王芳").isEmpty)
        #expect(await RegistryBench.reason { _ = try await found() } == "field name")
        try await change(.suspended, "1")
        #expect(try await found("李伟").isEmpty)
    }

    @Test("a file of staff is taken whole or not at all, and every fault is named by line and column")
    func sheets() async throws {
        let header = StaffSheet.header.joined(separator: ",")
        let good = """
            \(header)
            1,,李伟,doctor,主任医师,,110|医师执业证书|2020-01-01|,,,2026-01-01,
            2,,王芳,nurse;technician,,,,,4699010001/1,,

            """
        let result = try await bench.importingStaff(good, by: Self.hospital)
        #expect(result.added == 2 && result.faults.isEmpty, "\(result)")
        #expect(try bench.standing("2", [.nurse, .technician]) == nil)
        let bad = """
            \(header)
            3,,李,doctor,,,,,,,
            b d,,李,doctor,,,,,,,
            5,,李,surgeon,,,,,,,
            6,,李,doctor;doctor,,,,,,,
            7,,李,doctor,,,,,4699010001,,
            8,,李,doctor,,,,,4699010001/99,,
            9,,李,doctor,,,1|2,,,,
            1,7,李,doctor,,,,,,,
            2,,王芳,nurse,,,,closed,,,

            """
        let faults = try await bench.importingStaff(bad).faults
        #expect(
            faults.map { "\($0.line) \($0.column)" } == [
                "3 staff_id", "4 roles", "5 roles", "6 home", "7 home", "8 licence", "9 version", "10 status",
            ], "\(faults)")
        #expect(faults.allSatisfy { !$0.message.contains("李") })
        #expect(try bench.standing("3") == .unknown)
        let list = try await bench.staff().listStaff(IdentityV1.ListStaffRequest(institutionCode: RegistryBench.home)).staff
        var writer = CSVWriter(header: StaffSheet.header)
        for entry in list { writer.append(StaffSheet.fields(entry)) }
        #expect(try await bench.importingStaff(String(decoding: writer.bytes, as: UTF8.self)).unchanged == 2)
    }

    @Test("a node that follows hears everybody, then every change in its moment, and the end")
    func follows() async throws {
        try await bench.put(RegistryBench.member("1"))
        let stream = try await MeshV1.StandingServiceClient(bench.caller("hospital/4699010001/his")).followStanding(
            MeshV1.FollowStandingRequest())
        let board = StandingBoard(limit: nil, uptime: { 0 })
        func next() async throws {
            let message = try #require(try await stream.next())
            board.take(message.changes, begins: message.begins, isComplete: message.isComplete)
        }
        try await next()
        #expect(board.counts == (2, 1))
        try await change(.suspended, "1")
        try await next()
        #expect(throws: StaffTokenRefusal.suspended) {
            try board.check(RegistryBench.home, StaffID("1"), [.doctor], at: bench.time.value)
        }
        bench.file.standing.end()
        #expect(await RegistryBench.reason { _ = try await stream.next() } == "UNAVAILABLE")
    }
}
