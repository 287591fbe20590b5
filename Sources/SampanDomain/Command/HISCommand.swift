/// The typed request that crosses the network gap (`sampan.gateway.v1.Request.command`). A new kind is a new case here and a
/// handler inside.
package enum HISCommand: Sendable, Hashable {
    case bookingFee(BookingFee)
    case outpatientFee(OutpatientFee)
    case inpatientDeposit(InpatientDeposit)
    /// Without money.
    case booking(BookingCommand)

    /// nil for what moves no money.
    package var charge: Charge? {
        switch self {
        case .bookingFee(let fee): fee.charge
        case .outpatientFee(let fee): fee.charge
        case .inpatientDeposit(let deposit): deposit.charge
        case .booking: nil
        }
    }

    /// Whose HIS is meant.
    package var institution: InstitutionCode {
        switch self {
        case .bookingFee(let fee): fee.charge.institution
        case .outpatientFee(let fee): fee.charge.institution
        case .inpatientDeposit(let deposit): deposit.charge.institution
        case .booking(let command): command.institution
        }
    }

    /// nil for what moves no money.
    package var kind: PaymentKind? {
        switch self {
        case .bookingFee: .bookingFee
        case .outpatientFee: .outpatientFee
        case .inpatientDeposit: .inpatientDeposit
        case .booking: nil
        }
    }

    /// What kind of row carries it, money or none: bound to its seal.
    package var kindName: String { kind?.rawValue ?? "预约" }
}

/// 挂号: the HIS books the visit and posts the fee.
package struct BookingFee: Sendable, Hashable {
    package let charge: Charge
    /// As the HIS lists it; nil lets the HIS take the one of the schedule.
    package let departmentCode: String?
    /// The schedule entry that is booked; nil for a walk-in number.
    package let scheduleID: String?
    /// The hold that becomes a booking by it; nil for an entry that is sold without holds.
    package let holdNumber: ReceiptNumber?

    package init(charge: Charge, departmentCode: String?, scheduleID: String?, holdNumber: String? = nil) throws(DomainError) {
        self.charge = charge
        self.departmentCode = try HISReference.optional(departmentCode, field: "department_code")
        self.scheduleID = try HISReference.optional(scheduleID, field: "schedule_id")
        if let holdNumber, !holdNumber.isEmpty {
            self.holdNumber = try HeldPlace(institution: charge.institution, holdNumber: holdNumber).holdNumber
        } else {
            self.holdNumber = nil
        }
    }
}

/// 门诊缴费: settles open charge orders of an outpatient visit.
package struct OutpatientFee: Sendable, Hashable {
    /// Orders that one payment may settle.
    package static let maximumOrders = 100

    package let charge: Charge
    /// Without duplicates; may be empty when the HIS finds the orders by the payment.
    package let chargeOrderIDs: [String]

    package init(charge: Charge, chargeOrderIDs: [String]) throws(DomainError) {
        guard chargeOrderIDs.count <= Self.maximumOrders else {
            throw DomainError(
                field: "charge_order_ids", message: "\(chargeOrderIDs.count) orders; at most \(Self.maximumOrders) are settled at once")
        }
        for id in chargeOrderIDs { _ = try HISReference.required(id, field: "charge_order_ids") }
        guard Set(chargeOrderIDs).count == chargeOrderIDs.count else {
            throw DomainError(field: "charge_order_ids", message: "an order stands twice")
        }
        self.charge = charge
        self.chargeOrderIDs = chargeOrderIDs
    }
}

/// 住院预交金: a deposit on an inpatient account.
package struct InpatientDeposit: Sendable, Hashable {
    package let charge: Charge
    package let admissionNumber: String

    package init(charge: Charge, admissionNumber: String) throws(DomainError) {
        self.charge = charge
        self.admissionNumber = try HISReference.required(admissionNumber, field: "admission_number")
    }
}
