import SampanAPI
import SampanDomain
import SampanRPC

@testable import SampanFerry

/// A paid booking fee as a caller of RequestService would hand it in.
func bookingRequest(
    _ id: Int, institution: String = "4699010001", requestID: String? = nil, deadline: UnixTime = UnixTime(nanoseconds: .max)
) -> GatewayV1.Request {
    GatewayV1.Request(
        requestID: requestID ?? "r\(id)", deadline: deadline.message,
        command: .bookingFee(
            GatewayV1.BookingFee(
                charge: GatewayV1.Charge(
                    outTradeNo: "SP\(id)", institutionCode: institution, amountFen: 100, channel: .wechatPay,
                    channelTransactionID: "42000\(id)",
                    paidAt: HISAdapterConformance.early.message, patientNumber: "P\(id)"),
                departmentCode: "03")))
}

/// Right in itself, but for the desks of sampan.booking.v1 to submit.
func bookingRelease() -> GatewayV1.Request {
    GatewayV1.Request(
        requestID: "r1", deadline: UnixTime(nanoseconds: .max).message,
        command: .holdRelease(GatewayV1.HoldRelease(institutionCode: "4699010001", holdNumber: "L2611180000001")))
}

func newRequest(_ id: Int) throws -> NewRequest {
    try NewRequest(
        submitter: "4699010001", requestID: "r\(id)", command: HISCommand(bookingRequest(id), scheme: .local),
        deadline: UnixTime(nanoseconds: .max), digest: { $0 })
}

func identity(_ role: PeerIdentity.Role, _ institution: String = "4699010001") throws -> PeerIdentity {
    try PeerIdentity(trustDomain: "test", role: role, institution: institution, node: "n1")
}

func failure(_ body: () async throws -> Void) async throws -> RPCError {
    struct NoFailure: Error {}
    do {
        try await body()
    } catch let error as RPCError {
        return error
    }
    throw NoFailure()
}

/// A caller whose calls get lost as a script says.
struct LossyCaller: Caller {
    enum Fault { case lostRequest, lostAnswer }

    let base: any Caller
    let fault: @Sendable (MethodDescriptor) async -> Fault?

    func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply {
        let fault = await fault(method)
        if fault == .lostRequest { throw RPCError(code: .unavailable, message: "lost on the way there") }
        let reply = try await base.unary(method, request, options)
        if fault == .lostAnswer { throw RPCError(code: .unavailable, message: "lost on the way back") }
        return reply
    }

    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        try await base.open(method, options)
    }
}
