package import SampanLedger
internal import SampanStorage

/// What a verification of the ledger and of the payments that stand behind it came to.
package struct LedgerCheck: Sendable, Equatable {
    /// The first thing that is wrong; nil when all is as it was written, and payments and ledger agree.
    package let fault: String?
    /// nil when the ledger is not what was written.
    package let ledger: LedgerVerification?
    package let equation: PaymentEquation?

    /// From the first entry on, in one snapshot.
    static func run(mark: LedgerMark? = nil, _ tx: borrowing Transaction) throws -> LedgerCheck {
        do {
            let ledger = try PaymentBooking.ledger.verify(mark: mark, tx)
            let equation = try PaymentEquation.read(tx)
            let fault = equation.holds ? nil : "the payments say \(equation.payments); the ledger says \(equation.ledger)"
            return LedgerCheck(fault: fault, ledger: ledger, equation: equation)
        } catch let fault as LedgerFault {
            return LedgerCheck(fault: "\(fault)", ledger: nil, equation: nil)
        }
    }
}

extension PaymentStore {
    /// Recomputes the whole ledger: seconds for a million entries. Throws `.storage`.
    package func checkLedger() async throws(PaymentStoreError) -> LedgerCheck {
        try await database.read(PaymentStoreError.self) { tx in try LedgerCheck.run(tx) }
    }
}
