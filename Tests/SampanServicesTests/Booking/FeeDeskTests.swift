import SampanAPI
import SampanDomain
import SampanFerry
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Fees, desk to HIS", .timeLimit(.minutes(20)))
struct FeeDeskTests {
    private static let hospital = BookingBench.hospital

    @Test("FE-01 FE-02 FE-03 FE-04 a bill is listed, looked at, quoted, paid and confirmed, once; another patient sees nothing of it")
    func wholeWay() async throws {
        var seed = HISSeed.paymentDay
        var order = HISSeed.Order(institution: Self.hospital, id: "B1", items: [("血常规", 2_000), ("胸部CT", 18_000)])
        (order.patient, order.day, order.department, order.reliefFen) = ("P1", BusinessDay(morning), "内科", 1_000)
        seed.orders = [order]
        let bench = try await BookingBench(seed)
        try await bench.running { bench in
            let client = FeeV1.FeeServiceClient(try bench.caller())
            let request = FeeV1.ListOpenBillsRequest(institutionCode: Self.hospital, patientNumber: "P1")
            let bills = try await client.listOpenBills(request).bills
            #expect(bills.map(\.billID) == ["B1"] && bills.first?.departmentName == "内科")
            let bill = try #require(
                try await client.getBill(FeeV1.GetBillRequest(institutionCode: Self.hospital, patientNumber: "P1", billID: "B1")).bill)
            #expect(bill.lines.reduce(0) { $0 + $1.amountFen } == bill.split?.totalFen)
            let quote = try #require(
                try await client.quoteBill(
                    FeeV1.QuoteBillRequest(institutionCode: Self.hospital, patientNumber: "P1", billIDs: ["B1"])
                ).split)
            #expect(quote.selfFen + quote.insurerFen + quote.reliefFen == quote.totalFen && quote.selfFen == 19_000)

            func pay(_ number: String) async throws -> PaymentRecord {
                _ = try await PaymentV1.PaymentServiceClient(try bench.caller()).payOutpatientFee(
                    PaymentV1.PayOutpatientFeeRequest(
                        requestID: "r-\(number)",
                        order: PaymentV1.Order(
                            outTradeNo: number, institutionCode: Self.hospital, amountFen: quote.selfFen, channel: .wechatPay,
                            patientNumber: "P1"), chargeOrderIDs: ["B1"]))
                bench.payments.channel.pay(try OutTradeNo(number))
                try await bench.engine.hint(try OutTradeNo(number))
                return try await bench.final(number)
            }
            let confirmation = FeeV1.ConfirmPaymentRequest(institutionCode: Self.hospital, patientNumber: "P1", outTradeNo: "SP1")
            await #expect(throws: RPCError.self) { _ = try await client.confirmPayment(confirmation) }
            let first = try await pay("SP1")
            let confirmed = try #require(try await client.confirmPayment(confirmation).payment)
            #expect(confirmed.receiptNumber == first.state.receipt?.text && confirmed.billIDs == ["B1"] && confirmed.amountFen == 19_000)
            // Paid a second time: the money goes back, and the first answer stays.
            let second = try await pay("SP2")
            #expect(second.state.name == "refunded" && second.state.reason?.code == "CHARGE_ORDER_SETTLED")
            #expect(try await client.confirmPayment(confirmation).payment == confirmed)
            #expect(try await client.listOpenBills(request).bills.isEmpty)

            let mine = try await client.listPayments(FeeV1.ListPaymentsRequest(institutionCode: Self.hospital, patientNumber: "P1"))
                .payments
            #expect(mine == [confirmed])
            let others = try await client.listPayments(FeeV1.ListPaymentsRequest(institutionCode: Self.hospital, patientNumber: "P2"))
                .payments
            #expect(others.isEmpty)
            #expect(try await bench.payments.payments.equation().holds)
        }
        await bench.close()
    }

    @Test("a hospital asks of its own patients only, and a patient has to be named")
    func own() async throws {
        let bench = try await BookingBench(HISSeed.paymentDay)
        let foreign = FeeV1.FeeServiceClient(try bench.caller(.hospital, "4699010002", isSilent: true))
        let app = FeeV1.FeeServiceClient(try bench.caller(isSilent: true))
        let asked: [(FeeV1.FeeServiceClient, FeeV1.ListPaymentsRequest, StatusCode)] = [
            (foreign, FeeV1.ListPaymentsRequest(institutionCode: Self.hospital, patientNumber: "P1"), .permissionDenied),
            (app, FeeV1.ListPaymentsRequest(institutionCode: Self.hospital, patientNumber: ""), .invalidArgument),
            (app, FeeV1.ListPaymentsRequest(institutionCode: "9999999999", patientNumber: "P1"), .invalidArgument),
            (app, FeeV1.ListPaymentsRequest(institutionCode: Self.hospital, patientNumber: "P1"), .unavailable),
        ]
        for (client, request, code) in asked {
            do throws(RPCError) {
                _ = try await client.listPayments(request)
                Issue.record("\(request) was answered")
            } catch {
                #expect(error.code == code)
            }
        }
        await bench.close()
    }
}
