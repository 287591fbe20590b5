package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC

/// `sampan.fee.v1.FeeService`: a patient's bills and payments, as the HIS has them. They are paid by `PaymentService`.
package struct FeeDesk: FeeV1.FeeServiceHandler {
    private let line: HospitalLine

    package init(line: HospitalLine) { self.line = line }

    package func listOpenBills(_ request: FeeV1.ListOpenBillsRequest, context: CallContext) async throws -> FeeV1.ListOpenBillsResponse {
        let asker = try check(request.institutionCode, request.patientNumber, context)
        guard case .listOpenBills(let answer) = try await line.ask(.listOpenBills(request), for: asker) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    package func getBill(_ request: FeeV1.GetBillRequest, context: CallContext) async throws -> FeeV1.GetBillResponse {
        let asker = try check(request.institutionCode, request.patientNumber, context)
        guard case .getBill(let answer) = try await line.ask(.getBill(request), for: asker) else { throw HospitalLine.strangeAnswer }
        return answer
    }

    package func quoteBill(_ request: FeeV1.QuoteBillRequest, context: CallContext) async throws -> FeeV1.QuoteBillResponse {
        let asker = try check(request.institutionCode, request.patientNumber, context)
        guard case .quoteBill(let answer) = try await line.ask(.quoteBill(request), for: asker) else { throw HospitalLine.strangeAnswer }
        return answer
    }

    package func confirmPayment(_ request: FeeV1.ConfirmPaymentRequest, context: CallContext) async throws -> FeeV1.ConfirmPaymentResponse {
        let asker = try check(request.institutionCode, request.patientNumber, context)
        guard case .confirmPayment(let answer) = try await line.ask(.confirmPayment(request), for: asker) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    package func listPayments(_ request: FeeV1.ListPaymentsRequest, context: CallContext) async throws -> FeeV1.ListPaymentsResponse {
        let asker = try check(request.institutionCode, request.patientNumber, context)
        guard case .listPayments(let answer) = try await line.ask(.listPayments(request), for: asker) else {
            throw HospitalLine.strangeAnswer
        }
        return answer
    }

    /// Whose certificate asks; throws unless it may ask of that institution, and names a patient.
    private func check(_ institution: String, _ patient: String, _ context: CallContext) throws(RPCError) -> String {
        let identity = try context.requireIdentity()
        try line.institutions.checkMayCharge(identity, try line.institutions.known(institution))
        guard (1...64).contains(patient.utf8.count) else {
            throw RPCError(
                invalid: DomainError(field: "patient_number", message: "\(patient.utf8.count) bytes long; right would be 1 to 64"))
        }
        return identity.institution
    }
}
