import ArgumentParser
import SampanAPI
import SampanDomain
import SampanServices

struct InstitutionImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take a CSV file of institutions: all of it, or nothing.",
        discussion: """
            Columns: code,version,name,aliases,kind,region,licences,status,effective_from,effective_until. What is not in the file stays as
            it is. A status is changed by suspend, restore and close, not by a file.

            EXAMPLES
              sampan institution import platform:7440 institutions.csv --dry-run
              sampan institution import platform:7440 institutions.csv --json

            Exit code: 0 taken, 1 refused or the node cannot be asked, 64 wrong usage, 65 faults in the file, which are told by line and
            column, 66 the file cannot be read.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "The CSV file.")
    var file: String
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let csv = try RegistryFileInput.read(file)
        let (requestID, dryRun) = (try mutation.makeRequestID(), mutation.dryRun)
        let response = try await caller.node(node).connected { channel in
            try await IdentityV1.InstitutionServiceClient(channel).importInstitutions { writer in
                try await RegistryFileInput.pieces(csv) { piece in
                    try await writer.send(
                        IdentityV1.ImportInstitutionsRequest(requestID: requestID, validateOnly: dryRun, csv: Array(piece)))
                }
            }
        }
        try ImportReport(response.result).put(json: caller.json, dryRun: dryRun, of: file)
    }
}

struct InstitutionExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write institutions as the CSV file that import takes.",
        discussion: """
            EXAMPLES
              sampan institution export platform:7440 --out institutions.csv
              sampan institution export platform:7440 --as-of 2026-01-01 > then.csv

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage, 73 the file could not be written.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Option(help: "The file (0600); left out: standard output.")
    var out: String?
    @OptionGroup var filter: InstitutionFilter
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        var writer = CSVWriter(header: InstitutionSheet.header)
        for entry in try await filter.fetch(try caller.node(node)) { writer.append(InstitutionSheet.fields(entry)) }
        let text = String(decoding: writer.bytes, as: UTF8.self)
        if let out { try OutputFile.write(text, to: out) } else { StandardOutput.text(text) }
    }
}

/// What suspend, restore and close have in common.
struct InstitutionStatusOptions: ParsableArguments {
    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Its code.")
    var code: String
    @Option(help: "Only if its newest version is this one; left out: whichever it is.")
    var version: Int64 = 0
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func change(to status: IdentityV1.EntryStatus, reason: String) async throws {
        let remote = try caller.node(node)
        let (code, version, isLook) = (code, version, mutation.dryRun)
        let requestID = try mutation.makeRequestID()
        let entry = try await remote.connected { channel -> IdentityV1.Institution? in
            let client = IdentityV1.InstitutionServiceClient(channel)
            if isLook { return try await client.getInstitution(IdentityV1.GetInstitutionRequest(code: code)).institution }
            return try await client.changeInstitutionStatus(
                IdentityV1.ChangeInstitutionStatusRequest(
                    requestID: requestID, code: code, expectedVersion: version, status: status, reason: reason)
            ).institution
        }
        guard let entry else { throw AdminFailure("\(remote.place): the registry has no such institution") }
        if caller.json { return StandardOutput.line(try JSONText.of(RegistryAnswer.Institution(entry))) }
        let name = CertificateDescription.printable(entry.name)
        StandardOutput.line(
            isLook
                ? "dry run: \(entry.code) \(name) is \(entry.status.word) and would be \(status.word)"
                : "\(entry.code) \(name) is \(entry.status.word); version \(entry.version)")
    }
}

struct InstitutionSuspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Suspend an institution: its staff are refused everywhere within two seconds.",
        discussion: """
            EXAMPLES
              sampan institution suspend platform:7440 4699010003 --reason "licence withdrawn"

            Its nodes keep their certificates; sampan lock refuses those. Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var options: InstitutionStatusOptions
    @Option(help: "Why; kept with it.")
    var reason: String

    func run() async throws { try await options.change(to: .suspended, reason: reason) }
}

struct InstitutionRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Let a suspended institution act again.",
        discussion: """
            EXAMPLES
              sampan institution restore platform:7440 4699010003

            Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var options: InstitutionStatusOptions

    func run() async throws { try await options.change(to: .active, reason: "") }
}

struct InstitutionClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "Close an institution for good.",
        discussion: """
            EXAMPLES
              sampan institution close platform:7440 4699010003 --reason "merged into 4699010001"

            There is no way back. Exit code: 0 done, 1 refused, 64 wrong usage.
            """)

    @OptionGroup var options: InstitutionStatusOptions
    @Option(help: "Why; kept with it.")
    var reason: String

    func run() async throws { try await options.change(to: .closed, reason: reason) }
}
