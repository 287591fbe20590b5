package import SampanDomain
package import SampanRPC
package import SampanStorage
internal import SampanAPI
internal import SampanFerry

/// What callers are told of their bookings, and the refunds that follow: kept from when the gateway learns of it. Safe to use from any
/// task.
package final class NoticeStore: Sendable {
    /// `refund` is 1 none, 2 started, 3 elsewhere, 4 pending, as in `sampan.booking.v1`. Numbers are the HIS's: what was told is known by
    /// them.
    package static let schema = Schema(
        name: "bookings",
        migrations: [
            Migration(
                "notices",
                """
                CREATE TABLE notices (
                    number INTEGER PRIMARY KEY CHECK (number > 0), submitter TEXT NOT NULL, kind INTEGER NOT NULL CHECK (kind IN (1, 2)),
                    institution TEXT NOT NULL, hold_number TEXT NOT NULL, out_trade_no TEXT NOT NULL, receipt_no TEXT NOT NULL,
                    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), message TEXT NOT NULL, at BIGINT NOT NULL,
                    refund INTEGER NOT NULL CHECK (refund BETWEEN 1 AND 4), CHECK ((refund = 1) = (out_trade_no = '')));
                CREATE INDEX notices_by_submitter ON notices (submitter, number);
                CREATE INDEX notices_pending ON notices (number) WHERE refund = 4;
                CREATE TRIGGER notices_settled BEFORE UPDATE ON notices WHEN OLD.refund <> 4
                    BEGIN SELECT RAISE(ABORT, 'what was told stays'); END;
                CREATE TRIGGER notices_kept BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'a notice is never deleted'); END;
                """)
        ])

    private static let columns =
        "number, submitter, kind, institution, hold_number, out_trade_no, receipt_no, amount_fen, message, at, refund"

    private let database: any Database
    private let news = Notices<String, NoticeMark>()

    /// Opens or makes the file. Blocks: call it at start.
    package convenience init(path: String, options: SQLiteOptions = SQLiteOptions()) throws(StorageError) {
        self.init(database: try SQLiteDatabase(path: path, schema: Self.schema, options: options))
    }

    /// - Parameter database: with the tables of `schema`.
    package init(database: any Database) { self.database = database }

    /// Up to where the HIS has told.
    package func last() async throws(NoticeStoreError) -> Int64 {
        try await database.read(NoticeStoreError.self) { tx in
            try tx.first("SELECT COALESCE(MAX(number), 0) FROM notices") { try $0.int64(0) } ?? 0
        }
    }

    /// Keeps what is not there yet, and tells who waits for it.
    package func append(_ told: [StoredNotice]) async throws(NoticeStoreError) {
        let news = news
        try await database.write(NoticeStoreError.self) { tx in
            for notice in told {
                let isNew = try tx.execute(
                    "INSERT INTO notices (\(Self.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    .integer(notice.number), .text(notice.submitter), .integer(notice.kind), .text(notice.institution),
                    .text(notice.holdNumber), .text(notice.outTradeNo), .text(notice.receipt), .integer(notice.amount.fen),
                    .text(notice.text), .integer(notice.at.nanoseconds), .integer(notice.refund))
                guard isNew == 1 else { continue }
                tx.afterCommit { news.publish(NoticeMark(version: notice.number), for: notice.submitter) }
            }
        }
    }

    /// Of one submitter, in order.
    package func list(of submitter: String, after: Int64, limit: Int64) async throws(NoticeStoreError) -> [StoredNotice] {
        try await database.read(NoticeStoreError.self) { tx in
            try tx.rows(
                "SELECT \(Self.columns) FROM notices WHERE submitter = ? AND number > ? ORDER BY number LIMIT ?", .text(submitter),
                .integer(after), .integer(limit), map: StoredNotice.init)
        }
    }

    /// Those whose refunds have no answer yet.
    package func pending(limit: Int64 = 500) async throws(NoticeStoreError) -> [StoredNotice] {
        try await database.read(NoticeStoreError.self) { tx in
            try tx.rows(
                "SELECT \(Self.columns) FROM notices WHERE refund = 4 ORDER BY number LIMIT ?", .integer(limit), map: StoredNotice.init)
        }
    }

    /// - Parameter refund: started or elsewhere.
    package func settle(_ number: Int64, as refund: Int64) async throws(NoticeStoreError) {
        try await database.write(NoticeStoreError.self) { tx in
            try tx.execute("UPDATE notices SET refund = ? WHERE number = ? AND refund = 4", .integer(refund), .integer(number))
        }
    }

    /// Returns when there is a notice behind `after`, when the time is over, or when the task is cancelled.
    package func wait(
        for submitter: String, after: Int64, atMost time: Duration, pause: @escaping @Sendable (Duration) async -> Void
    ) async {
        let changes = news.watch(submitter) { () async throws(NoticeStoreError) in
            NoticeMark(version: try await self.list(of: submitter, after: after, limit: 1).first?.number ?? after)
        }
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                let marks = changes.makeAsyncIterator()
                while let mark = try? await marks.next(), mark.version <= after {}
            }
            tasks.addTask { await pause(time) }
            await tasks.next()
            tasks.cancelAll()
        }
    }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }
}

