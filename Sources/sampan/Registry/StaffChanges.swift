import ArgumentParser
import SampanAPI
import SampanDomain
import SampanServices

struct StaffImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take a CSV file of one institution's staff: all of it, or nothing.",
        discussion: """
            Columns: staff_id,version,name,roles,title,department,licence,status,home,effective_from,effective_until. Who is not in the file
            stays as before. A status is changed by suspend, restore and close, not by a file.

            EXAMPLES
              sampan staff import platform:7440 4699010003 staff.csv --dry-run

            Exit code: 0 taken, 1 refused or the node cannot be asked, 64 wrong usage, 65 faults in the file, which are told by line and
            column, 66 the file cannot be read.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Code of the institution.")
    var institution: String
    @Argument(help: "The CSV file.")
    var file: String
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let csv = try RegistryFileInput.read(file)
        let (requestID, dryRun, institution) = (try mutation.makeRequestID(), mutation.dryRun, institution)
        let response = try await caller.node(node).connected { channel in
            try await IdentityV1.StaffServiceClient(channel).importStaff { writer in
                try await RegistryFileInput.pieces(csv) { piece in
                    try await writer.send(
                        IdentityV1.ImportStaffRequest(
                            requestID: requestID, institutionCode: institution, validateOnly: dryRun, csv: Array(piece)))
                }
            }
        }
        try ImportReport(response.result).put(json: caller.json, dryRun: dryRun, of: file)
    }
}

struct StaffExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write an institution's staff as the CSV file that import takes.",
        discussion: """
            EXAMPLES
              sampan staff export platform:7440 4699010003 --out staff.csv

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage, 73 the file could not be written.
            """)

    @OptionGroup var filter: StaffFilter
    @Option(help: "The file (0600); left out: standard output.")
    var out: String?
    @OptionGroup var caller: CallerOptions

    func run() async throws {
        var writer = CSVWriter(header: StaffSheet.header)
        for entry in try await filter.fetch(caller) { writer.append(StaffSheet.fields(entry)) }
        let text = String(decoding: writer.bytes, as: UTF8.self)
        if let out { try OutputFile.write(text, to: out) } else { StandardOutput.text(text) }
    }
}

/// What suspend, restore and close have in common.
struct StaffStatusOptions: ParsableArguments {
    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Code of the institution.")
    var institution: String
    @Argument(help: "The member's id (工号).")
    var staffID: String
    @Option(help: "Only if the newest version is this one; left out: whichever it is.")
    var version: Int64 = 0
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func change(to status: IdentityV1.EntryStatus, reason: String) async throws {
        let remote = try caller.node(node)
        let reference = IdentityV1.StaffReference(institutionCode: institution, staffID: staffID)
        let (version, isLook, requestID) = (version, mutation.dryRun, try mutation.makeRequestID())
        let entry = try await remote.connected { channel -> IdentityV1.StaffMember? in
            let client = IdentityV1.StaffServiceClient(channel)
            if isLook { return try await client.getStaff(IdentityV1.GetStaffRequest(reference: reference)).staff }
            return try await client.changeStaffStatus(
                IdentityV1.ChangeStaffStatusRequest(
                    requestID: requestID, reference: reference, expectedVersion: version, status: status, reason: reason)
            ).staff
        }
        guard let entry else { throw AdminFailure("\(remote.place): the registry has no such member of staff") }
        if caller.json { return StandardOutput.line(try JSONText.of(RegistryAnswer.Staff(entry))) }
        let name = "\(institution)/\(staffID)"
        StandardOutput.line(
            isLook
                ? "dry run: \(name) is \(entry.status.word) and would be \(status.word)"
                : "\(name) is \(entry.status.word); version \(entry.version)")
    }
}

struct StaffSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Suspend a member of staff: refused at every node within two seconds.",
        discussion: """
            What an admin has suspended, only an admin restores.

            EXAMPLES
              sampan staff suspend platform:7440 4699010003 li.wei --reason "under inquiry"

            Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var options: StaffStatusOptions
    @Option(help: "Why; kept with it.")
    var reason: String

    func run() async throws { try await options.change(to: .suspended, reason: reason) }
}

struct StaffRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Let a suspended member of staff act again.",
        discussion: """
            EXAMPLES
              sampan staff restore platform:7440 4699010003 li.wei

            Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var options: StaffStatusOptions

    func run() async throws { try await options.change(to: .active, reason: "") }
}

struct StaffClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close a member's entry for good.",
        discussion: """
            EXAMPLES
              sampan staff close platform:7440 4699010003 li.wei --reason "has left"

            There is no way back. Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var options: StaffStatusOptions
    @Option(help: "Why; kept with it.")
    var reason: String

    func run() async throws { try await options.change(to: .closed, reason: reason) }
}
