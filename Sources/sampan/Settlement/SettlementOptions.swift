import ArgumentParser
import SampanDomain

/// Which day of which operator.
struct SettlementDayOptions: ParsableArguments {
    @Option(help: "The accounting day in China: 2026-11-18 or 20261118.")
    var date: String
    @Option(name: .customLong("operator"), help: "The operator. There is one here: the ferry's.")
    var operatorID = MobileOperator.code

    func validate() throws { _ = try day() }

    func day() throws -> BusinessDay {
        guard let day = BusinessDay(date) else { throw ValidationError("--date is a day as 2026-11-18 or 20261118.") }
        return day
    }
}

/// What a report is printed as, beside tables and --json.
struct SettlementOutput: ParsableArguments {
    @Flag(help: "Print CSV: one figure a row, amounts in fen.")
    var csv = false
    @Flag(help: "Begin the CSV with a byte-order mark: some spreadsheets take it for GBK without one.")
    var bom = false
    @Option(help: ArgumentHelp("Also write a page for printing (0600).", valueName: "file"))
    var html: String?

    func validate() throws {
        if bom, !csv { throw ValidationError("--bom goes with --csv.") }
    }

    /// Prints the report, and writes the page. Throws 73 where that cannot be.
    func put(_ report: SettlementReport, json: Bool) throws {
        if let html { try OutputFile.write(SettlementPage(report).html, to: html) }
        if json {
            StandardOutput.line(try JSONText.of(SettlementAnswer(report)))
        } else if csv {
            StandardOutput.text((bom ? "\u{FEFF}" : "") + report.csv)
        } else {
            StandardOutput.line(report.text)
        }
    }
}