/// One notice as it is kept.
package struct StoredNotice: Sendable, Equatable {
    package let number: Int64
    package let submitter: String
    package let kind: Int64
    package let institution: String
    package let holdNumber: String
    /// Empty where nothing was paid; `receipt` too.
    package let outTradeNo: String
    package let receipt: String
    package let amount: Money
    package let text: String
    package let at: UnixTime
    package let refund: Int64
}

extension StoredNotice {
    init(_ row: borrowing Row) throws {
        self.init(
            number: try row.int64(0), submitter: try row.text(1), kind: try row.int64(2), institution: try row.text(3),
            holdNumber: try row.text(4), outTradeNo: try row.text(5), receipt: try row.text(6), amount: Money(fen: try row.int64(7)),
            text: try row.text(8), at: UnixTime(nanoseconds: try row.int64(9)), refund: try row.int64(10))
    }

    init(_ told: GatewayV1.Cancellation) throws(DomainError) {
        guard let number = Int64(exactly: told.number) else { throw DomainError(field: "number", message: "is out of range") }
        self.init(
            number: number, submitter: told.submitter, kind: Int64(told.kind.rawValue), institution: told.institutionCode,
            holdNumber: told.holdNumber, outTradeNo: told.outTradeNo, receipt: told.receiptNumber, amount: Money(fen: told.amountFen),
            text: told.message, at: try UnixTime(required: told.at, field: "at"), refund: told.outTradeNo.isEmpty ? 1 : 4)
    }

    /// What the payment says of its refund.
    package var reversalReason: OutcomeReason {
        kind == Int64(BookingV1.NoticeKind.stopped.rawValue)
            ? OutcomeReason(constant: "CLINIC_STOPPED", "停诊: the clinic session is stopped")
            : OutcomeReason(constant: "BOOKING_CANCELLED", "退号: the booking was cancelled")
    }

    var message: BookingV1.Notice {
        BookingV1.Notice(
            number: UInt64(clamping: number), kind: BookingV1.NoticeKind(rawValue: Int32(clamping: kind)), institutionCode: institution,
            holdNumber: holdNumber, outTradeNo: outTradeNo, refundFen: amount.fen,
            refund: BookingV1.NoticeRefund(rawValue: Int32(clamping: refund)), message: text, at: at.message)
    }
}

/// How far the notices of a submitter have come.
struct NoticeMark: Versioned {
    let version: Int64
    var isFinal: Bool { false }
}

/// Why the store of notices failed.
package enum NoticeStoreError: StorageFailure, Equatable {
    case storage(StorageError)

    package var rpcError: RPCError {
        RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the store of notices cannot be used now; try again", cause: self)
    }
}
