package import SampanAPI
package import SampanDomain

/// Bookings without money and their form on the wire: checked outside and inside by the same code, as `HISCommand`.
extension BookingCommand {
    init(_ command: GatewayV1.Request.Command?, scheme: InstitutionCode.Scheme) throws(DomainError) {
        switch command {
        case .slotHold(let hold):
            self = .hold(
                try SlotHold(
                    institution: try InstitutionCode(hold.institutionCode, scheme: scheme), scheduleID: hold.scheduleID,
                    patientNumber: hold.patientNumber, payer: try PayerClass(hold.payerClass), lifetime: Int64(hold.lifetimeSeconds)))
        case .holdRelease(let release):
            self = .release(try HeldPlace(release.institutionCode, release.holdNumber, scheme))
        case .bookingCancellation(let cancellation):
            self = .cancel(try HeldPlace(cancellation.institutionCode, cancellation.holdNumber, scheme))
        case .clinicSessionStop(let stop):
            self = .stop(
                try ClinicSessionStop(
                    institution: try InstitutionCode(stop.institutionCode, scheme: scheme), sessionID: stop.sessionID, reason: stop.reason))
        case .bookingRuleEdit(let edit):
            guard let rule = edit.rule else { throw DomainError(field: "rule", message: "is missing") }
            self = .putRule(try BookingRule(rule), try InstitutionCode(edit.institutionCode, scheme: scheme))
        default: throw DomainError(field: "command", message: "is no command of a booking")
        }
    }

    var message: GatewayV1.Request.Command {
        switch self {
        case .hold(let hold):
            .slotHold(
                GatewayV1.SlotHold(
                    institutionCode: hold.institution.text, scheduleID: hold.scheduleID, patientNumber: hold.patientNumber,
                    payerClass: hold.payer.message, lifetimeSeconds: UInt32(clamping: hold.lifetime)))
        case .release(let place):
            .holdRelease(GatewayV1.HoldRelease(institutionCode: place.institution.text, holdNumber: place.holdNumber.text))
        case .cancel(let place):
            .bookingCancellation(
                GatewayV1.BookingCancellation(institutionCode: place.institution.text, holdNumber: place.holdNumber.text))
        case .stop(let stop):
            .clinicSessionStop(
                GatewayV1.ClinicSessionStop(institutionCode: stop.institution.text, sessionID: stop.sessionID, reason: stop.reason))
        case .putRule(let rule, let institution):
            .bookingRuleEdit(GatewayV1.BookingRuleEdit(institutionCode: institution.text, rule: rule.message))
        }
    }
}

extension HeldPlace {
    fileprivate init(_ institution: String, _ number: String, _ scheme: InstitutionCode.Scheme) throws(DomainError) {
        try self.init(institution: try InstitutionCode(institution, scheme: scheme), holdNumber: number)
    }
}

extension PayerClass {
    package init(_ message: BookingV1.PayerClass) throws(DomainError) {
        guard let known = PayerClass(rawValue: Int64(message.rawValue)) else {
            throw DomainError(field: "payer_class", message: "\(message.rawValue); right would be 1 (self-paid) or 2 (insured)")
        }
        self = known
    }

    package var message: BookingV1.PayerClass { self == .insured ? .insured : .selfPaid }
}

extension BookingRule {
    package init(_ message: BookingV1.BookingRule) throws(DomainError) {
        guard let kind = Kind(rawValue: Int64(message.kind.rawValue)) else {
            throw DomainError(field: "rule.kind", message: "\(message.kind.rawValue) is no kind of rule")
        }
        try self.init(
            id: message.id, kind: kind, isEnabled: message.enabled, department: message.departmentCode,
            minimumAge: message.minAgeYears.map(Int64.init), maximumAge: message.maxAgeYears.map(Int64.init),
            sex: message.sex == .unspecified ? nil : Int64(message.sex.rawValue), keyword: message.keyword, weight: Int64(message.weight))
    }

    package var message: BookingV1.BookingRule {
        let kind: BookingV1.BookingRuleKind =
            switch self.kind {
            case .visitor: .visitor
            case .selfPaidOnly: .selfPaidOnly
            case .suggestion: .suggestion
            }
        return BookingV1.BookingRule(
            id: id, kind: kind, enabled: isEnabled, departmentCode: department ?? "", minAgeYears: minimumAge.map { UInt32(clamping: $0) },
            maxAgeYears: maximumAge.map { UInt32(clamping: $0) }, sex: sex == 1 ? .male : sex == 2 ? .female : .unspecified,
            keyword: keyword ?? "", weight: UInt32(clamping: weight))
    }
}
