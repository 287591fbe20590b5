import ArgumentParser
import SampanAPI
import SampanServices

struct CodesImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Publish a new version of a code table from CSV files: all of it, or nothing.",
        discussion: """
            Columns code,name,parent; several files make one table. The forms of the published lists of GB/T 2260 (code,name,provinceCode
            and code,name,cityCode,provinceCode) and of several tables in one file (table,code,name, with --table) are taken as well.

            EXAMPLES
              sampan codes import platform:7440 DEPARTMENT departments.csv --name 诊疗科目名录 --label 1994 --dry-run
              sampan codes import platform:7440 GBT2260 gbt2260_provinces.csv gbt2260_cities.csv gbt2260_areas.csv --label 2023
              sampan codes import platform:7440 SEX small_codes.csv --table "GB/T 2261.1"
              sampan codes import platform:7440 DEPARTMENT next.csv --effective-from 2027-01-01

            Exit code: 0 published, 1 refused or the node cannot be asked, 64 wrong usage, 65 faults in a file, 66 a file cannot be read.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "The system: A-Z 0-9 _.")
    var system: String
    @Argument(help: "One file or several.")
    var files: [String]
    @Option(help: "What the system is called; left out: as before.")
    var name = ""
    @Option(help: "What this version is called, such as 2023.")
    var label = ""
    @Option(help: "When it takes effect: a day, or a time in China; left out: now.")
    var effectiveFrom: String?
    @Option(help: "Which rows of a file with a column table: those whose table begins so.")
    var table: String?
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        guard !files.isEmpty else { throw ValidationError("Give at least one file.") }
        _ = try RegistryFileInput.moment(effectiveFrom, "--effective-from")
    }

    func run() async throws {
        let csv = try CodeFile.table(files, system: system, table: table)
        let head = IdentityV1.PublishCodesRequest(
            requestID: try mutation.makeRequestID(), system: system, name: name, label: label,
            effectiveFrom: try RegistryFileInput.moment(effectiveFrom, "--effective-from"), validateOnly: mutation.dryRun)
        let response = try await caller.node(node).connected { channel in
            let client = IdentityV1.CodeServiceClient(channel)
            let newest = try await client.listCodeVersions(IdentityV1.ListCodeVersionsRequest(system: head.system, pageSize: 1)).versions
            return try await client.publishCodes { writer in
                var message = head
                message.expectedVersion = newest.first?.version ?? 0
                for piece in stride(from: 0, to: max(1, csv.count), by: 256 << 10) {
                    message.csv = Array(csv[piece..<min(csv.count, piece + (256 << 10))])
                    try await writer.send(message)
                }
            }
        }
        try ImportReport(response.result, removed: response.removed, version: response.system?.version)
            .put(json: caller.json, dryRun: mutation.dryRun, of: files.joined(separator: " "))
    }
}

struct CodesMap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map", abstract: "Say what an institution's own codes mean: all of a file, or nothing.",
        discussion: """
            Columns local_code,local_name,code. What is not in the file stays as it is; an empty code takes a mapping back.

            EXAMPLES
              sampan codes map platform:7440 DEPARTMENT local.csv
              sampan codes map platform:7440 DEPARTMENT local.csv --institution 4699010003 --dry-run

            Exit code: 0 taken, 1 refused or the node cannot be asked, 64 wrong usage, 65 faults in the file, 66 it cannot be read.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "The system, such as DEPARTMENT.")
    var system: String
    @Argument(help: "The CSV file.")
    var file: String
    @Option(help: "Of this institution; left out: one's own.")
    var institution = ""
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let csv = try RegistryFileInput.read(file)
        let head = IdentityV1.ImportCodeMappingsRequest(
            requestID: try mutation.makeRequestID(), institutionCode: institution, system: system, validateOnly: mutation.dryRun)
        let response = try await caller.node(node).connected { channel in
            try await IdentityV1.CodeServiceClient(channel).importCodeMappings { writer in
                try await RegistryFileInput.pieces(csv) { piece in
                    var message = head
                    message.csv = Array(piece)
                    try await writer.send(message)
                }
            }
        }
        try ImportReport(response.result).put(json: caller.json, dryRun: mutation.dryRun, of: file)
    }
}
