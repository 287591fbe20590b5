package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC

/// `sampan.booking.v1.ClinicService`: what a hospital does to its own clinics.
package struct ClinicDesk: BookingV1.ClinicServiceHandler {
    private let line: HospitalLine
    private let signal: CancellationSignal

    /// - Parameter signal: told when a clinic was stopped.
    package init(line: HospitalLine, signal: CancellationSignal) {
        self.line = line
        self.signal = signal
    }

    package func stopClinic(_ request: BookingV1.StopClinicRequest, context: CallContext) async throws -> BookingV1.StopClinicResponse {
        let identity = try context.requireIdentity()
        let stop: ClinicSessionStop
        do throws(DomainError) {
            stop = try ClinicSessionStop(
                institution: try InstitutionCode(request.institutionCode, scheme: line.institutions.scheme), sessionID: request.sessionID,
                reason: request.reason)
        } catch {
            throw RPCError(invalid: error)
        }
        try line.institutions.checkMayCharge(identity, stop.institution)
        let number = try await line.carryOut(.stop(stop), requestID: request.requestID, for: identity, trace: context.trace)
        signal.fire()
        let question = GatewayV1.GetClinicStopQuestion(institutionCode: stop.institution.text, stopNumber: number.text)
        guard case .getClinicStop(let answer) = try await line.ask(.getClinicStop(question), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return BookingV1.StopClinicResponse(stop: answer.stop)
    }

    package func putBookingRule(
        _ request: BookingV1.PutBookingRuleRequest, context: CallContext
    ) async throws -> BookingV1.PutBookingRuleResponse {
        let identity = try context.requireIdentity()
        let command: BookingCommand
        do throws(DomainError) {
            guard let rule = request.rule else { throw DomainError(field: "rule", message: "is missing") }
            command = .putRule(
                try BookingRule(rule), try InstitutionCode(request.institutionCode, scheme: line.institutions.scheme))
        } catch {
            throw RPCError(invalid: error)
        }
        try line.institutions.checkMayCharge(identity, command.institution)
        _ = try await line.carryOut(command, requestID: request.requestID, for: identity, trace: context.trace)
        return BookingV1.PutBookingRuleResponse()
    }

    package func listBookingRules(
        _ request: BookingV1.ListBookingRulesRequest, context: CallContext
    ) async throws -> BookingV1.ListBookingRulesResponse {
        let identity = try context.requireIdentity()
        try line.institutions.checkMayCharge(identity, try line.institutions.known(request.institutionCode))
        guard case .listBookingRules(let answer) = try await line.ask(.listBookingRules(request), for: identity.institution) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }
}
