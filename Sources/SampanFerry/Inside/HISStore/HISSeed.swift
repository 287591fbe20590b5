package import SampanDomain
package import SampanStorage

/// Master data of a HIS that is set up: what a real one has had for years.
package struct HISSeed: Sendable {
    package struct Schedule: Sendable {
        package let institution: String, id: String, department: String
        /// Places that may be booked.
        package let quota: Int64

        package init(institution: String, id: String, department: String, quota: Int64) {
            (self.institution, self.id, self.department, self.quota) = (institution, id, department, quota)
        }
    }

    package struct Order: Sendable {
        package let institution: String, id: String
        /// Name and fen of each item.
        package let items: [(name: String, fen: Int64)]
        /// Nil: whoever pays. The day is needed for the list of open bills.
        package var patient: String?
        package var day: BusinessDay?
        package var department = "", doctor = ""
        package var payer = PayerClass.selfPaid
        /// In fen, of each item in the order of `items`; items beyond it have none.
        package var insurerFen: [Int64] = []
        package var reliefFen: Int64 = 0

        package init(institution: String, id: String, items: [(name: String, fen: Int64)]) {
            (self.institution, self.id, self.items) = (institution, id, items)
        }
    }

    /// A clinic session with its slots.
    package struct Session: Sendable {
        package let institution: String, id: String, department: String, expert: String?
        package let day: BusinessDay
        package let half: Int64
        package let grid: SlotGrid
        /// What a person who pays all of it pays; the insurer's part of it.
        package let registrationFen: Int64, consultationFen: Int64, insurerFen: Int64

        package init(
            institution: String, id: String, department: String, expert: String? = nil, day: BusinessDay, half: Int64 = 1, grid: SlotGrid,
            registrationFen: Int64 = 100, consultationFen: Int64 = 1_400, insurerFen: Int64 = 1_000
        ) {
            (self.institution, self.id, self.department, self.expert) = (institution, id, department, expert)
            (self.day, self.half, self.grid) = (day, half, grid)
            (self.registrationFen, self.consultationFen, self.insurerFen) = (registrationFen, consultationFen, insurerFen)
        }
    }

    package struct Expert: Sendable {
        package let institution: String, code: String, department: String, name: String, title: String
        package let isOnline: Bool

        package init(institution: String, code: String, department: String, name: String, title: String, isOnline: Bool = true) {
            (self.institution, self.code, self.department) = (institution, code, department)
            (self.name, self.title, self.isOnline) = (name, title, isOnline)
        }
    }

    package var institutions: [(code: String, name: String)]
    package var departments: [(code: String, name: String)]
    package var schedules: [Schedule] = []
    package var experts: [Expert] = []
    package var sessions: [Session] = []
    package var rules: [(institution: String, rule: BookingRule)] = []
    package var orders: [Order] = []
    package var admissions: [(institution: String, number: String)] = []

    package init(
        institutions: [(code: String, name: String)], departments: [(code: String, name: String)],
        admissions: [(institution: String, number: String)] = []
    ) {
        self.institutions = institutions
        self.departments = departments
        self.admissions = admissions
    }

    /// The four institutions of the payment day, with first-level departments of the national list.
    package static let paymentDay = HISSeed(
        institutions: [("4699010001", "县人民医院"), ("4699010002", "县中医医院"), ("4699010003", "县妇幼保健院"), ("4699010101", "镇卫生院")],
        departments: [
            ("01", "预防保健科"), ("02", "全科医疗科"), ("03", "内科"), ("04", "外科"), ("05", "妇产科"), ("06", "妇女保健科"), ("07", "儿科"), ("08", "小儿外科"),
            ("09", "儿童保健科"), ("10", "眼科"), ("11", "耳鼻咽喉科"), ("12", "口腔科"), ("13", "皮肤科"), ("14", "医疗美容科"), ("15", "精神科"), ("16", "传染科"),
        ],
        admissions: ["4699010001", "4699010002", "4699010003", "4699010101"].map { (institution: $0, number: paymentDayAdmission) })

    /// The inpatient stay at each institution that the day's deposits are for.
    package static let paymentDayAdmission = "ZY0001"
}

