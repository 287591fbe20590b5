import ArgumentParser
import SampanDomain
import SampanReconciliation

struct ReconcileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Hold a payment day's books against each other: HIS, platform, channel bills, bank (对账).",
        discussion: """
            Reads the files of the day as they were delivered and writes every break with money at risk and next action. The folder:
              platform_ledger.csv  his_ledger.csv  wechat_trade_bill_DAY.csv  alipay_bill_DAY.zip  bank_statement_*.csv
              next_day/  the same bills of the day after (they may be openings): what was paid around midnight is there

            Examples:
              sampan reconcile --date 2026-11-18 --dir day-20261118 --out breaks.csv
              sampan reconcile --date 20261118 --dir day-20261118 --out breaks.csv --json
              sampan reconcile --date 20261118 --dir day-20261118 --out breaks.csv --fees fees.csv
              sampan reconcile --date 20261118 --dir day-20261118 --out breaks.csv --settlements settlements.csv

            Exit code: 0 no breaks, 1 there are breaks, 64 wrong usage, 65 a file is damaged or not what it should be (its line and
            column are named), 66 a file is missing or cannot be read, 73 the breaks could not be written. --out is written for 0 and 1
            only, as a whole.
            """)

    @Option(help: "The day of payment in China: 2026-11-18 or 20261118.")
    var date: String
    @Option(help: "The folder with the files of the day.")
    var dir: String
    @Option(help: "Where the breaks go (CSV, 0600). Scratch files without a name lie beside it meanwhile.")
    var out: String
    @Option(
        help:
            "What the channels may charge: CSV with the columns org and basis_points (60 is 0.60 %), org * for all others. (default: * 60, 4699010003 20)"
    )
    var fees: String?
    @Option(help: "Also write what each channel owes each hospital, and what the bank shows (CSV, 0600): for sampan breaks record.")
    var settlements: String?
    @Flag(help: "Print a JSON object in place of tables.")
    var json = false

    func validate() throws { _ = try day() }

    func run() throws {
        let report: ReconciliationReport
        do {
            report = try Reconciliation(day: try day(), folder: dir, output: out, fees: fees).run()
        } catch let error as ReconciliationError {
            StandardError.line("Error: \(CertificateDescription.printable("\(error)"))")
            throw Self.exitCode(error)
        }
        if let settlements { try OutputFile.write(Self.settlementsFile(report), to: settlements) }
        if json {
            StandardOutput.line(try JSONText.of(ReconciliationAnswer(report, out: out)))
        } else {
            StandardOutput.line(ReconciliationText(report, out: out).text)
        }
        if report.breaks > 0 { throw ExitCode(1) }
    }

    private static func settlementsFile(_ report: ReconciliationReport) -> String {
        var writer = CSVWriter(header: ["org", "channel", "net_fen", "fees_fen", "deposited_fen"])
        for line in report.settlements {
            writer.append([
                line.institution, line.channel.rawValue, String(line.due.fen), String(line.fees.fen),
                line.deposited.map { String($0.fen) } ?? "",
            ])
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func day() throws -> BusinessDay {
        guard let day = BusinessDay(date) else { throw ValidationError("--date is a day as 2026-11-18 or 20261118") }
        return day
    }

    /// As sysexits.h has them.
    private static func exitCode(_ error: ReconciliationError) -> ExitCode {
        switch error {
        case .badData: ExitCode(65)
        case .missing, .unreadable: ExitCode(66)
        case .notWritten: ExitCode(73)
        }
    }
}
