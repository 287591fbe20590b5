/// What the HIS is asked to do to bookings without money: it crosses the gap as a request row, has one effect, and is answered by the
/// number under which the HIS has done it.
package enum BookingCommand: Sendable, Hashable {
    case hold(SlotHold)
    case release(HeldPlace)
    case cancel(HeldPlace)
    case stop(ClinicSessionStop)
    case putRule(BookingRule, InstitutionCode)

    /// Whose HIS is meant.
    package var institution: InstitutionCode {
        switch self {
        case .hold(let hold): hold.institution
        case .release(let place), .cancel(let place): place.institution
        case .stop(let stop): stop.institution
        case .putRule(_, let institution): institution
        }
    }
}

/// 锁号: takes a place of a schedule entry until it is paid for or the time is over.
package struct SlotHold: Sendable, Hashable {
    /// Shorter, and nobody can pay in it; longer, and places stand empty.
    package static let lifetimes: ClosedRange<Int64> = 60...1_800

    package let institution: InstitutionCode
    package let scheduleID: String
    package let patientNumber: String
    package let payer: PayerClass
    /// Seconds, from when the HIS decides.
    package let lifetime: Int64

    package init(
        institution: InstitutionCode, scheduleID: String, patientNumber: String, payer: PayerClass, lifetime: Int64
    ) throws(DomainError) {
        guard Self.lifetimes.contains(lifetime) else {
            throw DomainError(
                field: "lifetime",
                message: "\(lifetime) s; right would be \(Self.lifetimes.lowerBound) to \(Self.lifetimes.upperBound) s")
        }
        self.institution = institution
        self.scheduleID = try HISReference.required(scheduleID, field: "schedule_id")
        self.patientNumber = try HISReference.required(patientNumber, field: "patient_number")
        self.payer = payer
        self.lifetime = lifetime
    }
}

/// A hold, by the number that the HIS gave it.
package struct HeldPlace: Sendable, Hashable {
    package let institution: InstitutionCode
    package let holdNumber: ReceiptNumber

    package init(institution: InstitutionCode, holdNumber: String) throws(DomainError) {
        self.institution = institution
        do throws(DomainError) {
            self.holdNumber = try ReceiptNumber(holdNumber)
        } catch {
            throw DomainError(field: "hold_number", message: error.message)
        }
    }
}

/// 停诊: ends every hold and booking of a clinic session.
package struct ClinicSessionStop: Sendable, Hashable {
    package let institution: InstitutionCode
    package let sessionID: String
    /// Told to the holders.
    package let reason: String

    package init(institution: InstitutionCode, sessionID: String, reason: String) throws(DomainError) {
        self.institution = institution
        self.sessionID = try HISReference.required(sessionID, field: "session_id")
        self.reason = try HISReference.required(reason, field: "reason")
    }
}
