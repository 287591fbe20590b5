/// The sums of some columns of a bill, for the totals that the bill itself tells.
struct BillTotals {
    private(set) var rows = 0
    private(set) var sums: [Sum]

    init(columns: Int) { sums = Array(repeating: Sum(), count: columns) }

    mutating func countRow() { rows += 1 }

    mutating func add(_ fen: Int64, to column: Int) { sums[column].add(fen) }
}
