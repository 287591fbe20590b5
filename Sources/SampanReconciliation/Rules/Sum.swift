/// A sum of fen that stops at the ends of 64 bits instead of trapping: it is of numbers that others wrote.
package struct Sum: Sendable, Hashable {
    package private(set) var fen: Int64 = 0

    package init(_ fen: Int64 = 0) { self.fen = fen }

    package mutating func add(_ other: Int64) {
        let (sum, overflow) = fen.addingReportingOverflow(other)
        fen = overflow ? (other < 0 ? .min : .max) : sum
    }
}
