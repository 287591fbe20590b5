package import SampanDomain

/// A plan file that cannot be used: which line, what is wrong, what would be right.
package struct FaultPlanError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

extension FaultPlan {
    /// Columns `out_trade_no,operation,fault,times,milliseconds`. `*` stands for every order. `times` is 1 when empty, or 1 to
    /// 1,000,000, or `always`; PROCESSING takes none. `milliseconds` (0 to 86,400,000) is for LATE, PROCESSING and SKEWED (which
    /// may be negative); they need it.
    package init(_ table: CSVTable, seeded: SeededFaults? = nil) throws(FaultPlanError) {
        self.init(seeded: seeded)
        let columns: Columns
        do throws(CSVError) {
            columns = try Columns(table)
        } catch {
            throw FaultPlanError("\(error)")
        }
        for row in table.rows {
            let number = row[columns.order]
            guard number == Self.everyOrder || (try? OutTradeNo(number)) != nil else {
                throw FaultPlanError("line \(row.line): out_trade_no is 1 to 32 of 0-9 A-Z a-z _ - | *, or * for every order")
            }
            guard let operation = FaultOperation(rawValue: row[columns.operation]) else {
                let all = FaultOperation.allCases.map(\.rawValue).joined(separator: ", ")
                throw FaultPlanError("line \(row.line): operation is one of \(all)")
            }
            let rule = try columns.rule(row)
            guard rule.fault.applies(to: operation) else {
                throw FaultPlanError("line \(row.line): \(rule.fault.name) cannot happen to \(operation.rawValue)")
            }
            guard add(rule, to: operation, of: number) else {
                throw FaultPlanError("line \(row.line): the order has \(rule.fault.name) of \(operation.rawValue) already; use times")
            }
        }
    }
}

private struct Columns {
    let order: CSVTable.Column
    let operation: CSVTable.Column
    let fault: CSVTable.Column
    let times: CSVTable.Column
    let milliseconds: CSVTable.Column

    init(_ table: CSVTable) throws(CSVError) {
        order = try table.column("out_trade_no")
        operation = try table.column("operation")
        fault = try table.column("fault")
        times = try table.column("times")
        milliseconds = try table.column("milliseconds")
    }

    func rule(_ row: CSVTable.Row) throws(FaultPlanError) -> FaultRule {
        let fault = try fault(row)
        if case .processing = fault {
            guard row[times].isEmpty else { throw FaultPlanError("line \(row.line): PROCESSING takes no times") }
            return FaultRule(fault, times: nil)
        }
        switch row[times] {
        case "": return FaultRule(fault, times: 1)
        case "always": return FaultRule(fault, times: nil)
        case let text:
            guard let count = Int(text), (1...1_000_000).contains(count) else {
                throw FaultPlanError("line \(row.line): times is 1 to 1000000, or always")
            }
            return FaultRule(fault, times: count)
        }
    }

    private func fault(_ row: CSVTable.Row) throws(FaultPlanError) -> Fault {
        let plain: [String: Fault] = ["FAIL": .fail, "LOST_ANSWER": .lostAnswer, "TWICE": .twice, "LOST": .lost, "FORGED": .forged]
        let name = row[fault]
        if let fault = plain[name] {
            guard row[milliseconds].isEmpty else { throw FaultPlanError("line \(row.line): \(name) takes no milliseconds") }
            return fault
        }
        guard ["LATE", "PROCESSING", "SKEWED"].contains(name) else {
            throw FaultPlanError("line \(row.line): fault is FAIL, LATE, LOST_ANSWER, TWICE, LOST, PROCESSING, FORGED or SKEWED")
        }
        let lowest = name == "SKEWED" ? -86_400_000 : 0
        guard let count = Int(row[milliseconds]), (lowest...86_400_000).contains(count) else {
            throw FaultPlanError("line \(row.line): \(name) needs milliseconds, \(lowest) to 86400000")
        }
        switch name {
        case "LATE": return .late(.milliseconds(count))
        case "SKEWED": return .skewed(.milliseconds(count))
        default: return .processing(.milliseconds(count))
        }
    }
}
