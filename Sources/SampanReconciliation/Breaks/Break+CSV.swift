internal import SampanDomain

extension Break {
    /// A line of breaks.csv. No field ever needs quotes: `KeyForm` lets nothing through that would.
    var csvLine: String {
        "\(type.rawValue),\(order),\(refund),\(institution),\(channel?.rawValue ?? ""),\(amount),\(action.rawValue)\n"
    }

    /// Of the fields of such a line; nil for others.
    init?(csvFields fields: [String]) {
        guard fields.count == 7, let type = BreakType(rawValue: fields[0]), let amount = Int64(fields[5]),
            let action = BreakAction(rawValue: fields[6])
        else { return nil }
        self.init(
            type, order: fields[1], refund: fields[2], institution: fields[3], channel: PaymentChannelKind(rawValue: fields[4]),
            amount: amount, action: action)
    }
}
