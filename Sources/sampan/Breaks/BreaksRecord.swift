import ArgumentParser
import Foundation
import SampanAPI
import SampanDomain

struct BreaksRecord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Give what sampan reconcile found about a day to the gateway.",
        discussion: """
            A day without breaks is recorded too: breaks.csv holds its header then. The same file again changes nothing; another one of the
            same day adds what is new, and says of what is not found any more that it is gone.

            EXAMPLES
              sampan breaks record gateway.local:7443 --date 2026-11-18 --file breaks.csv

            Exit code: 0 recorded, 1 refused or the node cannot be asked, 64 wrong usage, 65 the file is not what it should be, 66 it is
            missing.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Option(help: "The day that was reconciled: 2026-11-18 or 20261118.")
    var date: String
    @Option(help: ArgumentHelp("What sampan reconcile wrote as --out.", valueName: "breaks.csv"))
    var file: String
    @Option(help: ArgumentHelp("What it wrote as --settlements: the ledger books it.", valueName: "settlements.csv"))
    var settlements: String?
    @OptionGroup var caller: CallerOptions

    private struct Answer: Encodable {
        let run: UInt64
        let date: String
        let breaks: UInt64
        let newBreaks: UInt64
        let goneBreaks: UInt64
        let wasKnown: Bool
    }

    func validate() throws {
        try CallerOptions.check(node)
        _ = try day()
    }

    func run() async throws {
        let remote = try caller.node(node)
        let request = ReconciliationV1.RecordRunRequest(
            date: try day().text, findings: try Self.findings(file),
            settlements: try settlements.map(Self.settlements) ?? [])
        let response = try await remote.connected { try await ReconciliationV1.ReconciliationServiceClient($0).recordRun(request) }
        let run = response.run ?? ReconciliationV1.Run()
        if caller.json {
            StandardOutput.line(
                try JSONText.of(
                    Answer(
                        run: run.number, date: run.date, breaks: run.breaks, newBreaks: run.newBreaks, goneBreaks: run.goneBreaks,
                        wasKnown: response.wasKnown)))
        } else {
            let known = response.wasKnown ? ", which was recorded before" : ""
            StandardOutput.line(
                "run \(run.number) of \(run.date)\(known): \(run.breaks) breaks, \(run.newBreaks) new, \(run.goneBreaks) gone")
        }
    }

    private func day() throws -> BusinessDay {
        guard let day = BusinessDay(date) else { throw ValidationError("--date is a day as 2026-11-18 or 20261118.") }
        return day
    }

    /// The lines of a breaks.csv, by column name. Ends the command with 65 or 66 for what is none.
    static func findings(_ path: String) throws -> [ReconciliationV1.Finding] {
        try rows(path, ["type", "out_trade_no", "out_refund_no", "org", "channel", "amount_fen", "action"]) { field, fen in
            ReconciliationV1.Finding(
                type: field(0), outTradeNo: field(1), outRefundNo: field(2), institutionCode: field(3), channel: field(4),
                amountFen: try fen(5), action: field(6))
        }
    }

    /// The same of a file of settlements. What belongs to no hospital is left out: it is a break, and has no account.
    static func settlements(_ path: String) throws -> [ReconciliationV1.ChannelSettlement] {
        try rows(path, ["org", "channel", "net_fen", "fees_fen", "deposited_fen"]) { field, fen in
            ReconciliationV1.ChannelSettlement(
                institutionCode: field(0), channel: field(1), netFen: try fen(2), feesFen: try fen(3),
                depositedFen: field(4).isEmpty ? nil : try fen(4))
        }.filter { !$0.institutionCode.isEmpty }
    }

    /// - Parameter make: from the texts of the columns by their place in `names`, and the same as whole fen.
    private static func rows<Row>(
        _ path: String, _ names: [String], _ make: ((Int) -> String, (Int) throws -> Int64) throws -> Row
    ) throws -> [Row] {
        let name = CertificateDescription.printable(path)
        guard let data = FileManager.default.contents(atPath: path) else {
            StandardError.line("Error: \(name) is missing or cannot be read")
            throw ExitCode(66)
        }
        do {
            let table = try CSVTable([UInt8](data))
            let columns = try names.map { try table.column($0) }
            return try table.rows.map { row in
                try make({ row[columns[$0]] }) { place in
                    guard let fen = Int64(row[columns[place]]) else {
                        StandardError.line("Error: \(name): line \(row.line): \(names[place]) is no whole number of fen")
                        throw ExitCode(65)
                    }
                    return fen
                }
            }
        } catch let error as CSVError {
            StandardError.line("Error: \(name): \(error)")
            throw ExitCode(65)
        }
    }
}
