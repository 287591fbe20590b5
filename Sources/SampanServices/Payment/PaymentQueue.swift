internal import SampanAPI
package import SampanDomain
package import SampanFerry
internal import SampanProtobuf
internal import SampanStorage

/// The way of a paid payment into the outer request store, and back as an outcome.
package struct PaymentQueue: Sendable {
    private let requests: RequestStore
    private let digest: RequestDigest
    private let lifetime: Duration
    private let scheme: InstitutionCode.Scheme

    package init(requests: RequestStore, digest: @escaping RequestDigest, lifetime: Duration, scheme: InstitutionCode.Scheme) {
        self.requests = requests
        self.digest = digest
        self.lifetime = lifetime
        self.scheme = scheme
    }

    /// What became of a submission.
    package enum Submission: Sendable {
        case queued(seq: Int64)
        /// It will never be a row.
        case refused(OutcomeReason)
    }

    /// Makes the payment a request row, once: the order number is the request's id, so that a repeated submission finds the first row.
    package func submit(_ payment: PaymentRecord, _ paid: ChannelPayment, now: UnixTime) async throws -> Submission {
        let row: NewRequest
        do {
            let command = try HISCommand(PaymentCommand.request(payment, paid), scheme: scheme)
            row = try NewRequest(
                submitter: payment.caller.text, requestID: Self.requestID(payment.outTradeNo), command: command,
                deadline: now.advanced(byNanoseconds: lifetime.wholeNanoseconds), trace: payment.trace, digest: digest)
        } catch let error as DomainError {
            return .refused(OutcomeReason(constant: "INVALID_REQUEST", "\(error.field) \(error.message)"))
        }
        do throws(RequestStoreError) {
            return .queued(seq: try await requests.submit(row, now: now).seq)
        } catch {
            // A row of another body (`.requestIDReused`) may be posted yet: that is for a person, never for a refund.
            guard case .payloadTooLarge = error else { throw error }
            return .refused(OutcomeReason(constant: "INVALID_REQUEST", "\(error)"))
        }
    }

    /// Waits for the outcome of a row; nil when the task is cancelled.
    package func outcome(of seq: Int64) async throws(RequestStoreError) -> RequestOutcome? {
        let statuses = requests.watch(seq).makeAsyncIterator()
        while let status = try await statuses.next() {
            if let outcome = status.outcome { return outcome }
        }
        return nil
    }

    /// Callers' own request ids live in the same table; a payment's row cannot meet one of them, since the desk refuses the prefix.
    private static func requestID(_ outTradeNo: OutTradeNo) -> String { NewRequest.paymentPrefix + outTradeNo.text }
}
