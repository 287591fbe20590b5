import ArgumentParser
import SampanAPI
import SampanDomain
import SampanServices

/// Whose staff, which of them, and when.
struct StaffFilter: ParsableArguments {
    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Code of the institution.")
    var institution: String
    @Option(help: "In this role only: doctor, nurse, pharmacist, technician, clerk, quality-officer.")
    var role: String?
    @Option(help: "With this status only: active, suspended, closed.")
    var status: String?
    @Option(help: "As it was in force then: a day, or a time in China.")
    var asOf: String?
    @Option(help: "As the registry knew it then.")
    var knownAt: String?

    func validate() throws {
        try CallerOptions.check(node)
        _ = try request()
    }

    func request() throws -> IdentityV1.ListStaffRequest {
        var request = IdentityV1.ListStaffRequest(institutionCode: institution, pageSize: 500)
        do {
            if let role { request.role = IdentityV1.StaffRole(try StaffRole(word: role)) }
            if let status { request.status = try IdentityV1.EntryStatus(word: status) }
        } catch {
            throw ValidationError("--\(error.field == "roles" ? "role" : error.field) \(error.message).")
        }
        request.asOf = try RegistryFileInput.moment(asOf, "--as-of")
        request.knownAt = try RegistryFileInput.moment(knownAt, "--known-at")
        return request
    }

    /// All pages.
    func fetch(_ caller: CallerOptions) async throws -> [IdentityV1.StaffMember] {
        var request = try request()
        return try await caller.node(node).connected { channel in
            let client = IdentityV1.StaffServiceClient(channel)
            var entries: [IdentityV1.StaffMember] = []
            repeat {
                let page = try await client.listStaff(request)
                entries += page.staff
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return entries
        }
    }
}

struct StaffList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List an institution's staff by id.",
        discussion: """
            EXAMPLES
              sampan staff list platform:7440 4699010003
              sampan staff list platform:7440 4699010003 --role nurse --as-of 2026-06-30 --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var filter: StaffFilter
    @OptionGroup var caller: CallerOptions

    func run() async throws {
        let entries = try await filter.fetch(caller)
        guard !caller.json else { return StandardOutput.line(try JSONText.of(entries.map(RegistryAnswer.Staff.init))) }
        let rows = entries.map(RegistryAnswer.Staff.init).map {
            [$0.staffId, $0.name, $0.roles.joined(separator: " "), $0.title, $0.department, $0.status, String($0.version)]
        }
        StandardOutput.line(
            rows.isEmpty
                ? "the registry has no such staff"
                : RegistryAnswer.table(["id 工号", "name 姓名", "roles", "title 职称", "department", "status", "version"], rows))
    }
}

struct StaffShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one member of staff, now or at a moment, or all versions.",
        discussion: """
            EXAMPLES
              sampan staff show platform:7440 4699010003 li.wei
              sampan staff show platform:7440 4699010003 li.wei --history --json

            Exit code: 0, 1 not registered or the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Code of the institution.")
    var institution: String
    @Argument(help: "The member's id (工号).")
    var staffID: String
    @Option(help: "As it was in force then: a day, or a time in China.")
    var asOf: String?
    @Option(help: "As the registry knew it then.")
    var knownAt: String?
    @Flag(help: "Every version, the newest first.")
    var history = false
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        _ = try RegistryFileInput.moment(asOf, "--as-of")
        _ = try RegistryFileInput.moment(knownAt, "--known-at")
        if history, asOf != nil || knownAt != nil {
            throw ValidationError("--history shows all moments; leave out --as-of and --known-at.")
        }
    }

    func run() async throws {
        let remote = try caller.node(node)
        let reference = IdentityV1.StaffReference(institutionCode: institution, staffID: staffID)
        let history = history
        let asOf = try RegistryFileInput.moment(asOf, "--as-of")
        let knownAt = try RegistryFileInput.moment(knownAt, "--known-at")
        let entries = try await remote.connected { channel -> [IdentityV1.StaffMember] in
            let client = IdentityV1.StaffServiceClient(channel)
            guard history else {
                let response = try await client.getStaff(
                    IdentityV1.GetStaffRequest(reference: reference, asOf: asOf, knownAt: knownAt))
                return response.staff.map { [$0] } ?? []
            }
            var request = IdentityV1.ListStaffVersionsRequest(reference: reference, pageSize: 500)
            var entries: [IdentityV1.StaffMember] = []
            repeat {
                let page = try await client.listStaffVersions(request)
                entries += page.staff
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return entries
        }
        guard !entries.isEmpty else { throw AdminFailure("\(remote.place): the registry has no such member of staff") }
        let answers = entries.map(RegistryAnswer.Staff.init)
        guard !caller.json else { return StandardOutput.line(try JSONText.of(answers)) }
        for (entry, answer) in zip(entries, answers) {
            StandardOutput.line(
                RegistryAnswer.table(
                    ["\(answer.institution)/\(answer.staffId)", answer.name],
                    zip(StaffSheet.header, StaffSheet.fields(entry)).map { [$0, $1] }
                        + [["recorded", "\(answer.recordedAt ?? "") \(answer.recordedBy)"], ["reason", answer.statusReason ?? ""]]))
        }
    }
}

struct StaffLookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "What everybody may know of a doctor, nurse or pharmacist (公众查询).",
        discussion: """
            EXAMPLES
              sampan staff lookup platform:7440 4699010003 --name 李伟
              sampan staff lookup platform:7440 4699010003 --licence 110330000012345 --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Code of the institution.")
    var institution: String
    @Option(help: "The whole name.")
    var name = ""
    @Option(help: "Number of the practice licence.")
    var licence = ""
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        guard name.isEmpty != licence.isEmpty else { throw ValidationError("Give --name or --licence.") }
    }

    private struct Answer: Encodable {
        let institution: String
        let name: String
        let roles: [String]
        let title: String
        let department: String
        let licence: RegistryAnswer.Licence?
    }

    func run() async throws {
        let request = IdentityV1.LookupStaffRequest(institutionCode: institution, name: name, licenceNumber: licence)
        let response = try await caller.node(node).connected { try await IdentityV1.StaffServiceClient($0).lookupStaff(request) }
        let answers = response.staff.map { entry in
            Answer(
                institution: entry.institutionCode, name: entry.name, roles: entry.roles.compactMap { $0.domain?.rawValue },
                title: entry.title, department: entry.department, licence: entry.licence.map(RegistryAnswer.Licence.init))
        }
        guard !caller.json else { return StandardOutput.line(try JSONText.of(answers)) }
        let rows = answers.map { [$0.name, $0.roles.joined(separator: " "), $0.title, $0.department, $0.licence?.number ?? ""] }
        StandardOutput.line(
            rows.isEmpty ? "nothing was found" : RegistryAnswer.table(["name", "roles", "title", "department", "licence"], rows))
    }
}
