package import SampanDomain
package import SampanStorage

/// The payments of a gateway: every step durable, with its ledger entry, before it is announced. Safe to use from any task.
package final class PaymentStore: Sendable {
    /// Payments of one page of `unfinished` at the most.
    package static let maximumPage = 1_000

    let database: any Database
    /// The file, for the services whose work is one transaction with the payments' entries: settlement and the keeping of breaks.
    package var books: any Database { database }
    private let notices = Notices<OutTradeNo, PaymentRecord>()

    /// Opens or makes the file. Blocks: call it at start.
    package convenience init(path: String, options: SQLiteOptions = SQLiteOptions()) throws(PaymentStoreError) {
        do throws(StorageError) {
            self.init(database: try SQLiteDatabase(path: path, schema: Self.schema, options: options))
        } catch {
            throw .storage(error)
        }
    }

    /// - Parameter database: with the tables of `schema`.
    package init(database: any Database) { self.database = database }

    /// Makes a payment in `created`, or finds the one this request made before (same caller, id and hash), wherever it stands by now.
    ///
    /// Throws `.requestIDReused` for another hash, `.outTradeNoTaken` when another request has the order number, `.storage`.
    package func create(_ new: NewPayment, now: UnixTime) async throws(PaymentStoreError) -> PaymentRecord {
        let notices = notices
        return try await database.write(PaymentStoreError.self) { tx in
            if let first = try PaymentRow.find(new.caller, new.requestID, tx) {
                guard first.hash == new.hash else { throw PaymentStoreError.requestIDReused(first.record.outTradeNo) }
                return first.record
            }
            guard try PaymentRow.find(new.outTradeNo, tx) == nil else { throw PaymentStoreError.outTradeNoTaken(new.outTradeNo) }
            try PaymentRow.insert(new, now: now, tx)
            let record = try Self.existing(new.outTradeNo, tx)
            try PaymentRow.note(record, at: now, tx)
            tx.afterCommit { notices.publish(record, for: record.outTradeNo) }
            return record
        }
    }

    /// Notes what the payer's app hands to the channel, while nobody has paid; later it changes nothing.
    package func recordCheckout(_ token: String, of outTradeNo: OutTradeNo, now: UnixTime) async throws(PaymentStoreError) -> PaymentRecord
    {
        try await change(outTradeNo, expecting: nil, now: now) { record, _ in
            guard case .created = record.state, record.checkoutToken != token else { return .nothing }
            record.checkoutToken = token
            return .moved(nil)
        }
    }

    /// Lets an event happen. Durable, with its ledger entry, before it returns; an event seen before returns the payment as it is.
    /// - Parameter version: that of the payment the mover has read: when it has changed since, the mover loses with `.stale`.
    ///   nil for news from outside (a callback), which the state machine alone judges.
    ///
    /// Throws `.transition` for what cannot be, `.stale`, `.unknownPayment`, `.ledger`, `.storage`. A second payment of the order changes
    /// nothing of the payment; the ledger knows from then on that it is owed back.
    package func apply(
        _ event: PaymentEvent, to outTradeNo: OutTradeNo, expecting version: Int64?, now: UnixTime
    ) async throws(PaymentStoreError) -> PaymentRecord {
        do throws(PaymentStoreError) {
            return try await change(outTradeNo, expecting: version, now: now) { record, _ in try record.apply(event) }
        } catch {
            // Apart from the step, which is undone: the key lets it be booked once, and whoever crashes in between is told again.
            if case .transition(.secondPayment) = error, case .paid(let second, let amount) = event {
                try await bookSecond(second, amount, of: outTradeNo, now: now)
            }
            throw error
        }
    }

    private func bookSecond(
        _ second: ChannelPayment, _ amount: Money, of outTradeNo: OutTradeNo, now: UnixTime
    ) async throws(PaymentStoreError) {
        try await database.write(PaymentStoreError.self) { tx in
            try PaymentBooking.postSecond(second, amount, of: try Self.existing(outTradeNo, tx), now: now, tx)
        }
    }

    /// Assigns the refund number of a rejected or expired payment and moves it to `refunding`. The number is assigned once:
    /// a payment that is refunding or refunded comes back as it is. Throws as `apply`, and `.refundNumbersExhausted`.
    package func startRefund(
        of outTradeNo: OutTradeNo, expecting version: Int64?, now: UnixTime
    ) async throws(PaymentStoreError) -> PaymentRecord {
        try await change(outTradeNo, expecting: version, now: now) { record, tx in
            guard record.state.refundNo == nil else { return .nothing }
            guard record.state.reason != nil else {
                throw PaymentStoreError.transition(.illegal(state: record.state.name, event: "refund started"))
            }
            record.refundStartedAt = now
            return try record.apply(.refundStarted(try RefundNumbers.next(now, tx)))
        }
    }

    /// Throws `.unknownPayment`, `.storage`.
    package func payment(_ outTradeNo: OutTradeNo) async throws(PaymentStoreError) -> PaymentRecord {
        try await database.read(PaymentStoreError.self) { tx in try Self.existing(outTradeNo, tx) }
    }

    /// Where a payment stands now and at every change; ends after the final state.
    package func watch(_ outTradeNo: OutTradeNo) -> Watch<OutTradeNo, PaymentRecord, PaymentStoreError> {
        notices.watch(outTradeNo) { () async throws(PaymentStoreError) in try await self.payment(outTradeNo) }
    }

    /// Payments that still need a mover, oldest first: what is taken up again after a crash. Ask on with the last `id` until it is empty.
    package func unfinished(after id: Int64 = 0, limit: Int = maximumPage) async throws(PaymentStoreError) -> [PaymentRecord] {
        let limit = min(max(1, limit), Self.maximumPage)
        return try await database.read(PaymentStoreError.self) { tx in
            try tx.rows(
                """
                SELECT \(PaymentRow.columns) FROM payments
                WHERE state NOT IN ('posted', 'refunded', 'closed') AND id > ? ORDER BY id LIMIT ?
                """, .integer(id), .integer(Int64(limit)), map: PaymentRow.record)
        }
    }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }

    /// Reads, lets `body` change the record, and writes it with what goes along. `body` runs in the
    /// transaction.
    func change(
        _ outTradeNo: OutTradeNo, expecting version: Int64?, now: UnixTime,
        _ body: @escaping @Sendable (inout PaymentRecord, borrowing Transaction) throws -> PaymentChange
    ) async throws(PaymentStoreError) -> PaymentRecord {
        let notices = notices
        return try await database.write(PaymentStoreError.self) { tx in
            let before = try Self.existing(outTradeNo, tx)
            if let version, version != before.version { throw PaymentStoreError.stale(current: before) }
            var record = before
            guard case .moved(let movement) = try body(&record, tx) else { return before }
            record.version += 1
            record.finishedAt = record.state.isFinal ? now : nil
            guard try PaymentRow.update(record, tx) else { throw PaymentStoreError.stale(current: before) }
            try PaymentRow.note(record, at: now, tx)
            if let movement { try PaymentBooking.post(movement, of: record, now: now, tx) }
            let after = record
            tx.afterCommit { notices.publish(after, for: outTradeNo) }
            return after
        }
    }

    private static func existing(_ outTradeNo: OutTradeNo, _ tx: borrowing Transaction) throws -> PaymentRecord {
        guard let record = try PaymentRow.find(outTradeNo, tx) else { throw PaymentStoreError.unknownPayment(outTradeNo) }
        return record
    }
}

/// What a change did to a record.
enum PaymentChange {
    /// It was so already; the record is as it was.
    case nothing
    /// The record is changed, and money moved with it, or not.
    case moved(LedgerMovement?)
}

extension PaymentRecord {
    mutating func apply(_ event: PaymentEvent) throws -> PaymentChange {
        do throws(PaymentTransitionError) {
            switch try state.applying(event, amount: amount) {
            case .unchanged: return .nothing
            case .moved(let next, let movement):
                state = next
                return .moved(movement)
            }
        } catch {
            throw PaymentStoreError.transition(error)
        }
    }
}
