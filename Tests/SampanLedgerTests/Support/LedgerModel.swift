import SampanDomain

@testable import SampanLedger

/// The ledger as one would write it on paper: lists, and sums over them. Slow, and simple enough to be believed.
struct LedgerModel {
    struct Entry {
        let content: NewEntry
        let recordedAt: UnixTime
    }

    struct Hold {
        let content: NewHold
        var outcome: HoldOutcome?
    }

    var entries: [Entry] = []
    var holds: [Hold] = []

    func number(of key: String) -> Int64? { entries.firstIndex { $0.content.key == key }.map { Int64($0 + 1) } }

    func hold(_ key: String) -> Int? { holds.firstIndex { $0.content.key == key } }

    var pending: [Hold] { holds.filter { $0.outcome == nil } }

    /// Debits and credits of an account in the books of a moment.
    func totals(of account: LedgerAccount, at moment: LedgerMoment = .now) -> (debits: Int64, credits: Int64) {
        var totals: (debits: Int64, credits: Int64) = (0, 0)
        for entry in entries {
            switch moment {
            case .now: break
            case .recorded(let time): guard entry.recordedAt <= time else { continue }
            case .booked(let day): guard entry.content.day <= day else { continue }
            }
            for line in entry.content.lines where line.account == account {
                if line.amount.fen > 0 { totals.debits += line.amount.fen } else { totals.credits -= line.amount.fen }
            }
        }
        return totals
    }

    func balance(of account: LedgerAccount) -> Int64 {
        let totals = totals(of: account)
        return account.kind.isDebitNormal ? totals.debits - totals.credits : totals.credits - totals.debits
    }

    func available(_ account: LedgerAccount) -> Int64 {
        let goingOff = pending.filter { (account.kind.isDebitNormal ? $0.content.credit : $0.content.debit) == account }
        return balance(of: account) - goingOff.reduce(0) { $0 + $1.content.amount.fen }
    }

    /// The first account, in the order of the lines, that could not bear an entry.
    func refusal(_ content: NewEntry) -> LedgerError? {
        for line in content.lines where line.account.isGuarded {
            let off = line.account.kind.isDebitNormal ? -line.amount.fen : line.amount.fen
            if off > 0, available(line.account) < off {
                return .insufficient(line.account, available: Money(fen: available(line.account)), needed: Money(fen: off))
            }
        }
        return nil
    }

    mutating func append(_ content: NewEntry, now: UnixTime) {
        let least = (entries.last?.recordedAt).map { $0.advanced(byNanoseconds: 1) } ?? now
        entries.append(Entry(content: content, recordedAt: max(now, least)))
    }
}
