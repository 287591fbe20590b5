/// Tables of booking and fees. States of holds are 1 held, 2 booked, 3 released, 4 expired, 5 stopped, 6 cancelled, as in
/// `sampan.booking.v1`; those of bookings 1 booked, 2 stopped, 3 cancelled; of sessions 1 open, 2 stopped. Days are numbers such as
/// 20261127, minutes count from midnight in China.
enum HISBookingSchema {
    static let booking = """
        ALTER TABLE departments ADD COLUMN online INTEGER NOT NULL DEFAULT 1 CHECK (online IN (0, 1));
        ALTER TABLE departments ADD COLUMN campus TEXT NOT NULL DEFAULT '';
        ALTER TABLE departments ADD COLUMN category TEXT NOT NULL DEFAULT '';
        CREATE TABLE experts (
            institution TEXT NOT NULL, code TEXT NOT NULL, department TEXT NOT NULL, name TEXT NOT NULL, title TEXT NOT NULL,
            online INTEGER NOT NULL CHECK (online IN (0, 1)),
            PRIMARY KEY (institution, code), FOREIGN KEY (institution, department) REFERENCES departments);
        CREATE TABLE clinic_sessions (
            institution TEXT NOT NULL, id TEXT NOT NULL, department TEXT NOT NULL, expert TEXT, day BIGINT NOT NULL,
            half INTEGER NOT NULL CHECK (half BETWEEN 1 AND 3),
            registration_fen BIGINT NOT NULL CHECK (registration_fen >= 0), consultation_fen BIGINT NOT NULL CHECK (consultation_fen >= 0),
            insurer_fen BIGINT NOT NULL CHECK (insurer_fen BETWEEN 0 AND registration_fen + consultation_fen),
            state INTEGER NOT NULL DEFAULT 1 CHECK (state IN (1, 2)), last_queue BIGINT NOT NULL DEFAULT 0,
            PRIMARY KEY (institution, id), FOREIGN KEY (institution, department) REFERENCES departments,
            FOREIGN KEY (institution, expert) REFERENCES experts);
        CREATE TRIGGER sessions_stop BEFORE UPDATE OF state ON clinic_sessions WHEN OLD.state = 2 AND NEW.state <> 2
            BEGIN SELECT RAISE(ABORT, 'a stopped session stays stopped'); END;
        CREATE TRIGGER sessions_count BEFORE UPDATE OF last_queue ON clinic_sessions WHEN NEW.last_queue < OLD.last_queue
            BEGIN SELECT RAISE(ABORT, 'queue numbers only rise'); END;
        ALTER TABLE schedules ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0 AND held + booked <= quota);
        ALTER TABLE schedules ADD COLUMN session TEXT;
        ALTER TABLE schedules ADD COLUMN start_minute INTEGER;
        ALTER TABLE schedules ADD COLUMN end_minute INTEGER CHECK (
            (session IS NULL) = (end_minute IS NULL)
            AND (session IS NULL OR 0 <= start_minute AND start_minute < end_minute AND end_minute <= 1440));
        CREATE INDEX schedules_by_session ON schedules (institution, session) WHERE session IS NOT NULL;
        CREATE TRIGGER slots_apart BEFORE INSERT ON schedules WHEN NEW.session IS NOT NULL AND EXISTS (
            SELECT 1 FROM schedules WHERE institution = NEW.institution AND session = NEW.session AND id <> NEW.id
            AND start_minute < NEW.end_minute AND end_minute > NEW.start_minute)
            BEGIN SELECT RAISE(ABORT, 'slots of a session do not overlap'); END;
        CREATE TRIGGER slots_fixed BEFORE UPDATE OF session, start_minute, end_minute ON schedules
            BEGIN SELECT RAISE(ABORT, 'a slot is never moved'); END;
        CREATE TABLE holds (
            number TEXT PRIMARY KEY, institution TEXT NOT NULL, schedule_id TEXT NOT NULL, session TEXT NOT NULL,
            patient_number TEXT NOT NULL,
            payer_class INTEGER NOT NULL CHECK (payer_class IN (1, 2)),
            registration_fen BIGINT NOT NULL, consultation_fen BIGINT NOT NULL, insurer_fen BIGINT NOT NULL,
            self_fen BIGINT NOT NULL CHECK (self_fen > 0),
            state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6), submitter TEXT NOT NULL,
            held_at BIGINT NOT NULL, expires_at BIGINT NOT NULL CHECK (expires_at > held_at), receipt_no TEXT, queue_number BIGINT,
            CHECK (registration_fen + consultation_fen = insurer_fen + self_fen),
            CHECK ((receipt_no IS NULL) = (queue_number IS NULL)), CHECK (state NOT IN (2, 6) OR receipt_no IS NOT NULL),
            FOREIGN KEY (institution, schedule_id) REFERENCES schedules, FOREIGN KEY (institution, session) REFERENCES clinic_sessions);
        CREATE UNIQUE INDEX holds_once ON holds (institution, session, patient_number) WHERE state IN (1, 2);
        CREATE INDEX holds_open ON holds (institution, session, expires_at) WHERE state = 1;
        CREATE TRIGGER holds_begin BEFORE INSERT ON holds WHEN NEW.state <> 1 BEGIN SELECT RAISE(ABORT, 'a hold begins as held'); END;
        CREATE TRIGGER holds_move BEFORE UPDATE OF state ON holds
            WHEN NOT (OLD.state = 1 AND NEW.state IN (2, 3, 4, 5) OR OLD.state = 2 AND NEW.state IN (5, 6))
            BEGIN SELECT RAISE(ABORT, 'no such step of a hold'); END;
        CREATE TRIGGER holds_kept BEFORE DELETE ON holds BEGIN SELECT RAISE(ABORT, 'a hold is never deleted'); END;
        CREATE TABLE hold_events (
            number TEXT NOT NULL REFERENCES holds, state INTEGER NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, proof TEXT NOT NULL,
            PRIMARY KEY (number, state));
        CREATE TRIGGER hold_events_fixed BEFORE UPDATE ON hold_events BEGIN SELECT RAISE(ABORT, 'what happened is never changed'); END;
        CREATE TRIGGER hold_events_kept BEFORE DELETE ON hold_events BEGIN SELECT RAISE(ABORT, 'what happened is never deleted'); END;
        ALTER TABLE bookings ADD COLUMN session TEXT;
        ALTER TABLE bookings ADD COLUMN queue_number BIGINT;
        ALTER TABLE bookings ADD COLUMN hold_number TEXT REFERENCES holds;
        ALTER TABLE bookings ADD COLUMN state INTEGER NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3));
        CREATE UNIQUE INDEX bookings_queue ON bookings (institution, session, queue_number) WHERE session IS NOT NULL;
        CREATE UNIQUE INDEX bookings_hold ON bookings (hold_number) WHERE hold_number IS NOT NULL;
        CREATE TABLE record_numbers (
            kind TEXT PRIMARY KEY, book_date TEXT NOT NULL, last BIGINT NOT NULL CHECK (last BETWEEN 0 AND 9999999));
        CREATE TABLE clinic_stops (
            number TEXT PRIMARY KEY, institution TEXT NOT NULL, session TEXT NOT NULL, reason TEXT NOT NULL, holds BIGINT NOT NULL,
            bookings BIGINT NOT NULL, refund_fen BIGINT NOT NULL, stopped_at BIGINT NOT NULL, submitter TEXT NOT NULL,
            UNIQUE (institution, session), FOREIGN KEY (institution, session) REFERENCES clinic_sessions);
        CREATE TABLE reversals (
            number TEXT PRIMARY KEY, receipt_no TEXT NOT NULL UNIQUE REFERENCES receipts, amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
            reversed_at BIGINT NOT NULL, operator_id TEXT NOT NULL REFERENCES operators);
        CREATE INDEX reversals_by_time ON reversals (reversed_at);
        CREATE TABLE cancellations (
            id INTEGER PRIMARY KEY, kind INTEGER NOT NULL CHECK (kind IN (1, 2)), institution TEXT NOT NULL,
            hold_number TEXT NOT NULL UNIQUE REFERENCES holds, message TEXT NOT NULL, reversal TEXT UNIQUE REFERENCES reversals,
            at BIGINT NOT NULL);
        CREATE TRIGGER cancellations_fixed BEFORE UPDATE ON cancellations BEGIN SELECT RAISE(ABORT, 'what was told stays'); END;
        CREATE TRIGGER cancellations_kept BEFORE DELETE ON cancellations BEGIN SELECT RAISE(ABORT, 'what was told stays'); END;
        CREATE TRIGGER reversals_fixed BEFORE UPDATE ON reversals BEGIN SELECT RAISE(ABORT, 'a reversal is never changed'); END;
        CREATE TRIGGER reversals_kept BEFORE DELETE ON reversals BEGIN SELECT RAISE(ABORT, 'a reversal is never deleted'); END;
        CREATE TABLE booking_rules (
            institution TEXT NOT NULL REFERENCES institutions, id TEXT NOT NULL, kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 3),
            enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)), department TEXT, minimum_age INTEGER, maximum_age INTEGER, sex INTEGER,
            keyword TEXT, weight BIGINT NOT NULL, changed_by TEXT NOT NULL, changed_at BIGINT NOT NULL, PRIMARY KEY (institution, id),
            FOREIGN KEY (institution, department) REFERENCES departments);
        CREATE TABLE booking_rule_log (
            number INTEGER PRIMARY KEY, institution TEXT NOT NULL, id TEXT NOT NULL, kind INTEGER NOT NULL, enabled INTEGER NOT NULL,
            department TEXT, minimum_age INTEGER, maximum_age INTEGER, sex INTEGER, keyword TEXT, weight BIGINT NOT NULL,
            changed_by TEXT NOT NULL, changed_at BIGINT NOT NULL);
        CREATE TRIGGER rules_logged_first AFTER INSERT ON booking_rules BEGIN
            INSERT INTO booking_rule_log
                (institution, id, kind, enabled, department, minimum_age, maximum_age, sex, keyword, weight, changed_by, changed_at)
            VALUES (NEW.institution, NEW.id, NEW.kind, NEW.enabled, NEW.department, NEW.minimum_age, NEW.maximum_age, NEW.sex,
                NEW.keyword, NEW.weight, NEW.changed_by, NEW.changed_at); END;
        CREATE TRIGGER rules_logged AFTER UPDATE ON booking_rules BEGIN
            INSERT INTO booking_rule_log
                (institution, id, kind, enabled, department, minimum_age, maximum_age, sex, keyword, weight, changed_by, changed_at)
            VALUES (NEW.institution, NEW.id, NEW.kind, NEW.enabled, NEW.department, NEW.minimum_age, NEW.maximum_age, NEW.sex,
                NEW.keyword, NEW.weight, NEW.changed_by, NEW.changed_at); END;
        CREATE TRIGGER rules_kept BEFORE DELETE ON booking_rules BEGIN SELECT RAISE(ABORT, 'a rule is switched off, never deleted'); END;
        CREATE TRIGGER rule_log_fixed BEFORE UPDATE ON booking_rule_log BEGIN SELECT RAISE(ABORT, 'the log is never changed'); END;
        CREATE TRIGGER rule_log_kept BEFORE DELETE ON booking_rule_log BEGIN SELECT RAISE(ABORT, 'the log is never deleted'); END;
        CREATE TABLE booking_inbox (
            submitter TEXT NOT NULL, request_id TEXT NOT NULL, seq BIGINT NOT NULL, body TEXT NOT NULL,
            state INTEGER NOT NULL CHECK (state IN (1, 2, 3)), number TEXT CHECK ((state = 1) = (number IS NOT NULL)),
            reason TEXT CHECK ((state = 1) = (reason IS NULL)), message TEXT, decided_at BIGINT NOT NULL, operator_id TEXT NOT NULL,
            PRIMARY KEY (submitter, request_id));
        CREATE TRIGGER booking_inbox_final BEFORE UPDATE ON booking_inbox BEGIN SELECT RAISE(ABORT, 'an outcome is never changed'); END;
        CREATE TRIGGER booking_inbox_kept BEFORE DELETE ON booking_inbox BEGIN SELECT RAISE(ABORT, 'an outcome is never deleted'); END;
        """

