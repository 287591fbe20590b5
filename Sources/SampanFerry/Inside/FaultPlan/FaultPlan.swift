package import SampanDomain

/// Which requests a sick HIS fails, and how. For demonstrations and tests; without one, nothing of this folder is used.
package struct FaultPlan: Sendable {
    /// The words of the column `his_outcome` of a payment day.
    package enum Fault: String, Sendable {
        /// The HIS refuses the record.
        case reject = "REJECT"
        /// Nothing is written, and no answer comes within the adapter's time.
        case timeout = "TIMEOUT"
        /// The charge is written, and the answer is lost.
        case lostReply = "LOST_REPLY"
    }

    package var faults: [OutTradeNo: Fault]
    /// How long a request without an answer is waited for.
    package var timeout: Duration

    package init(faults: [OutTradeNo: Fault] = [:], timeout: Duration = .milliseconds(200)) {
        self.faults = faults
        self.timeout = timeout
    }

    /// From columns `out_trade_no` and `his_outcome` (`OK` or empty is healthy). Throws the line of the first wrong field.
    package init(_ table: CSVTable, timeout: Duration = .milliseconds(200)) throws(FaultPlanError) {
        self.init(timeout: timeout)
        do {
            let (order, outcome) = (try table.column("out_trade_no"), try table.column("his_outcome"))
            for row in table.rows where row[outcome] != "OK" && row[outcome] != "" {
                guard let fault = Fault(rawValue: row[outcome]) else {
                    throw FaultPlanError("line \(row.line): his_outcome is OK, REJECT, TIMEOUT, LOST_REPLY or empty")
                }
                faults[try OutTradeNo(row[order])] = fault
            }
        } catch let error as FaultPlanError {
            throw error
        } catch {
            throw FaultPlanError("\(error)")
        }
    }
}

package struct FaultPlanError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
