import ArgumentParser
import SampanAPI
import SampanDomain
import SampanServices

/// Which institutions, and when.
struct InstitutionFilter: ParsableArguments {
    @Option(help: "Of these kinds only: hospital, clinic, diagnostic-center and others.")
    var kind: String?
    @Option(help: "Whose region begins with these digits (GB/T 2260).")
    var region = ""
    @Option(help: "With this status only: active, suspended, closed.")
    var status: String?
    @Option(help: "As it was in force then: a day, or a time in China.")
    var asOf: String?
    @Option(help: "As the registry knew it then.")
    var knownAt: String?

    func validate() throws { _ = try request() }

    func request() throws -> IdentityV1.ListInstitutionsRequest {
        var request = IdentityV1.ListInstitutionsRequest(pageSize: 500, region: region)
        do {
            if let kind { request.kind = try IdentityV1.InstitutionKind(word: kind) }
            if let status { request.status = try IdentityV1.EntryStatus(word: status) }
        } catch {
            throw ValidationError("--\(error.field) \(error.message).")
        }
        request.asOf = try RegistryFileInput.moment(asOf, "--as-of")
        request.knownAt = try RegistryFileInput.moment(knownAt, "--known-at")
        return request
    }

    /// All pages.
    func fetch(_ remote: RemoteNode) async throws -> [IdentityV1.Institution] {
        var request = try request()
        return try await remote.connected { channel in
            let client = IdentityV1.InstitutionServiceClient(channel)
            var entries: [IdentityV1.Institution] = []
            repeat {
                let page = try await client.listInstitutions(request)
                entries += page.institutions
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return entries
        }
    }
}

struct InstitutionList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List institutions by code.",
        discussion: """
            EXAMPLES
              sampan institution list platform:7440
              sampan institution list platform:7440 --kind hospital --status suspended --as-of 2026-06-30 --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @OptionGroup var filter: InstitutionFilter
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let entries = try await filter.fetch(try caller.node(node))
        guard !caller.json else { return StandardOutput.line(try JSONText.of(entries.map(RegistryAnswer.Institution.init))) }
        let rows = entries.map { [$0.code, $0.name, $0.kind.word, $0.region, $0.status.word, String($0.version), $0.statusReason] }
        StandardOutput.line(
            rows.isEmpty
                ? "the registry has no such institution"
                : RegistryAnswer.table(["code 代码", "name 名称", "kind", "region", "status", "version", "reason"], rows))
    }
}

struct InstitutionShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one institution, now or at a moment, or all of its versions.",
        discussion: """
            EXAMPLES
              sampan institution show platform:7440 4699010003
              sampan institution show platform:7440 4699010003 --as-of "2026-01-01 08:00:00" --known-at 2026-02-01
              sampan institution show platform:7440 4699010003 --history

            Exit code: 0, 1 it is not registered or the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Argument(help: "Its code.")
    var code: String
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
        let (code, history) = (code, history)
        let asOf = try RegistryFileInput.moment(asOf, "--as-of")
        let knownAt = try RegistryFileInput.moment(knownAt, "--known-at")
        let entries = try await remote.connected { channel -> [IdentityV1.Institution] in
            let client = IdentityV1.InstitutionServiceClient(channel)
            guard history else {
                let response = try await client.getInstitution(
                    IdentityV1.GetInstitutionRequest(code: code, asOf: asOf, knownAt: knownAt))
                return response.institution.map { [$0] } ?? []
            }
            var request = IdentityV1.ListInstitutionVersionsRequest(code: code, pageSize: 500)
            var entries: [IdentityV1.Institution] = []
            repeat {
                let page = try await client.listInstitutionVersions(request)
                entries += page.institutions
                request.pageToken = page.nextPageToken
            } while !request.pageToken.isEmpty
            return entries
        }
        guard !entries.isEmpty else { throw AdminFailure("\(remote.place): the registry has no such institution") }
        let answers = entries.map(RegistryAnswer.Institution.init)
        guard !caller.json else { return StandardOutput.line(try JSONText.of(answers)) }
        for (entry, answer) in zip(entries, answers) {
            StandardOutput.line(
                RegistryAnswer.table(
                    ["\(answer.code)", answer.name],
                    zip(InstitutionSheet.header, InstitutionSheet.fields(entry)).map { [$0, $1] }
                        + [["recorded", "\(answer.recordedAt ?? "") \(answer.recordedBy)"], ["reason", answer.statusReason ?? ""]]))
        }
    }
}

struct InstitutionLookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "What everybody may know of an institution (公众查询).",
        discussion: """
            EXAMPLES
              sampan institution lookup platform:7440 --name 示范
              sampan institution lookup platform:7440 --code 4699010003 --json

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The platform node, host:port.")
    var node: String
    @Option(help: "The whole code.")
    var code = ""
    @Option(help: "How a name begins: at least two characters.")
    var name = ""
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        guard code.isEmpty != name.isEmpty else { throw ValidationError("Give --code or --name.") }
    }

    private struct Answer: Encodable {
        let code: String
        let name: String
        let aliases: [String]
        let kind: String
        let region: String
        let status: String
        let licences: [RegistryAnswer.Licence]
    }

    func run() async throws {
        let request = IdentityV1.LookupInstitutionsRequest(code: code, name: name, pageSize: 100)
        let response = try await caller.node(node).connected {
            try await IdentityV1.InstitutionServiceClient($0).lookupInstitutions(request)
        }
        let answers = response.institutions.map { entry in
            Answer(
                code: entry.code, name: entry.name, aliases: entry.aliases, kind: entry.kind.word, region: entry.region,
                status: entry.status.word, licences: entry.licences.map(RegistryAnswer.Licence.init))
        }
        guard !caller.json else { return StandardOutput.line(try JSONText.of(answers)) }
        let rows = answers.map { [$0.code, $0.name, $0.aliases.joined(separator: " "), $0.kind, $0.region, $0.status] }
        StandardOutput.line(
            rows.isEmpty ? "nothing was found" : RegistryAnswer.table(["code", "name", "aliases", "kind", "region", "status"], rows))
        if !response.nextPageToken.isEmpty { StandardError.line("there are more; give more of the name") }
    }
}