extension HISSeed {
    /// Adds what is missing and changes nothing that is there: every worker process does it at its start.
    package func plant(_ tx: borrowing Transaction) throws {
        for worker in 0..<64 {
            let id = "FERRY" + (worker < 10 ? "0" : "") + String(worker)
            try tx.execute("INSERT INTO operators VALUES (?, 'FERRY') ON CONFLICT DO NOTHING", .text(id))
        }
        for (code, name) in institutions {
            try tx.execute("INSERT INTO institutions VALUES (?, ?) ON CONFLICT DO NOTHING", .text(code), .text(name))
            for department in departments {
                try tx.execute(
                    "INSERT INTO departments (institution, code, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", .text(code),
                    .text(department.code), .text(department.name))
            }
        }
        for schedule in schedules {
            try tx.execute(
                "INSERT INTO schedules (institution, id, department, quota) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                .text(schedule.institution), .text(schedule.id), .text(schedule.department), .integer(schedule.quota))
        }
        for order in orders { try plant(order, tx) }
        try plantClinics(tx)
        for (institution, number) in admissions {
            try tx.execute("INSERT INTO admissions VALUES (?, ?) ON CONFLICT DO NOTHING", .text(institution), .text(number))
        }
    }

    private func plant(_ order: Order, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO charge_orders (institution, id, patient_number, day, department, doctor, payer_class, relief_fen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            .text(order.institution), .text(order.id), SQLValue(order.patient), .integer(order.day?.number ?? 0), .text(order.department),
            .text(order.doctor), .integer(order.payer.rawValue), .integer(order.reliefFen))
        for (index, item) in order.items.enumerated() {
            try tx.execute(
                """
                INSERT INTO charge_items (institution, order_id, line, name, amount_fen, insurer_fen) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                .text(order.institution), .text(order.id), .integer(Int64(index + 1)), .text(item.name), .integer(item.fen),
                .integer(index < order.insurerFen.count ? order.insurerFen[index] : 0))
        }
    }

    private func plantClinics(_ tx: borrowing Transaction) throws {
        for expert in experts {
            try tx.execute(
                """
                INSERT INTO experts (institution, code, department, name, title, online) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                .text(expert.institution), .text(expert.code), .text(expert.department), .text(expert.name), .text(expert.title),
                .integer(expert.isOnline ? 1 : 0))
        }
        for session in sessions { try plant(session, tx) }
        for (institution, rule) in rules {
            let isThere = try tx.first(
                "SELECT 1 FROM booking_rules WHERE institution = ? AND id = ?", .text(institution), .text(rule.id)
            ) { _ in true }
            if isThere == nil { try HISBookingRules.put(rule, at: institution, by: "seed", UnixTime(nanoseconds: 0), tx) }
        }
    }

    /// Slots are named after their session: `S1-480`, with the minute that they begin with.
    private func plant(_ session: Session, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO clinic_sessions (institution, id, department, expert, day, half, registration_fen, consultation_fen, insurer_fen)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            .text(session.institution), .text(session.id), .text(session.department), SQLValue(session.expert),
            .integer(session.day.number),
            .integer(session.half), .integer(session.registrationFen), .integer(session.consultationFen), .integer(session.insurerFen))
        for slot in session.grid.slots {
            try tx.execute(
                """
                INSERT INTO schedules (institution, id, department, quota, session, start_minute, end_minute) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """,
                .text(session.institution), .text("\(session.id)-\(slot.minutes.lowerBound)"), .text(session.department),
                .integer(slot.quota), .text(session.id), .integer(slot.minutes.lowerBound), .integer(slot.minutes.upperBound))
        }
    }
}
