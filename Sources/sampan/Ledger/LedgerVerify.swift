import ArgumentParser
import SampanDomain
import SampanLedger
import SampanMesh
import SampanServices

struct LedgerVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say whether a ledger is what was written, and if not, what is the first that is not.",
        discussion: """
            Recomputes every entry, hold, total and hash from the first entry on, and holds the ledger against the payments. Whoever can
            write the whole file can put back an older copy of it: write down NUMBER:HASH now and then, elsewhere, and give it as --mark.

            Examples:
              sampan ledger verify --db data
              sampan ledger verify --db data --mark 1207:9f2c… --json

            Exit code: 0 whole, 1 it is not, 64 wrong usage, 65 the file is not a ledger of this edition, 66 it is missing or cannot be
            read.
            """)

    @OptionGroup var file: LedgerFile
    @Option(help: "An entry that the ledger is known to have had, as NUMBER:HASH.")
    var mark: String?
    @Flag(help: "Print a JSON object; amounts are whole fen.")
    var json = false

    private struct Answer: Encodable {
        let whole: Bool
        let entries: Int64?
        let holds: Int64?
        /// NUMBER:HASH of the end, for --mark.
        let mark: String?
        /// By the payments; the ledger says the same when it is whole.
        let paidFen: Int64?
        let postedFen: Int64?
        let refundedFen: Int64?
        let openFen: Int64?
        let fault: String?
    }

    func validate() throws { _ = try parsedMark() }

    func run() throws {
        let mark = try parsedMark()
        let outcome = try file.read { archive throws(PaymentArchiveError) in try archive.verify(mark: mark) }
        let fault = outcome.fault.map(CertificateDescription.printable)
        let (ledger, equation) = (outcome.ledger, outcome.equation)
        let end = ledger?.mark.map { "\($0.number):\(Hexadecimal.lowercase($0.hash))" }
        if json {
            StandardOutput.line(
                try JSONText.of(
                    Answer(
                        whole: fault == nil, entries: ledger?.entries, holds: ledger?.holds, mark: end, paidFen: equation?.paid.fen,
                        postedFen: equation?.posted.fen, refundedFen: equation?.refunded.fen, openFen: equation?.open.fen, fault: fault)))
        } else if let fault {
            StandardOutput.line("NOT WHOLE: \(fault)")
        } else if let ledger, let equation {
            StandardOutput.line(
                """
                whole: \(ledger.entries) entries, \(ledger.holds) holds
                paid \(equation.paid.yuan) = posted \(equation.posted.yuan) + refunded \(equation.refunded.yuan) \
                + open \(equation.open.yuan), by the payments and by the ledger
                mark \(end ?? "-")
                """)
        }
        if fault != nil { throw ExitCode(1) }
    }

    private func parsedMark() throws -> LedgerMark? {
        guard let mark else { return nil }
        let parts = mark.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int64(parts[0]), number > 0, let hash = Hexadecimal.bytes(parts[1]), hash.count == 32 else {
            throw ValidationError("--mark is NUMBER:HASH, as `sampan ledger verify` prints it")
        }
        return LedgerMark(number: number, hash: hash)
    }
}
