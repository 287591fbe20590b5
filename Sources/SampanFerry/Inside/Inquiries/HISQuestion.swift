internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// One question in one snapshot of the HIS. What comes in is checked again here: the outside may be anybody's by now.
struct HISQuestion {
    /// Institution of the certificate that asks.
    let asker: String
    let now: UnixTime

    func answer(_ inquiry: GatewayV1.Inquiry, _ tx: borrowing Transaction) throws -> GatewayV1.InquiryAnswer.Answer {
        switch inquiry.question {
        case .listDepartments(let request): .listDepartments(try departments(request, tx))
        case .listExperts(let request): .listExperts(try experts(request, tx))
        case .listSlots(let request): .listSlots(try slots(request, tx))
        case .quoteBooking(let request): .quoteBooking(try quote(request, tx))
        case .getBooking(let request): .getBooking(BookingV1.GetBookingResponse(booking: try booking(request, tx)))
        case .suggestDepartment(let request): .suggestDepartment(try suggest(request, tx))
        case .listBookingRules(let request): .listBookingRules(try rules(request, tx))
        case .getClinicStop(let request): .getClinicStop(GatewayV1.GetClinicStopAnswer(stop: try stop(request, tx)))
        case .listCancellations(let request): .listCancellations(try cancellations(request, tx))
        case .listOpenBills(let request): .listOpenBills(try openBills(request, tx))
        case .getBill(let request): .getBill(try bill(request, tx))
        case .quoteBill(let request): .quoteBill(try quoteBill(request, tx))
        case .confirmPayment(let request): .confirmPayment(try paid(request, tx))
        case .listPayments(let request): .listPayments(try payments(request, tx))
        case nil: throw HISRefusal("INQUIRY_UNKNOWN", "this HIS does not know a question of that kind")
        }
    }

    /// 1 to 100 institutions: every question has an end.
    static func institutions(_ codes: [String]) throws -> [String] {
        guard (1...100).contains(codes.count) else {
            throw DomainError(field: "institution_codes", message: "\(codes.count) codes; right would be 1 to 100")
        }
        return codes
    }

    /// Throws for a text that is no day; an empty one is today.
    func day(_ text: String, field: String) throws(DomainError) -> BusinessDay {
        if text.isEmpty { return BusinessDay(now) }
        guard let day = BusinessDay(text) else { throw DomainError(field: field, message: "is no day; right would be 2026-11-27") }
        return day
    }

    static func text(_ day: Int64) -> String { BusinessDay(number: day)?.text ?? "" }
}

extension UnixTime {
    /// Unix time in milliseconds.
    var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
