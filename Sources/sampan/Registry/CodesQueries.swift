import ArgumentParser
import SampanAPI
import SampanDomain
import SampanServices

struct CodesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List code systems, or the versions of one.",
        discussion: """
            EXAMPLES
              sampan codes list platform:7440
              sampan codes list platform:7440 GBT2260 --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "A system, whose versions are listed.")
    var system: String?
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let system = system
        let systems = try await caller.node(node).connected { channel -> [IdentityV1.CodeSystem] in
            let client = IdentityV1.CodeServiceClient(channel)
            guard let system else { return try await client.listCodeSystems(IdentityV1.ListCodeSystemsRequest()).systems }
            var request = IdentityV1.ListCodeVersionsRequest(system: system, pageSize: 500)
            var versions: [IdentityV1.CodeSystem] = []
            repeat {
                let page = try await client.listCodeVersions(request)
                versions += page.versions
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return versions
        }
        let answers = systems.map(RegistryAnswer.CodeSystem.init)
        guard !caller.json else { return StandardOutput.line(try JSONText.of(answers)) }
        let rows = answers.map { [$0.system, $0.name, String($0.version), $0.label, String($0.codes), $0.effectiveFrom ?? ""] }
        StandardOutput.line(
            rows.isEmpty
                ? "there is no such code system" : RegistryAnswer.table(["system", "name", "version", "label", "codes", "from"], rows))
    }
}

/// Codes of one system, all pages.
struct CodeQuery: ParsableArguments {
    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "The system, such as GBT2260.")
    var system: String
    @Option(help: "As it was in force then: a day, or a time in China.")
    var asOf: String?
    @Option(help: "This version; left out: the one in force.")
    var version: Int64 = 0

    func validate() throws {
        try CallerOptions.check(node)
        _ = try RegistryFileInput.moment(asOf, "--as-of")
    }

    func fetch(_ caller: CallerOptions, _ ask: IdentityV1.ListCodesRequest) async throws -> [IdentityV1.Code] {
        var request = ask
        (request.system, request.version, request.pageSize) = (system, version, 500)
        request.asOf = try RegistryFileInput.moment(asOf, "--as-of")
        let first = request
        return try await caller.node(node).connected { channel in
            let client = IdentityV1.CodeServiceClient(channel)
            var (request, codes) = (first, [IdentityV1.Code]())
            repeat {
                let page = try await client.listCodes(request)
                codes += page.codes
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return codes
        }
    }
}

struct CodesShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a code with what it belongs to, or codes by parent or name.",
        discussion: """
            EXAMPLES
              sampan codes show platform:7440 GBT2260 --code 110105
              sampan codes show platform:7440 GBT2260 --top
              sampan codes show platform:7440 GBT2260 --parent 110000
              sampan codes show platform:7440 DEPARTMENT --name 内科 --as-of 2026-01-01

            Exit code: 0, 1 there is none or the node cannot be asked, 64 wrong usage.
            """)

    @OptionGroup var query: CodeQuery
    @Option(help: "This code, and what it belongs to.")
    var code: String?
    @Option(help: "The children of this code.")
    var parent = ""
    @Flag(help: "Codes without a parent.")
    var top = false
    @Option(help: "Codes with this whole name.")
    var name = ""
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        guard code == nil || (parent.isEmpty && !top && name.isEmpty), parent.isEmpty || !top else {
            throw ValidationError("--code stands alone, and --parent and --top exclude each other.")
        }
    }

    func run() async throws {
        let codes: [IdentityV1.Code]
        if let code {
            let asOf = try RegistryFileInput.moment(query.asOf, "--as-of")
            let request = IdentityV1.GetCodeRequest(system: query.system, code: code, asOf: asOf, version: query.version)
            let response = try await caller.node(query.node).connected { try await IdentityV1.CodeServiceClient($0).getCode(request) }
            codes = (response.code.map { [$0] } ?? []) + response.ancestors
        } else {
            codes = try await query.fetch(caller, IdentityV1.ListCodesRequest(parent: parent, atTop: top, name: name))
        }
        guard !caller.json else { return StandardOutput.line(try JSONText.of(codes.map(RegistryAnswer.Code.init))) }
        StandardOutput.line(
            codes.isEmpty
                ? "there is no such code"
                : RegistryAnswer.table(["code", "name", "parent"], codes.map { [$0.code, $0.name, $0.parent] }))
        if codes.isEmpty { throw ExitCode(1) }
    }
}

struct CodesExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a code table as the CSV file that import takes.",
        discussion: """
            EXAMPLES
              sampan codes export platform:7440 GBT2260 --out areas.csv

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage, 73 the file could not be written.
            """)

    @OptionGroup var query: CodeQuery
    @Option(help: "The file (0600); left out: standard output.")
    var out: String?
    @OptionGroup var caller: CallerOptions

    func run() async throws {
        var writer = CSVWriter(header: CodeSheet.header)
        for code in try await query.fetch(caller, IdentityV1.ListCodesRequest()) { writer.append([code.code, code.name, code.parent]) }
        let text = String(decoding: writer.bytes, as: UTF8.self)
        if let out { try OutputFile.write(text, to: out) } else { StandardOutput.text(text) }
    }
}

struct CodesUnmapped: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unmapped", abstract: "List an institution's own codes that were seen and mean nothing, the most frequent first.",
        discussion: """
            EXAMPLES
              sampan codes unmapped platform:7440 DEPARTMENT
              sampan codes unmapped platform:7440 DEPARTMENT --institution 4699010003 --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "The system, such as DEPARTMENT.")
    var system: String
    @Option(help: "Of this institution; left out: one's own.")
    var institution = ""
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let first = IdentityV1.ListUnmappedCodesRequest(institutionCode: institution, system: system, pageSize: 500)
        let codes = try await caller.node(node).connected { channel -> [IdentityV1.UnmappedCode] in
            let client = IdentityV1.CodeServiceClient(channel)
            var (request, codes) = (first, [IdentityV1.UnmappedCode]())
            repeat {
                let page = try await client.listUnmappedCodes(request)
                codes += page.codes
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return codes
        }
        let answers = codes.map(RegistryAnswer.Unmapped.init)
        guard !caller.json else { return StandardOutput.line(try JSONText.of(answers)) }
        let rows = answers.map { [$0.localCode, $0.localName, String($0.seen), $0.lastSeen ?? "", $0.retired ? "retired" : ""] }
        StandardOutput.line(
            rows.isEmpty ? "every code that was seen is mapped" : RegistryAnswer.table(["code", "name", "seen", "last", ""], rows))
    }
}
