package import SampanDomain
package import SampanStorage

/// The channel's truth: orders, refunds and the notifications still owed, in one SQLite file. Durable before it is answered.
///
/// Safe to use from any task. Every method judges an order's expiry and a refund's arrival by the `now` that it is given.
package final class ChannelStore: Sendable {
    let database: any Database
    private let outboxChanged: @Sendable () -> Void

    /// Opens or makes the file.
    /// - Parameter outboxChanged: called after each commit that owes a new notification, on the writer thread; must be short.
    package init(path: String, outboxChanged: @escaping @Sendable () -> Void = {}) throws(StorageError) {
        database = try SQLiteDatabase(path: path, schema: ChannelSchema.schema)
        self.outboxChanged = outboxChanged
    }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }

    // MARK: Orders

    /// Makes the order, or returns the one that was made with the same terms. Throws `.outTradeNoReused`, `.badField`, `.storage`.
    package func create(_ terms: OrderTerms, now: UnixTime) async throws(ChannelError) -> StoredOrder {
        let order = StoredOrder(
            terms: terms, expiresAt: terms.expiresAt ?? now.advanced(byNanoseconds: OrderTerms.defaultLife),
            checkoutToken: CheckoutToken.random(), state: .notPaid)
        return try await write { tx in
            if let first = try self.look(try OrderRow.find(terms.outTradeNo, tx), now, tx) {
                return first.terms == terms ? .success(first) : .failure(.outTradeNoReused)
            }
            guard order.expiresAt > now else { return .failure(.badField("expires_at", "in the past; right would be a moment to come")) }
            try OrderRow.insert(order, now: now, tx)
            return .success(order)
        }
    }

    /// Throws `.unknownOrder`, `.storage`.
    package func order(_ number: OutTradeNo, now: UnixTime) async throws(ChannelError) -> StoredOrder {
        let found = try await database.read(ChannelError.self) { tx in try OrderRow.find(number, tx) }
        guard let found else { throw .unknownOrder }
        guard found.hasExpired(at: now) else { return found }
        return try await write { tx in
            try self.look(try OrderRow.find(number, tx), now, tx).map { .success($0) } ?? .failure(.unknownOrder)
        }
    }

    /// The number of the order behind a checkout token. Throws `.unknownOrder`, `.storage`.
    package func number(of token: String) async throws(ChannelError) -> OutTradeNo {
        let found = try await database.read(ChannelError.self) { tx in try OrderRow.find(token: token, tx)?.terms.outTradeNo }
        guard let found else { throw .unknownOrder }
        return found
    }

    /// Closes an order that is not paid; a closed one stays as it is. Throws `.unknownOrder`, `.orderPaid`, `.storage`.
    package func close(_ number: OutTradeNo, now: UnixTime) async throws(ChannelError) -> StoredOrder {
        try await write { tx in
            guard let order = try self.look(try OrderRow.find(number, tx), now, tx) else { return .failure(.unknownOrder) }
            switch order.state {
            case .paid: return .failure(.orderPaid)
            case .closed: return .success(order)
            case .notPaid: return .success(self.announced(try OrderRow.close(order, now: now, tx), tx))
            }
        }
    }

    /// Pays an order once; a paid one stays as it is. Throws `.unknownOrder`, `.orderClosed`, `.orderExpired`, `.storage`.
    package func pay(_ number: OutTradeNo, now: UnixTime) async throws(ChannelError) -> StoredOrder {
        try await write { tx in
            guard let order = try self.look(try OrderRow.find(number, tx), now, tx) else { return .failure(.unknownOrder) }
            switch order.state {
            case .paid: return .success(order)
            // The closing that `look` did stays: only a thrown error rolls back.
            case .closed: return .failure(now > order.expiresAt ? .orderExpired : .orderClosed)
            case .notPaid: return .success(self.announced(try OrderRow.pay(order, now: now, tx), tx))
            }
        }
    }

    // MARK: Refunds

    /// Gives money back once per refund number.
    ///
    /// Throws `.outRefundNoReused`, `.unknownOrder`, `.orderNotPaid`, `.refundExceedsPaid`, `.storage`.
    /// - Parameter delay: how long a new refund stays PROCESSING; zero is back at once.
    package func refund(_ terms: RefundTerms, delay: Duration, now: UnixTime) async throws(ChannelError) -> StoredRefund {
        let settlesAt = now.advanced(by: delay)
        return try await write { tx in
            if let first = try self.look(try RefundRow.find(terms.outRefundNo, tx), now, tx) {
                return first.terms == terms ? .success(first) : .failure(.outRefundNoReused)
            }
            guard let order = try self.look(try OrderRow.find(terms.outTradeNo, tx), now, tx) else { return .failure(.unknownOrder) }
            guard order.state == .paid else { return .failure(.orderNotPaid) }
            // Both are below 10^8, by the tables' own checks.
            let remaining = order.terms.amountFen - (try RefundRow.total(of: terms.outTradeNo, tx))
            guard terms.amountFen <= remaining else { return .failure(.refundExceedsPaid(remainingFen: remaining)) }
            let refund = StoredRefund(
                terms: terms, refundID: try ChannelNumber.next(.refund, order.terms.channel, at: now, tx), settlesAt: settlesAt,
                succeededAt: settlesAt <= now ? now : nil)
            try RefundRow.insert(refund, now: now, tx)
            return .success(refund)
        }
    }

    /// Throws `.unknownRefund`, `.storage`.
    package func refund(_ number: RefundNo, now: UnixTime) async throws(ChannelError) -> StoredRefund {
        let found = try await database.read(ChannelError.self) { tx in try RefundRow.find(number, tx) }
        guard let found else { throw .unknownRefund }
        guard found.succeededAt == nil, found.settlesAt <= now else { return found }
        return try await write { tx in
            try self.look(try RefundRow.find(number, tx), now, tx).map { .success($0) } ?? .failure(.unknownRefund)
        }
    }

    /// What has been given back of an order, in fen, that which is on its way included. Throws `.storage`.
    package func refunded(of order: OutTradeNo) async throws(ChannelError) -> Int64 {
        try await database.read(ChannelError.self) { tx in try RefundRow.total(of: order, tx) }
    }

    // MARK: Outbox

    /// What is owed, the next first.
    package func pendingNotifications(limit: Int) async throws(ChannelError) -> [PendingNotification] {
        try await database.read(ChannelError.self) { tx in try NotificationRow.pending(limit: limit, tx) }
    }

    package func delivered(_ order: OutTradeNo, now: UnixTime) async throws(ChannelError) {
        try await database.write(ChannelError.self) { tx in try NotificationRow.deliver(order, now: now, tx) }
    }

    package func postpone(_ order: OutTradeNo, until next: UnixTime) async throws(ChannelError) {
        try await database.write(ChannelError.self) { tx in try NotificationRow.postpone(order, until: next, tx) }
    }

    // MARK: Faults

    /// Counts one use; false, with nothing counted, when all are used up.
    package func useFault(_ fault: String, of operation: String, on order: OutTradeNo, limit: Int) async throws(ChannelError) -> Bool {
        try await database.write(ChannelError.self) { tx in
            let changed = try tx.execute(
                """
                INSERT INTO fault_uses (out_trade_no, operation, fault, uses) VALUES (?, ?, ?, 1)
                ON CONFLICT (out_trade_no, operation, fault) DO UPDATE SET uses = uses + 1 WHERE uses < ?
                """, .text(order.text), .text(operation), .text(fault), .integer(Int64(limit)))
            return changed > 0
        }
    }

    // MARK: Steps

    /// A refusal is returned, not thrown, so that what was found out on the way (an order expired) is kept.
    private func write<T: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction) throws -> Result<T, ChannelError>
    ) async throws(ChannelError) -> T {
        try await database.write(ChannelError.self, body).get()
    }

    /// Looking at an order that nobody can pay any more closes it.
    private func look(_ order: StoredOrder?, _ now: UnixTime, _ tx: borrowing Transaction) throws -> StoredOrder? {
        guard let order, order.hasExpired(at: now) else { return order }
        return announced(try OrderRow.close(order, now: now, tx), tx)
    }

    /// Looking at a refund whose money is back makes it final.
    private func look(_ refund: StoredRefund?, _ now: UnixTime, _ tx: borrowing Transaction) throws -> StoredRefund? {
        guard let refund, refund.succeededAt == nil, refund.settlesAt <= now else { return refund }
        return try RefundRow.settle(refund, tx)
    }

    private func announced(_ order: StoredOrder, _ tx: borrowing Transaction) -> StoredOrder {
        tx.afterCommit(outboxChanged)
        return order
    }
}
