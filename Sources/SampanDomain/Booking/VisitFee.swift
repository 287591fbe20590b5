/// How the fee of a visit is made up, and who bears it. Both pairs sum to the total, in fen, by how they are made (BK-09).
package struct VisitFee: Sendable, Hashable {
    /// 挂号费
    package let registration: Money
    /// 诊查费
    package let consultation: Money
    package let insurer: Money
    package let own: Money

    package var total: Money { Money(fen: registration.fen + consultation.fen) }

    /// A part of a fee at the most: one million yuan in fen, so that no sum overflows.
    private static let maximumPart = Charge.maximumAmount

    /// - Parameter insured: what the insurer bears of it for an insured person; never more than the total.
    ///
    /// Throws for a part below zero or above one million yuan.
    package init(registration: Money, consultation: Money, insured: Money, payer: PayerClass) throws(DomainError) {
        for (part, field) in [(registration, "registration_fen"), (consultation, "consultation_fen"), (insured, "insurer_fen")] {
            guard part >= .zero, part <= Self.maximumPart else {
                throw DomainError(field: field, message: "\(part.fen) fen is no part of a fee")
            }
        }
        self.registration = registration
        self.consultation = consultation
        let total = Money(fen: registration.fen + consultation.fen)
        insurer = payer == .insured ? min(insured, total) : .zero
        own = Money(fen: total.fen - insurer.fen)
    }
}
