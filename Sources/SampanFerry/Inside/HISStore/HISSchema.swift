package import SampanStorage

extension HISStore {
    /// Shaped like an outpatient HIS. Money is fen, times are nanoseconds since 1970; `inbox.state` is 1 posted, 2 rejected, 3 expired.
    package static let schema = Schema(
        name: "his",
        migrations: [
            Migration("master data", masterData), Migration("business data", businessData), Migration("ferry inbox", inbox),
            Migration("ferry fences", fences), Migration("unreadable rows", HISUnreadableRows.table),
            Migration("booking", HISBookingSchema.booking), Migration("fees", HISBookingSchema.fees),
        ])

    private static let masterData = """
        CREATE TABLE institutions (code TEXT PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE departments (
            institution TEXT NOT NULL REFERENCES institutions, code TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (institution, code));
        CREATE TABLE operators (id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('WINDOW', 'FERRY')));
        CREATE TABLE settlement_marks (mark TEXT PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE patients (
            institution TEXT NOT NULL REFERENCES institutions, number TEXT NOT NULL, PRIMARY KEY (institution, number));
        CREATE TABLE schedules (
            institution TEXT NOT NULL, id TEXT NOT NULL, department TEXT NOT NULL,
            quota INTEGER NOT NULL, booked INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (institution, id), FOREIGN KEY (institution, department) REFERENCES departments,
            CHECK (booked BETWEEN 0 AND quota));
        CREATE TABLE receipt_sequence (
            id INTEGER PRIMARY KEY CHECK (id = 1), book_date TEXT NOT NULL, last BIGINT NOT NULL CHECK (last BETWEEN 0 AND 9999999));
        INSERT INTO receipt_sequence VALUES (1, '000000', 0);
        INSERT INTO settlement_marks VALUES ('MOBILE', '移动支付'), ('WINDOW', '窗口');
        """

    private static let businessData = """
        CREATE TABLE receipts (
            receipt_no TEXT PRIMARY KEY, institution TEXT NOT NULL REFERENCES institutions, out_trade_no TEXT NOT NULL UNIQUE,
            business TEXT NOT NULL, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0), channel TEXT NOT NULL,
            channel_transaction_id TEXT NOT NULL, patient_number TEXT, paid_at BIGINT NOT NULL, posted_at BIGINT NOT NULL,
            operator_id TEXT NOT NULL REFERENCES operators, settlement_mark TEXT NOT NULL REFERENCES settlement_marks,
            FOREIGN KEY (institution, patient_number) REFERENCES patients);
        CREATE INDEX receipts_by_time ON receipts (posted_at);
        CREATE TABLE bookings (
            receipt_no TEXT PRIMARY KEY REFERENCES receipts, institution TEXT NOT NULL, department TEXT, schedule_id TEXT, place INTEGER,
            FOREIGN KEY (institution, department) REFERENCES departments, FOREIGN KEY (institution, schedule_id) REFERENCES schedules);
        CREATE TABLE charge_orders (
            institution TEXT NOT NULL REFERENCES institutions, id TEXT NOT NULL, patient_number TEXT, receipt_no TEXT REFERENCES receipts,
            PRIMARY KEY (institution, id));
        CREATE TABLE charge_items (
            institution TEXT NOT NULL, order_id TEXT NOT NULL, line INTEGER NOT NULL, name TEXT NOT NULL,
            amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0), PRIMARY KEY (institution, order_id, line),
            FOREIGN KEY (institution, order_id) REFERENCES charge_orders);
        CREATE TABLE admissions (
            institution TEXT NOT NULL REFERENCES institutions, number TEXT NOT NULL, PRIMARY KEY (institution, number));
        CREATE TABLE deposits (
            receipt_no TEXT PRIMARY KEY REFERENCES receipts, institution TEXT NOT NULL, admission_number TEXT NOT NULL,
            FOREIGN KEY (institution, admission_number) REFERENCES admissions);
        """

    private static let inbox = """
        CREATE TABLE inbox (
            submitter TEXT NOT NULL, request_id TEXT NOT NULL, seq BIGINT NOT NULL, out_trade_no TEXT NOT NULL, institution TEXT NOT NULL,
            business TEXT NOT NULL, amount_fen BIGINT NOT NULL, state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
            receipt TEXT REFERENCES receipts CHECK ((state = 1) = (receipt IS NOT NULL)),
            reason TEXT CHECK ((state = 1) = (reason IS NULL)), message TEXT, decided_at BIGINT NOT NULL, operator_id TEXT NOT NULL,
            PRIMARY KEY (submitter, request_id));
        CREATE TRIGGER inbox_final BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'an outcome is never changed'); END;
        CREATE TRIGGER inbox_kept BEFORE DELETE ON inbox BEGIN SELECT RAISE(ABORT, 'an outcome is never deleted'); END;
        """

    private static let fences = """
        CREATE TABLE ferry_fences (
            worker INTEGER PRIMARY KEY CHECK (worker BETWEEN 0 AND 63), fence BIGINT NOT NULL CHECK (fence > 0));
        CREATE TRIGGER fences_rise BEFORE UPDATE ON ferry_fences WHEN NEW.fence <= OLD.fence
            BEGIN SELECT RAISE(ABORT, 'a fence only rises'); END;
        CREATE TRIGGER fences_kept BEFORE DELETE ON ferry_fences BEGIN SELECT RAISE(ABORT, 'a fence is never deleted'); END;
        """
}
