import ArgumentParser
import Foundation
import SampanDomain
import SampanMesh

struct AuditShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "List what an audit log tells: who, what, when and why.",
        discussion: """
            Times are China time in the table, ISO 8601 UTC in JSON. Nothing is verified here: see `sampan audit verify`.

            Examples:
              sampan audit show data --since 2h
              sampan audit show data --since "2026-11-18 08:00:00" --kind denial --json

            Exit code: 0, 1 the log cannot be read, 64 wrong usage.
            """)

    @OptionGroup var log: AuditFile
    @Option(help: "Only what happened since: a China time (2026-11-18 08:00:00), or so long ago (15m, 2h, 7d).")
    var since: String?
    @Option(help: "Only this kind: denial, admin, registry, policy, break-glass, untold.")
    var kind: String?
    @Option(help: "Only the last so many.")
    var last: Int?
    @Flag(help: "Print a JSON array, one object an entry.")
    var json = false

    private struct Row: Codable {
        let number: UInt64
        /// ISO 8601, UTC.
        let at: String
        let until: String?
        let kind: String
        let actor: String
        let address: String
        let method: String
        let reason: String
        let rules: [String]
        /// Hexadecimal, lower case; empty where no policy decided.
        let policy: String
        let count: UInt64
        let detail: String

        init(_ number: UInt64, _ record: AuditRecord) {
            self.number = number
            at = Self.iso(record.at)
            until = record.until.map(Self.iso)
            kind = record.kind.name
            actor = record.actor
            address = record.address
            method = record.method
            reason = record.reason
            rules = record.rules
            policy = Hexadecimal.lowercase(record.policyHash)
            count = record.count
            detail = record.detail
        }

        private static func iso(_ time: UnixTime) -> String {
            Date(timeIntervalSince1970: Double(time.nanoseconds) / 1_000_000_000).formatted(
                Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        }
    }

    func validate() throws {
        _ = try start(now: UnixTime(nanoseconds: 0))
        if let last, last < 1 { throw ValidationError("--last is 1 or more") }
    }

    func run() throws {
        let archive = try log.open()
        let start = try start(now: UnixTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) * 1_000))
        var found: [(UInt64, AuditRecord)] = []
        do {
            try archive.forEach { number, record in
                if let start, record.until ?? record.at < start { return }
                if let kind, record.kind.name != kind { return }
                found.append((number, record))
                // Kept short now and then: a log of years must not lie in memory for its last lines.
                if let last, found.count > 2 * last + 1_024 { found.removeFirst(found.count - last) }
            }
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(1)
        }
        let shown = last.map { Array(found.suffix($0)) } ?? found
        print(json ? try JSONText.of(shown.map { Row($0.0, $0.1) }) : Self.table(shown))
    }

    private static func table(_ rows: [(UInt64, AuditRecord)]) -> String {
        let cells = rows.map { number, record in
            [
                "\(number)", record.at.chinaText, record.kind.name, record.count > 1 ? "\(record.count)x" : "",
                record.actor.isEmpty ? record.address : record.actor, record.method, record.reason,
                record.rules.joined(separator: " "), record.detail,
            ]
        }
        return TextTable(
            ["number", "time", "kind", "", "who", "method", "reason", "rules", "detail"],
            cells.map { $0.map(CertificateDescription.printable) }
        ).text
    }

    /// Nil for from the beginning.
    private func start(now: UnixTime) throws -> UnixTime? {
        guard let since else { return nil }
        if let time = try? UnixTime(chinaText: since) { return time }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        // At most 100 years, so that no multiplication overflows.
        guard let unit = since.last.flatMap({ units[$0] }), let amount = Int64(since.dropLast()),
            (0...(3_153_600_000 / unit)).contains(amount)
        else { throw ValidationError("--since is a China time such as \"2026-11-18 08:00:00\", or a length such as 15m, 2h, 7d") }
        return now.advanced(byNanoseconds: -amount * unit * 1_000_000_000)
    }
}
