/// What the channels may charge: a share of the settled amount, half up to the fen.
package struct FeeContract: Sendable, Hashable {
    /// Hundredths of a percent: 60 is 0.60 %.
    package typealias BasisPoints = Int64

    private let standard: BasisPoints
    private let exceptions: [String: BasisPoints]

    /// Of the region, where nothing else is said: 0.60 % for everybody; 0.20 % for the maternity hospital, which the channels treat as
    /// public welfare.
    package static let region = FeeContract(standard: 60, exceptions: ["4699010003": 20])

    /// - Parameter exceptions: by institution.
    package init(standard: BasisPoints, exceptions: [String: BasisPoints]) {
        self.standard = standard
        self.exceptions = exceptions
    }

    /// The fee of an amount, both in fen. The amount is not negative.
    package func fee(of amount: Int64, institution: String) -> Int64 {
        let rate = exceptions[institution] ?? standard
        // Apart, so that no product leaves 64 bits.
        let (whole, rest) = amount.quotientAndRemainder(dividingBy: 10_000)
        return whole * rate + (rest * rate + 5_000) / 10_000
    }
}
