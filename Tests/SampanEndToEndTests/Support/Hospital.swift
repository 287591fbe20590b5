import Foundation
import SampanAPI
import SampanHarness
import SampanRPC
import SampanTransport

/// A program at a hospital, with the payer's phone beside it.
struct Hospital: Sendable {
    static let code = Region.institutions[0]
    /// Longest wait for anything: a test that hangs fails by this.
    static let patience = CallOptions(timeout: .seconds(20), waitForReady: true)

    let institution: String
    let payments: PaymentV1.PaymentServiceClient
    let requests: GatewayV1.RequestServiceClient
    let gateway: ClientChannel
    private let phone: ClientChannel

    /// Runs `body` with a hospital of the region, and closes its connections.
    static func at<T>(_ region: Region, _ institution: String = code, _ body: (Hospital) async throws -> T) async throws -> T {
        let group = try EventLoopGroup(count: 1)
        let hospital = Hospital(
            institution: institution, gateway: try region.gatewayChannel(group, institution: institution),
            phone: try region.payerChannel(group))
        let result: Result<T, any Error>
        do { result = .success(try await body(hospital)) } catch { result = .failure(error) }
        await hospital.gateway.shutdown(grace: .zero)
        await hospital.phone.shutdown(grace: .zero)
        await group.shutdown()
        return try result.get()
    }

    private init(institution: String, gateway: ClientChannel, phone: ClientChannel) {
        self.institution = institution
        self.gateway = gateway
        self.phone = phone
        payments = PaymentV1.PaymentServiceClient(gateway)
        requests = GatewayV1.RequestServiceClient(gateway)
    }

    // MARK: Payments

    func booking(_ number: String, fen: Int64 = 1_500) -> PaymentV1.PayBookingFeeRequest {
        PaymentV1.PayBookingFeeRequest(
            requestID: "id-\(number)",
            order: PaymentV1.Order(outTradeNo: number, institutionCode: institution, amountFen: fen, channel: .wechatPay))
    }

    func start(_ number: String) async throws -> String {
        try await payments.payBookingFee(booking(number), options: Self.patience).payment?.checkoutToken ?? ""
    }

    func confirm(_ token: String) async throws {
        _ = try await ChannelV1.PayerServiceClient(phone).payOrder(
            ChannelV1.PayOrderRequest(checkoutToken: token, pay: true), options: Self.patience)
    }

    /// Waits for the final state.
    func outcome(of number: String) async throws -> PaymentV1.Payment? {
        let changes = try await payments.watchPayment(PaymentV1.WatchPaymentRequest(outTradeNo: number), options: Self.patience)
        var last: PaymentV1.Payment?
        while let change = try await changes.next() { last = change.payment }
        return last
    }

    /// A payment from its start to its final state.
    func pay(_ number: String) async throws -> PaymentV1.Payment? {
        try await confirm(try await start(number))
        return try await outcome(of: number)
    }

    // MARK: Request rows

    func row(_ id: String, fen: Int64 = 100) -> GatewayV1.Request {
        let now = Int64(Date.now.timeIntervalSince1970 * 1e9)
        let charge = GatewayV1.Charge(
            outTradeNo: id, institutionCode: institution, amountFen: fen, channel: .alipay, channelTransactionID: "42\(id)",
            // Whole hours: a repetition of the request is the same request.
            paidAt: GoogleProtobuf.Timestamp(seconds: Int64(now / 3_600_000_000_000) * 3_600))
        return GatewayV1.Request(
            requestID: id, deadline: GoogleProtobuf.Timestamp(seconds: Int64(now / 3_600_000_000_000) * 3_600 + 86_400),
            command: .outpatientFee(GatewayV1.OutpatientFee(charge: charge)))
    }

    func submit(_ request: GatewayV1.Request) async throws -> GatewayV1.RequestStatus? {
        try await requests.submitRequest(GatewayV1.SubmitRequestRequest(request: request), options: Self.patience).status
    }

    func outcome(ofRow seq: UInt64) async throws -> GatewayV1.RequestStatus? {
        let changes = try await requests.watchRequest(GatewayV1.WatchRequestRequest(seq: seq), options: Self.patience)
        var last: GatewayV1.RequestStatus?
        while let change = try await changes.next() { last = change.status }
        return last
    }
}