    static let fees = """
        ALTER TABLE charge_orders ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE charge_orders ADD COLUMN department TEXT NOT NULL DEFAULT '';
        ALTER TABLE charge_orders ADD COLUMN doctor TEXT NOT NULL DEFAULT '';
        ALTER TABLE charge_orders ADD COLUMN payer_class INTEGER NOT NULL DEFAULT 1 CHECK (payer_class IN (1, 2));
        ALTER TABLE charge_orders ADD COLUMN relief_fen BIGINT NOT NULL DEFAULT 0;
        ALTER TABLE charge_items ADD COLUMN quantity INTEGER NOT NULL DEFAULT 1 CHECK (quantity > 0);
        ALTER TABLE charge_items ADD COLUMN insurer_fen BIGINT NOT NULL DEFAULT 0 CHECK (insurer_fen BETWEEN 0 AND amount_fen);
        CREATE INDEX charge_orders_by_patient ON charge_orders (institution, patient_number, day);
        CREATE INDEX charge_orders_by_receipt ON charge_orders (receipt_no) WHERE receipt_no IS NOT NULL;
        CREATE INDEX receipts_by_patient ON receipts (institution, patient_number, posted_at);
        CREATE TRIGGER orders_settled BEFORE UPDATE OF receipt_no ON charge_orders WHEN OLD.receipt_no IS NOT NULL
            BEGIN SELECT RAISE(ABORT, 'a bill is paid once'); END;
        """
}
