/// Who bears a bill: self + insurer + relief = total, and none of them is below zero, whatever the HIS says of the parts (FE-03).
package struct BillShares: Sendable, Hashable {
    package let total: Money
    package let insurer: Money
    /// 减免
    package let relief: Money

    /// 自付
    package var own: Money { Money(fen: total.fen - insurer.fen - relief.fen) }

    package static let zero = BillShares()

    private init() { (total, insurer, relief) = (.zero, .zero, .zero) }

    /// The insurer comes first and relief is of what is left: parts below zero are nothing, and parts that are too large are cut.
    ///
    /// Throws for a total below zero.
    package init(total: Money, insurer: Money, relief: Money) throws(DomainError) {
        guard total >= .zero else { throw DomainError(field: "total_fen", message: "\(total.fen) fen is no bill") }
        self.total = total
        self.insurer = min(max(insurer, .zero), total)
        self.relief = min(max(relief, .zero), Money(fen: total.fen - self.insurer.fen))
    }

    /// Of both bills. Throws when it does not fit into 64 bits.
    package func adding(_ other: BillShares) throws(DomainError) -> BillShares {
        try BillShares(
            total: total.adding(other.total), insurer: insurer.adding(other.insurer), relief: relief.adding(other.relief))
    }
}
