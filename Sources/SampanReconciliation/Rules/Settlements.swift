internal import SampanDomain

/// The settlements of a day, while they are summed up.
struct Settlements {
    private struct Key: Hashable {
        let channel: PaymentChannelKind
        let institution: String
    }

    private var sums: [Key: Settlement] = [:]

    /// Adds fen that the channel owes, and those that it keeps; negative for what it takes back, and gives back.
    mutating func add(_ channel: PaymentChannelKind, _ institution: String, due: Int64, fee: Int64) {
        // One look-up: it is made for every line of a bill.
        sums[Key(channel: channel, institution: institution), default: .none(channel, institution)].add(due: due, fee: fee)
    }

    /// Notes that the bank has booked the day in one with others.
    mutating func combine(_ channel: PaymentChannelKind, _ institution: String) {
        sums[Key(channel: channel, institution: institution), default: .none(channel, institution)].isCombined = true
    }

    /// Adds fen that the bank has booked; negative for a debit.
    mutating func add(_ channel: PaymentChannelKind, _ institution: String, deposited: Int64) {
        let key = Key(channel: channel, institution: institution)
        var sum = sums[key]?.deposited ?? Sum()
        sum.add(deposited)
        sums[key, default: .none(channel, institution)].deposited = sum
    }

    /// By institution, then channel.
    var all: [Settlement] {
        sums.values.sorted { ($0.institution, $0.channel.rawValue) < ($1.institution, $1.channel.rawValue) }
    }
}

extension Settlement {
    fileprivate mutating func add(due: Int64, fee: Int64) {
        self.due.add(due)
        fees.add(fee)
    }

    fileprivate static func none(_ channel: PaymentChannelKind, _ institution: String) -> Settlement {
        Settlement(channel: channel, institution: institution, due: 0, deposited: nil)
    }
}
