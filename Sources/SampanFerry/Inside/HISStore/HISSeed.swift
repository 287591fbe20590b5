internal import SampanStorage

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

        package init(institution: String, id: String, items: [(name: String, fen: Int64)]) {
            (self.institution, self.id, self.items) = (institution, id, items)
        }
    }

    package var institutions: [(code: String, name: String)]
    package var departments: [(code: String, name: String)]
    package var schedules: [Schedule] = []
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
    func plant(_ tx: borrowing Transaction) throws {
        for worker in 0..<64 {
            let id = "FERRY" + (worker < 10 ? "0" : "") + String(worker)
            try tx.execute("INSERT INTO operators VALUES (?, 'FERRY') ON CONFLICT DO NOTHING", .text(id))
        }
        for (code, name) in institutions {
            try tx.execute("INSERT INTO institutions VALUES (?, ?) ON CONFLICT DO NOTHING", .text(code), .text(name))
            for department in departments {
                try tx.execute(
                    "INSERT INTO departments VALUES (?, ?, ?) ON CONFLICT DO NOTHING", .text(code), .text(department.code),
                    .text(department.name))
            }
        }
        for schedule in schedules {
            try tx.execute(
                "INSERT INTO schedules (institution, id, department, quota) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                .text(schedule.institution), .text(schedule.id), .text(schedule.department), .integer(schedule.quota))
        }
        for order in orders { try plant(order, tx) }
        for (institution, number) in admissions {
            try tx.execute("INSERT INTO admissions VALUES (?, ?) ON CONFLICT DO NOTHING", .text(institution), .text(number))
        }
    }

    private func plant(_ order: Order, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO charge_orders (institution, id) VALUES (?, ?) ON CONFLICT DO NOTHING", .text(order.institution), .text(order.id))
        for (index, item) in order.items.enumerated() {
            try tx.execute(
                "INSERT INTO charge_items VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", .text(order.institution), .text(order.id),
                .integer(Int64(index + 1)), .text(item.name), .integer(item.fen))
        }
    }
}
