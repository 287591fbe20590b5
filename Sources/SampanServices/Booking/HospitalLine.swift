package import SampanAPI
package import SampanDomain
package import SampanFerry
package import SampanRPC
internal import SampanStorage

/// What desks ask of the HIS behind the gap, and have it do: questions over the board, commands as durable request rows.
package struct HospitalLine: Sendable {
    /// For an answer: a person waits. Longer than a dead worker's questions take to reach another.
    private static let patience: Duration = .seconds(10)
    /// A command that the inside has not begun with after that is given up, inside.
    private static let lifetime: Duration = .seconds(30)

    private let board: InquiryBoard
    private let requests: RequestStore
    package let institutions: InstitutionDirectory
    private let digest: RequestDigest
    package let now: @Sendable () -> UnixTime
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameter pause: waits, or returns early when the task is cancelled.
    package init(
        board: InquiryBoard, requests: RequestStore, institutions: InstitutionDirectory, digest: @escaping RequestDigest,
        now: @escaping @Sendable () -> UnixTime, pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.board = board
        self.requests = requests
        self.institutions = institutions
        self.digest = digest
        self.now = now
        self.pause = pause
    }

    /// The answer of the HIS. Throws its refusal under its reason, and UNAVAILABLE when the inside says nothing.
    package func ask(_ question: GatewayV1.Inquiry.Question, for asker: String) async throws(RPCError) -> InquiryBoard.Answer {
        let (board, pause) = (board, pause)
        let answer = await withTaskGroup(of: InquiryBoard.Answer?.self) { tasks in
            tasks.addTask { await board.ask(question, for: asker) }
            tasks.addTask {
                await pause(Self.patience)
                return nil
            }
            let answer = await tasks.next() ?? nil
            tasks.cancelAll()
            return answer
        }
        switch answer {
        case .refusal(let refusal): throw Self.refused(refusal.reason, refusal.message)
        case let answer?: return answer
        case nil: throw RPCError(.unavailable, reason: "HOSPITAL_SILENT", "the hospital's system does not answer now; ask again")
        }
    }

    /// For an answer of another kind than the question: a defect of the inside.
    package static var strangeAnswer: RPCError {
        RPCError(code: .internal, message: "the hospital's system answered another question")
    }

    /// Has the HIS do it, once, and returns the number under which it is done. A replay (same caller and id) gets the first outcome.
    package func carryOut(
        _ command: BookingCommand, requestID: String, for identity: PeerIdentity, trace: TraceParent?
    ) async throws -> ReceiptNumber {
        let row: NewRequest
        do {
            let id = try RequestID(requestID)
            row = try NewRequest(
                submitter: identity.institution, requestID: try rowID(id), command: .booking(command),
                deadline: now().advanced(byNanoseconds: Self.lifetime.wholeNanoseconds), trace: trace, digest: digest)
        } catch let error as DomainError {
            throw RPCError(invalid: error)
        }
        guard let outcome = try await outcome(of: row) else { throw CancellationError() }
        return try Self.number(outcome).get()
    }

    /// nil when the task is cancelled.
    private func outcome(of row: NewRequest) async throws(RPCError) -> RequestOutcome? {
        do throws(RequestStoreError) {
            let seq = try await requests.submit(row, now: now()).seq
            let statuses = requests.watch(seq).makeAsyncIterator()
            while let status = try await statuses.next() {
                if let outcome = status.outcome { return outcome }
            }
            return nil
        } catch {
            throw error.rpcError
        }
    }

    /// Callers' own ids live in the same table, and may have as many characters as a row's: so a digest of it.
    private func rowID(_ id: RequestID) throws -> String {
        let digits = Array("0123456789abcdef")
        let hash = try digest(Array(id.text.utf8)).prefix(24)
        return NewRequest.bookingPrefix + String(hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func number(_ outcome: RequestOutcome) -> Result<ReceiptNumber, RPCError> {
        switch outcome {
        case .posted(let number): .success(number)
        case .rejected(let reason): .failure(refused(reason.code, reason.message))
        case .expired:
            .failure(
                RPCError(
                    .aborted, reason: "HOSPITAL_LATE",
                    "the hospital's system did not come to it in time, and never will; use a new request_id"))
        }
    }

    private static func refused(_ reason: String, _ message: String) -> RPCError {
        let code: StatusCode =
            switch reason {
            case "INQUIRY_INVALID": .invalidArgument
            case "HOLD_UNKNOWN", "SCHEDULE_UNKNOWN", "SESSION_UNKNOWN", "DEPARTMENT_UNKNOWN", "CHARGE_ORDER_UNKNOWN", "STOP_UNKNOWN",
                "INSTITUTION_UNKNOWN":
                .notFound
            case "REQUEST_ID_REUSED", "HOLD_EXISTS", "BOOKING_EXISTS": .alreadyExists
            default: .failedPrecondition
            }
        return RPCError(code, reason: reason, message)
    }
}
