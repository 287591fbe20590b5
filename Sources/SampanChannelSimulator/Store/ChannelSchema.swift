internal import SampanStorage

/// Tables of the channel. Times are nanoseconds since 1970, amounts are fen.
enum ChannelSchema {
    static let schema = Schema(
        name: "channel-simulator",
        migrations: [
            Migration(
                "orders, refunds, notifications",
                """
                CREATE TABLE orders (
                    out_trade_no TEXT PRIMARY KEY,
                    channel TEXT NOT NULL CHECK (channel IN ('WX', 'ALI')),
                    amount_fen INTEGER NOT NULL CHECK (amount_fen BETWEEN 1 AND 100000000),
                    description TEXT NOT NULL,
                    asked_expires_at INTEGER,
                    expires_at INTEGER NOT NULL,
                    checkout_token TEXT NOT NULL UNIQUE,
                    state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
                    transaction_id TEXT UNIQUE,
                    paid_at INTEGER,
                    closed_at INTEGER,
                    created_at INTEGER NOT NULL,
                    CHECK ((state = 2) = (transaction_id IS NOT NULL)),
                    CHECK ((state = 2) = (paid_at IS NOT NULL)),
                    CHECK ((state = 3) = (closed_at IS NOT NULL)));
                CREATE INDEX orders_paid ON orders (paid_at) WHERE paid_at IS NOT NULL;
                CREATE TABLE refunds (
                    out_refund_no TEXT PRIMARY KEY,
                    out_trade_no TEXT NOT NULL REFERENCES orders (out_trade_no),
                    amount_fen INTEGER NOT NULL CHECK (amount_fen BETWEEN 1 AND 100000000),
                    reason TEXT NOT NULL,
                    refund_id TEXT NOT NULL UNIQUE,
                    settles_at INTEGER NOT NULL,
                    succeeded_at INTEGER,
                    created_at INTEGER NOT NULL);
                CREATE INDEX refunds_of_order ON refunds (out_trade_no);
                CREATE TABLE notifications (
                    out_trade_no TEXT PRIMARY KEY REFERENCES orders (out_trade_no),
                    attempts INTEGER NOT NULL,
                    next_at INTEGER NOT NULL,
                    delivered_at INTEGER);
                CREATE INDEX notifications_due ON notifications (next_at) WHERE delivered_at IS NULL;
                CREATE TABLE sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
                CREATE TABLE fault_uses (
                    out_trade_no TEXT NOT NULL, operation TEXT NOT NULL, fault TEXT NOT NULL, uses INTEGER NOT NULL,
                    PRIMARY KEY (out_trade_no, operation, fault))
                """)
        ])
}
