internal import Foundation
internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanNode
internal import SampanRPC
internal import SampanTestSupport
internal import SampanTransport
internal import Synchronization

/// A platform node with a patient index, a registry and records, and hospitals whose doctors call it, each over its own certificate.
final class RecordsRegion: Sendable {
    /// A hospital's program with its certificate, and what it calls the platform by.
    struct Hospital: Sendable {
        let institution: String
        let channel: ClientChannel
        let identity: TLSIdentity

        /// Signs a member of staff in, as the hospital's node does.
        func options(staff: String, role: StaffRole = .doctor) throws -> CallOptions {
            let token = try StaffToken.made(
                institution: institution, staffID: try StaffID(staff), roles: [role], audience: [FoundedPlatform.institution],
                life: 600 * 1_000_000_000, certificateHash: identity.leaf.fingerprint, at: WallClock.now())
            var metadata = Metadata()
            try metadata.append(try token.signed(by: identity), for: StaffToken.metadataKey)
            return CallOptions(timeout: .seconds(30), metadata: metadata)
        }
    }

    static let trustDomain = "records.sampan.test"
    /// Doctors of each hospital: `d0`, `d1`, ….
    static let doctors = 10

    let directory: String
    let platform: ManagedProcess
    var hospitals: [Hospital] { entered.withLock { $0 } }
    private let entered = Mutex<[Hospital]>([])
    private let founded: FoundedPlatform
    private let programs: String
    private let group: EventLoopGroup
    private let reserved: [ReservedPort]

    /// Lays the region out around an index that is there (`identity.db` in the directory, or none yet). Nothing is started.
    init(directory: String, programs: String) async throws {
        (self.directory, self.programs) = (directory, programs)
        reserved = [try ReservedPort(), try ReservedPort()]
        founded = FoundedPlatform(
            directory: directory, programs: programs, trustDomain: Self.trustDomain, port: reserved[0].port, enrollPort: reserved[1].port)
        platform = try await founded.found(
            sections: """
                identity: { database: identity.db, secret-file: identity.db.secret }
                registry: { folder: registry, scheme: local }
                records:
                  database: records.db
                  master-key-file: records.key
                  notices: { spool: notices }

                """)
        group = try EventLoopGroup(count: 1)
    }

    /// Where the platform puts what is meant for patients' phones.
    var spool: String { "\(directory)/notices" }

    /// Enters hospitals and their doctors into the registry of the platform, which has been started, and connects their programs.
    func enter(hospitals count: Int) async throws {
        let codes = (1...count).map { "46990100\($0 < 10 ? "0" : "")\($0)" }
        let institutions = codes.map { "\($0),,示范医院\($0.suffix(2)),,hospital,469001,,,," }
        try await registry(
            ["institution", "import"], [],
            "code,version,name,aliases,kind,region,licences,status,effective_from,effective_until\n"
                + (institutions + ["\(FoundedPlatform.institution),,示范卫生区,,administration,469000,,,,"]).joined(separator: "\n") + "\n")
        for code in codes {
            let doctors = (0..<Self.doctors).map { "d\($0),,医师\($0),doctor,主治医师,,,,,," }
            try await registry(
                ["staff", "import"], [code],
                "staff_id,version,name,roles,title,department,licence,status,home,effective_from,effective_until\n"
                    + doctors.joined(separator: "\n") + "\n")
            let folder = "\(directory)/hospital-\(code)"
            try await founded.enroll("hospital/\(code)/his-1", into: folder)
            let trust = NodeTrustFolder(path: folder)
            let channel = try ClientChannel(
                group: group, endpoints: [Endpoint(host: "127.0.0.1", port: founded.port)],
                credentials: try trust.read(trustDomain: Self.trustDomain).credentials)
            let hospital = Hospital(
                institution: code, channel: channel,
                identity: try CredentialFile.identity(certificate: trust.identityFile, key: trust.identityFile))
            entered.withLock { $0.append(hospital) }
        }
    }

    private func registry(_ command: [String], _ arguments: [String], _ csv: String) async throws {
        let file = "\(directory)/import.csv"
        try Data(csv.utf8).write(to: URL(fileURLWithPath: file))
        _ = try await FinishedProgram.output(
            of: "\(programs)/sampan",
            command + ["127.0.0.1:\(founded.port)"] + arguments + [file, "--identity", "\(directory)/admin"], timeout: .seconds(60))
    }

    /// Takes the codes out of the spool that have come since: by the patient's enterprise id.
    func codes() throws -> [Int64: String] {
        struct Notice: Decodable {
            let kind: String
            let enterprise_id: String
            let code: String?
        }
        var found: [Int64: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: spool) where name.hasSuffix(".json") {
            let path = "\(spool)/\(name)"
            let notice = try JSONDecoder().decode(Notice.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
            if let id = Int64(notice.enterprise_id), let code = notice.code { found[id] = code }
            try FileManager.default.removeItem(atPath: path)
        }
        return found
    }

    func stop() async {
        for hospital in hospitals { await hospital.channel.shutdown(grace: .zero) }
        await platform.stop()
        await group.shutdown()
    }
}
