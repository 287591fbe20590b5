import SampanDomain
import SampanTestSupport
import Testing

@testable import SampanReconciliation

/// RC-02: deposits as banks book them, around midnight and after holidays.
@Suite("Bank statements")
struct BankStatementTests {
    /// A statement whose columns may stand in any order.
    private struct Statement {
        static let name = "bank_statement_20261119.csv"

        let header: [String]
        var rows: [[String]]
        let (amount, direction, purpose): (Int, Int, Int)

        init(_ fixture: BillFixture) throws {
            let table = try CSVTable(try fixture.bytes(Self.name))
            header = table.header
            rows = table.rows.map(\.fields)
            func place(_ name: String) throws -> Int { try #require(table.header.firstIndex(of: name)) }
            (amount, direction, purpose) = (try place("金额"), try place("借贷标志"), try place("摘要"))
        }

        func write(_ rows: some Sequence<[String]>, to fixture: BillFixture, _ name: String = name) throws {
            var writer = CSVWriter(header: header)
            for row in rows { writer.append(row) }
            try fixture.write(writer.bytes, to: name)
        }

        /// Of a row of the day: `WX 4699010001`.
        func owner(_ row: [String]) -> String? {
            let words = row[purpose].split(separator: " ").map(String.init)
            guard words.count == 3, words[1] == "20261118" else { return nil }
            return "\(words[0].hasPrefix("财付通") ? "WX" : "ALI") \(words[2])"
        }
    }

    private static func report(_ fixture: BillFixture) throws -> ReconciliationReport {
        try Reconciliation(day: #require(BusinessDay("20261118")), folder: fixture.folder, output: fixture.output).run()
    }

    @Test("RC-02: after a holiday one statement has the deposits of several days, each with its own")
    func severalDays() throws {
        let fixture = try BillFixture()
        let statement = try Statement(fixture)
        let others = ["20261117", "20261119", "20261120"].flatMap { day in
            statement.rows.map { row in row.map { $0.replacing("20261118 ", with: "\(day) ") } }
        }
        try statement.write(others + statement.rows.reversed(), to: fixture)
        try fixture.expectExact()
    }

    @Test("RC-02: deposits around midnight stand in two statements; one deposit may come in parts")
    func twoStatements() throws {
        let fixture = try BillFixture()
        let statement = try Statement(fixture)
        let place = try #require(statement.rows.firstIndex { statement.owner($0) != nil })
        var (first, second) = (statement.rows[place], statement.rows[place])
        first[statement.amount] = "0.01"
        second[statement.amount] = try Money(yuan: second[statement.amount]).subtracting(Money(fen: 1)).yuan
        try statement.write([second] + statement.rows[..<place], to: fixture, "bank_statement_20261120.csv")
        try statement.write([first] + statement.rows[(place + 1)...], to: fixture)
        try fixture.expectExact()
    }

    @Test(
        "RC-02: a deposit for several days in one is no break of any of them, and is told of by the last",
        arguments: ["20261117-20261118", "20261118-20261120", "20261118至20261119"])
    func combined(range: String) throws {
        let fixture = try BillFixture()
        var statement = try Statement(fixture)
        let broken = Set(fixture.truth.filter { $0.type.rawValue.hasPrefix("BANK") }.map { "\($0.channel.rawValue) \($0.institution)" })
        let owners = statement.rows.map(statement.owner)
        // One that is right, and has one deposit only.
        let place = try #require(
            statement.rows.indices.first { place in
                guard let owner = owners[place], !broken.contains(owner) else { return false }
                return statement.rows[place][statement.direction] == "贷" && owners.count { $0 == owner } == 1
            })
        statement.rows[place][statement.purpose].replace("20261118", with: range)
        statement.rows[place][statement.amount] = "987654.32"
        try statement.write(statement.rows, to: fixture)
        try fixture.expectExact()
        let combined = try Self.report(fixture).settlements.filter(\.isCombined)
        #expect(combined.map { "\($0.channel.rawValue) \($0.institution)" } == [owners[place]])
        #expect(combined.first?.deposited?.fen == (range.hasSuffix("20261118") ? 98_765_432 : nil))
    }

    @Test("RC-02: what a channel owes and what it keeps are paid less refunded, hospital by hospital")
    func fees() throws {
        let report = try Self.report(BillFixture())
        let bills = [report.totals.weChat, report.totals.alipay]
        let (due, kept) = report.settlements.reduce((0, 0)) { ($0.0 + $1.due.fen, $0.1 + $1.fees.fen) }
        #expect(kept == bills.reduce(0) { $0 + $1.fees.fen } && kept > 0)
        #expect(due + kept == bills.reduce(0) { $0 + $1.paid.fen - $1.refunded.fen })
    }
}
