package import SampanDomain
package import SampanReconciliation

/// A break that a generated day is known to have.
package struct PlantedBreak: Sendable, Hashable {
    package let type: BreakType
    package let order: String
    package let refund: String
    package let institution: String
    package let channel: PaymentChannelKind
    /// Fen.
    package let amount: Int64

    /// As the line of breaks.csv begins, all but the action.
    package var fields: [String] { [type.rawValue, order, refund, institution, channel.rawValue, String(amount)] }
}
