import SampanAPI

/// What `sampan ferry status` says.
struct FerryReport: Codable {
    struct Worker: Codable {
        let worker: UInt32
        /// Nil: it has not asked yet.
        let workerCount: UInt32?
        let silenceMilliseconds: Int64?
        let openRows: UInt64
        let lagMilliseconds: Int64?
        let heldRows: UInt64
        let doubtfulRows: UInt64
        let lastRow: UInt64?
        let finishedRows: UInt64
        let timesHelped: UInt64

        fileprivate var cells: [String] {
            let name = workerCount.map { "\(worker) of \($0)" } ?? "\(worker)"
            let asked = silenceMilliseconds.map { "\(ConnectionRow.time($0)) ago" } ?? "never"
            let last = lastRow.map { "\($0)" } ?? "-"
            return [
                name, asked, "\(openRows)", ConnectionRow.time(lagMilliseconds), "\(heldRows)", "\(doubtfulRows)", last, "\(finishedRows)",
                "\(timesHelped)",
            ]
        }
    }

    let openRows: UInt64
    let oldestMilliseconds: Int64?
    let leaseMilliseconds: Int64?
    let refunding: UInt64
    let refunded: UInt64
    let workers: [Worker]

    init(_ response: GatewayV1.GetFerryStatusResponse) {
        (openRows, refunding, refunded) = (response.openRows, response.refunding, response.refunded)
        (oldestMilliseconds, leaseMilliseconds) = (Moment.milliseconds(response.oldest), Moment.milliseconds(response.lease))
        workers = response.workers.map { state in
            Worker(
                worker: state.worker, workerCount: state.workerCount == 0 ? nil : state.workerCount,
                silenceMilliseconds: Moment.milliseconds(state.silence), openRows: state.openRows,
                lagMilliseconds: Moment.milliseconds(state.lag), heldRows: state.heldRows, doubtfulRows: state.doubtfulRows,
                lastRow: state.lastRow, finishedRows: state.finishedRows, timesHelped: state.timesHelped)
        }
    }

    /// Rows wait, and who is to take them does not come.
    var isStalled: Bool {
        guard openRows > 0 else { return false }
        let lease = leaseMilliseconds ?? 0
        return workers.isEmpty || workers.contains { $0.openRows > 0 && ($0.silenceMilliseconds ?? .max) > lease }
    }

    private static let head = ["worker", "asked", "open", "lag", "held", "in doubt", "last row", "finished", "helped"]

    var text: String {
        let rows = workers.map(\.cells)
        let table = rows.isEmpty ? "no worker has asked since the gateway started" : TextTable(Self.head, rows).text
        let warning = isStalled ? "\nWorkers stand still: see the inside's log." : ""
        return """
            \(table)
            \(openRows) open row\(openRows == 1 ? "" : "s"), the oldest \(ConnectionRow.time(oldestMilliseconds)); a lease is \
            \(ConnectionRow.time(leaseMilliseconds)); refunds: \(refunding) under way, \(refunded) done\(warning)
            """
    }
}
