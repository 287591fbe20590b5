import ArgumentParser
import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC

struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Read the authority's journal, verify its chain, and tell who did what when.",
        discussion: """
            The whole chain is read and verified from the first entry on; --from only leaves lines out. What was changed, dropped, put in or
            moved is named by its number. That the end is missing the chain cannot tell: compare the last hash with one that was written
            down.

            EXAMPLES
              sampan journal --platform 10.0.0.1:7443 --identity /var/lib/sampan/trust
              sampan journal --from 120
              sampan journal --json --timeout 5m > journal.json

            Exit code: 0 the chain is whole, 1 it is not, or cannot be read, 64 wrong usage.
            """)

    @Option(help: "First entry that is shown, counted from 1.")
    var from: UInt64 = 1
    @OptionGroup var admin: AdminOptions

    private struct Answer: Codable {
        let verified: Bool
        /// What is wrong with the chain; nil for a whole one.
        let fault: String?
        let entries: [JournalLine]
    }

    /// Bytes of one entry: an epoch of 4,000,000 and what stands around it.
    private static let entryLimit = 8 << 20
    /// Entries that are held at once; more is another program's work.
    private static let mostEntries = 1_000_000

    func run() async throws {
        let options = CallOptions(timeout: admin.timeout.duration, maximumResponseBytes: Self.entryLimit)
        let entries = try await admin.authority { access in
            var entries: [AuthorityJournalEntry] = []
            let stream = try await access.client.readJournal(TrustV1.ReadJournalRequest(from: 1), options: options)
            while let message = try await stream.next() {
                guard let entry = message.entry else { throw AdminFailure("the authority sent an empty entry") }
                guard entries.count < Self.mostEntries else { throw AdminFailure("the journal has over \(Self.mostEntries) entries") }
                entries.append(AuthorityJournalEntry(entry))
            }
            return entries
        }
        var fault: HashChainFault?
        do throws(HashChainFault) { try AuthorityJournal.verify(entries) } catch { fault = error }
        let shown = entries.filter { $0.number >= from }
        let lines = shown.compactMap { entry in (try? AuthorityRecord(serialized: entry.record)).map { JournalLine(entry, $0) } }
        let unreadable = shown.count - lines.count
        try tell(lines, fault.map { "\($0)" } ?? (unreadable > 0 ? "\(unreadable) records cannot be read by this program" : nil), entries)
    }

    private func tell(_ lines: [JournalLine], _ fault: String?, _ entries: [AuthorityJournalEntry]) throws {
        if admin.json {
            print(try JSONText.of(Answer(verified: fault == nil, fault: fault, entries: lines)))
        } else {
            print(TextTable(["entry", "at", "who", "what"], lines.map(\.cells)).text)
            if fault == nil {
                print("verified: \(entries.count) entries, the last is \(entries.last.map { Hexadecimal.lowercase($0.hash) } ?? "-")")
            }
        }
        guard let fault else { return }
        StandardError.line("Error: the journal is not whole: \(fault)")
        throw ExitCode(1)
    }
}
