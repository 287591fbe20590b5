import Foundation
import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// The registry's desks in one process over a real file, and time that a test moves.
final class RegistryBench: Sendable {
    static let home = "4699010001"
    static let other = "4699010002"
    static let admin = "admin/4699010000/li"

    /// An audit log in memory.
    final class Audit: RegistryAudit {
        private let state = Mutex<[AuditRecord]>([])
        var records: [AuditRecord] { state.withLock { $0 } }
        func append(_ record: AuditRecord) async throws(RPCError) { state.withLock { $0.append(record) } }
    }

    let directory: TemporaryDirectory
    let file: RegistryFile
    let board = StandingBoard(limit: nil, uptime: { 0 })
    let audit = Audit()
    private let services: [any RPCService]

    init() async throws {
        directory = try TemporaryDirectory()
        let clock = ClockBox(try UnixTime(chinaText: "2026-11-18 09:00:00"))
        time = clock
        file = try RegistryFile(
            path: directory.file("registry.db"), sealer: RegistrySealer(key: [UInt8](repeating: 9, count: 32)), scheme: .local,
            standing: StandingBook(board: board), now: { clock.value })
        try await file.start()
        services = [
            InstitutionDesk(file, audit: audit), StaffDesk(file, audit: audit), CodeDesk(file, audit: audit),
            StandingDesk(file.standing, pause: { _ in await Waiting.untilCancelled() }),
        ]
    }

    final class ClockBox: Sendable {
        private let state: Mutex<UnixTime>
        init(_ time: UnixTime) { state = Mutex(time) }
        var value: UnixTime { state.withLock { $0 } }
        func set(_ time: UnixTime) { state.withLock { $0 = time } }
    }

    let time: ClockBox

    func set(_ text: String) throws { time.set(try UnixTime(chinaText: text)) }

    func caller(_ path: String = admin) throws -> InProcessCaller {
        InProcessCaller(services, as: try PeerIdentity(uri: "spiffe://region.example/\(path)"))
    }

    func institutions(_ path: String = admin) throws -> IdentityV1.InstitutionServiceClient {
        IdentityV1.InstitutionServiceClient(try caller(path))
    }
    func staff(_ path: String = admin) throws -> IdentityV1.StaffServiceClient { IdentityV1.StaffServiceClient(try caller(path)) }
    func codes(_ path: String = admin) throws -> IdentityV1.CodeServiceClient { IdentityV1.CodeServiceClient(try caller(path)) }

    static func moment(_ text: String) throws -> GoogleProtobuf.Timestamp {
        GoogleProtobuf.Timestamp(nanosecondsSince1970: try UnixTime(chinaText: text).nanoseconds)
    }

    static func institution(_ code: String = home, name: String = "示范县医院") -> IdentityV1.Institution {
        IdentityV1.Institution(code: code, name: name, kind: .hospital, region: "469901")
    }

    static func member(_ id: String, name: String = "李伟", of institution: String = home) -> IdentityV1.StaffMember {
        IdentityV1.StaffMember(
            reference: IdentityV1.StaffReference(institutionCode: institution, staffID: id), name: name, roles: [.doctor], title: "主任医师",
            licence: IdentityV1.Licence(number: "110\(id)", kind: "医师执业证书", validFrom: "2020-01-01"))
    }

    @discardableResult
    func put(
        _ entry: IdentityV1.Institution, expecting version: Int64 = 0, id: String = UUID().uuidString
    ) async throws -> IdentityV1.Institution {
        let response = try await institutions().putInstitution(
            IdentityV1.PutInstitutionRequest(requestID: id, institution: entry, expectedVersion: version))
        return try #require(response.institution)
    }

    @discardableResult
    func put(
        _ entry: IdentityV1.StaffMember, expecting version: Int64 = 0, id: String = UUID().uuidString, by path: String = admin
    ) async throws -> IdentityV1.StaffMember {
        let response = try await staff(path).putStaff(
            IdentityV1.PutStaffRequest(requestID: id, staff: entry, expectedVersion: version))
        return try #require(response.staff)
    }

    func importing(_ csv: String, look: Bool = false, id: String = UUID().uuidString) async throws -> IdentityV1.ImportResult {
        let response = try await institutions().importInstitutions { writer in
            // In two pieces, which no boundary of a line knows of.
            let bytes = Array(csv.utf8)
            for part in [bytes.prefix(bytes.count / 2), bytes.dropFirst(bytes.count / 2)] {
                try await writer.send(IdentityV1.ImportInstitutionsRequest(requestID: id, validateOnly: look, csv: Array(part)))
            }
        }
        return try #require(response.result)
    }

    func importingStaff(
        _ csv: String, of institution: String = home, look: Bool = false, id: String = UUID().uuidString, by path: String = admin
    ) async throws -> IdentityV1.ImportResult {
        let response = try await staff(path).importStaff { writer in
            try await writer.send(
                IdentityV1.ImportStaffRequest(
                    requestID: id, institutionCode: institution, validateOnly: look, csv: Array(csv.utf8)))
        }
        return try #require(response.result)
    }

    func publish(
        _ csv: String, _ system: String = "DEPARTMENT", expecting version: Int64 = 0, from: String? = nil, label: String = "",
        look: Bool = false, id: String = UUID().uuidString
    ) async throws -> IdentityV1.PublishCodesResponse {
        let start = try from.map { try Self.moment($0) }
        return try await codes().publishCodes { writer in
            try await writer.send(
                IdentityV1.PublishCodesRequest(
                    requestID: id, system: system, label: label, effectiveFrom: start, expectedVersion: version, validateOnly: look,
                    csv: Array(csv.utf8)))
        }
    }

    /// The stable reason of what a call is refused for, or its code where it has none; nil where it is not refused.
    static func reason(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            guard let error = error as? RPCError else { return "\(error)" }
            return error.detail(GoogleRPC.ErrorInfo.self)?.reason
                ?? error.detail(GoogleRPC.BadRequest.self)?.fieldViolations.first.map { "field \($0.field)" } ?? "\(error.code)"
        }
    }

    func standing(_ id: String, of institution: String = home, _ roles: Set<StaffRole> = [.doctor]) throws -> StaffTokenRefusal? {
        do throws(StaffTokenRefusal) {
            guard let id = try? StaffID(id) else { return .malformed }
            try board.check(institution, id, roles, at: time.value)
            return nil
        } catch {
            return error
        }
    }
}
