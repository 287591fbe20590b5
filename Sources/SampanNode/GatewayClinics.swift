internal import Logging
internal import SampanDomain
internal import SampanFerry
internal import SampanRPC
internal import SampanServices

/// Booking and fees of a gateway node: the desks, the board of questions between them and the inside, and the mover of cancellations.
struct GatewayClinics: Sendable {
    let services: [any RPCService]
    let mover: CancellationMover

    /// - Parameter pause: of calls that wait.
    init(
        _ configuration: GatewayConfiguration, _ requests: RequestStore, _ notices: NoticeStore, _ engine: PaymentEngine,
        digest: @escaping RequestDigest, pause: @escaping @Sendable (Duration) async -> Void, log: Logger
    ) {
        let (board, signal) = (InquiryBoard(), CancellationSignal())
        let line = HospitalLine(
            board: board, requests: requests, institutions: configuration.institutions, digest: digest, now: WallClock.now)
        services = [
            InquiryDesk(board: board, pause: pause), BookingDesk(line: line, notices: notices, signal: signal, pause: pause),
            ClinicDesk(line: line, signal: signal), FeeDesk(line: line),
        ]
        mover = CancellationMover(
            line: line, notices: notices, signal: signal,
            reverse: { notice in
                try await engine.reverse(
                    try OutTradeNo(notice.outTradeNo), receipt: try ReceiptNumber(notice.receipt), amount: notice.amount,
                    reason: notice.reversalReason)
            }, log: log)
    }
}
