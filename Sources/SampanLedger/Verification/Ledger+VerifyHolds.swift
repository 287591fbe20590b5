internal import SampanDomain
internal import SampanStorage

extension Ledger {
    /// The chains of holds and of their ends, and what is pending by account.
    func verifyHolds(_ tx: borrowing Transaction) throws -> (count: Int64, held: [String: EntryVerifier.Sums]) {
        try verifyHoldEnds(tx)
        var (count, hash) = (Int64(0), Chain.start)
        var held: [String: EntryVerifier.Sums] = [:]
        var pending: Set<Int64> = []
        try Self.naming({ .hold(count + 1) }) {
            try HoldRow.forEach(tx) { hold, kept in
                guard hold.number == count + 1 else { throw LedgerFault(.hold(count + 1), "is missing") }
                guard try digest(hold.bytes(previous: hash)) == kept else {
                    throw LedgerFault(.hold(hold.number), "says something else than was written: its hash does not fit")
                }
                (count, hash) = (hold.number, kept)
                switch hold.outcome {
                case nil:
                    pending.insert(hold.number)
                    try held[hold.content.debit.code, default: EntryVerifier.Sums()].add(hold.content.amount.fen)
                    try held[hold.content.credit.code, default: EntryVerifier.Sums()].add(-hold.content.amount.fen)
                case .posted(let entry): try Self.check(hold, became: entry, tx)
                case .voided, .expired: break
                }
            }
        }
        let listed = try tx.rows("SELECT hold FROM ledger_pending_holds") { try $0.int64(0) }
        if let wrong = pending.symmetricDifference(listed).min() {
            throw LedgerFault(.hold(wrong), "the list of pending holds and the ends of holds contradict each other")
        }
        return (count, held)
    }

    private func verifyHoldEnds(_ tx: borrowing Transaction) throws {
        var (count, hash) = (Int64(0), Chain.start)
        try Self.naming({ .holdEnd(count + 1) }) {
            try HoldRow.forEachEnd(tx) { end, kept in
                guard end.number == count + 1 else { throw LedgerFault(.holdEnd(count + 1), "is missing") }
                guard try digest(end.bytes(previous: hash)) == kept else {
                    throw LedgerFault(.holdEnd(end.number), "says something else than was written: its hash does not fit")
                }
                (count, hash) = (end.number, kept)
            }
        }
    }

    /// A row that says what cannot be is a fault of the ledger, not of the file.
    private static func naming(_ place: () -> LedgerFault.Place, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as LedgerError {
            throw LedgerFault(place(), "could not have been written: \(error)")
        } catch let error as StorageError where error.kind == .corrupt && error.code == 0 {
            throw LedgerFault(place(), error.message)
        }
    }

    /// A posted hold is an entry under its key, between its accounts, of its amount or less.
    private static func check(_ hold: LedgerHold, became number: Int64, _ tx: borrowing Transaction) throws {
        let lines = try EntryRow.entry(number, tx).flatMap { $0.content.key == hold.content.key ? $0.content.lines : nil }
        guard let lines, lines.count == 2, lines[0].account == hold.content.debit, lines[1].account == hold.content.credit,
            lines[0].amount <= hold.content.amount
        else { throw LedgerFault(.hold(hold.number), "entry \(number) is not what it was for") }
    }
}
