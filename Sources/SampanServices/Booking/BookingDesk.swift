package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC

/// `sampan.booking.v1.BookingService`: one service in front of every hospital of the gateway (BK-11). It decides nothing: what is
/// left, held and booked is the HIS's to say, whose windows sell from the same quota.
package struct BookingDesk: BookingV1.BookingServiceHandler {
    let line: HospitalLine
    private let notices: NoticeStore
    private let signal: CancellationSignal
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameters:
    ///   - signal: told when something was cancelled.
    ///   - pause: waits, or returns early when the task is cancelled.
    package init(
        line: HospitalLine, notices: NoticeStore, signal: CancellationSignal,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.line = line
        self.notices = notices
        self.signal = signal
        self.pause = pause
    }

    // MARK: What anybody may look at

    package func listDepartments(
        _ request: BookingV1.ListDepartmentsRequest, context: CallContext
    ) async throws -> BookingV1.ListDepartmentsResponse {
        let identity = try context.requireIdentity()
        var question = request
        question.institutionCodes = try line.institutions.known(or: request.institutionCodes)
        guard case .listDepartments(let answer) = try await line.ask(.listDepartments(question), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    package func listExperts(_ request: BookingV1.ListExpertsRequest, context: CallContext) async throws -> BookingV1.ListExpertsResponse {
        let identity = try context.requireIdentity()
        _ = try line.institutions.known(request.institutionCode)
        guard case .listExperts(let answer) = try await line.ask(.listExperts(request), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    package func listSlots(_ request: BookingV1.ListSlotsRequest, context: CallContext) async throws -> BookingV1.ListSlotsResponse {
        let identity = try context.requireIdentity()
        var question = request
        question.institutionCodes = try line.institutions.known(or: request.institutionCodes)
        guard case .listSlots(let answer) = try await line.ask(.listSlots(question), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    package func quoteBooking(
        _ request: BookingV1.QuoteBookingRequest, context: CallContext
    ) async throws -> BookingV1.QuoteBookingResponse {
        let identity = try context.requireIdentity()
        _ = try line.institutions.known(request.institutionCode)
        guard case .quoteBooking(let answer) = try await line.ask(.quoteBooking(request), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    package func suggestDepartment(
        _ request: BookingV1.SuggestDepartmentRequest, context: CallContext
    ) async throws -> BookingV1.SuggestDepartmentResponse {
        let identity = try context.requireIdentity()
        _ = try line.institutions.known(request.institutionCode)
        guard case .suggestDepartment(let answer) = try await line.ask(.suggestDepartment(request), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    // MARK: One patient's place

    package func holdSlot(_ request: BookingV1.HoldSlotRequest, context: CallContext) async throws -> BookingV1.HoldSlotResponse {
        let identity = try context.requireIdentity()
        let command: BookingCommand
        do throws(DomainError) {
            command = .hold(
                try SlotHold(
                    institution: try InstitutionCode(request.institutionCode, scheme: line.institutions.scheme),
                    scheduleID: request.scheduleID, patientNumber: request.patientNumber, payer: try PayerClass(request.payerClass),
                    lifetime: try Self.lifetime(request)))
        } catch {
            throw RPCError(invalid: error)
        }
        return BookingV1.HoldSlotResponse(booking: try await carryOut(command, request.requestID, identity, context))
    }

    /// 10 minutes, as payment codes usually live 15.
    private static func lifetime(_ request: BookingV1.HoldSlotRequest) throws(DomainError) -> Int64 {
        guard let message = request.lifetime else { return 600 }
        guard let duration = message.duration else { throw DomainError(field: "lifetime", message: "is no time") }
        return duration.components.seconds
    }

    package func releaseHold(_ request: BookingV1.ReleaseHoldRequest, context: CallContext) async throws -> BookingV1.ReleaseHoldResponse {
        let identity = try context.requireIdentity()
        let command = BookingCommand.release(try place(request.institutionCode, request.holdNumber))
        return BookingV1.ReleaseHoldResponse(booking: try await carryOut(command, request.requestID, identity, context))
    }

    package func cancelBooking(
        _ request: BookingV1.CancelBookingRequest, context: CallContext
    ) async throws -> BookingV1.CancelBookingResponse {
        let identity = try context.requireIdentity()
        let command = BookingCommand.cancel(try place(request.institutionCode, request.holdNumber))
        let booking = try await carryOut(command, request.requestID, identity, context)
        signal.fire()
        return BookingV1.CancelBookingResponse(booking: booking)
    }

    package func getBooking(_ request: BookingV1.GetBookingRequest, context: CallContext) async throws -> BookingV1.GetBookingResponse {
        let identity = try context.requireIdentity()
        let place = try place(request.institutionCode, request.holdNumber)
        try line.institutions.checkMayCharge(identity, place.institution)
        return BookingV1.GetBookingResponse(booking: try await booking(place, identity))
    }

    package func confirmBooking(
        _ request: BookingV1.ConfirmBookingRequest, context: CallContext
    ) async throws -> BookingV1.ConfirmBookingResponse {
        let identity = try context.requireIdentity()
        let place = try place(request.institutionCode, request.holdNumber)
        try line.institutions.checkMayCharge(identity, place.institution)
        let booking = try await booking(place, identity)
        guard !booking.receiptNumber.isEmpty else {
            throw RPCError(.failedPrecondition, reason: "NOT_CONFIRMED", "the hospital has not posted a payment of this hold")
        }
        return BookingV1.ConfirmBookingResponse(booking: booking)
    }

    private func place(_ institution: String, _ number: String) throws(RPCError) -> HeldPlace {
        do throws(DomainError) {
            return try HeldPlace(
                institution: try InstitutionCode(institution, scheme: line.institutions.scheme), holdNumber: number)
        } catch {
            throw RPCError(invalid: error)
        }
    }

    /// Has it done, and looks at what has become of the booking.
    private func carryOut(
        _ command: BookingCommand, _ requestID: String, _ identity: PeerIdentity, _ context: CallContext
    ) async throws -> BookingV1.Booking {
        try line.institutions.checkMayCharge(identity, command.institution)
        let number = try await line.carryOut(command, requestID: requestID, for: identity, trace: context.trace)
        return try await booking(try place(command.institution.text, number.text), identity)
    }

    private func booking(_ place: HeldPlace, _ identity: PeerIdentity) async throws(RPCError) -> BookingV1.Booking {
        let question = BookingV1.GetBookingRequest(institutionCode: place.institution.text, holdNumber: place.holdNumber.text)
        guard case .getBooking(let answer) = try await line.ask(.getBooking(question), for: identity.institution),
            let booking = answer.booking
        else { throw HospitalLine.strangeAnswer }
        return booking
    }

    // MARK: Notices

    package func listNotices(_ request: BookingV1.ListNoticesRequest, context: CallContext) async throws -> BookingV1.ListNoticesResponse {
        let identity = try context.requireIdentity()
        guard let after = Int64(exactly: request.after), request.limit <= 500 else {
            throw RPCError(invalid: DomainError(field: "limit", message: "\(request.limit); right would be 1 to 500"))
        }
        let limit = request.limit == 0 ? 100 : Int64(request.limit)
        do throws(NoticeStoreError) {
            var found = try await notices.list(of: identity.institution, after: after, limit: limit)
            if found.isEmpty, let wait = request.wait?.duration, wait > .zero {
                await notices.wait(for: identity.institution, after: after, atMost: min(wait, FerryDesk.maximumWait), pause: pause)
                found = try await notices.list(of: identity.institution, after: after, limit: limit)
            }
            return BookingV1.ListNoticesResponse(notices: found.map(\.message))
        } catch {
            throw error.rpcError
        }
    }
}
