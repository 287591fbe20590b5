import Foundation
import SampanAPI
import SampanDomain
import SampanHarness
import SampanRPC
import SampanTransport
import Testing

extension EndToEnd {
    @Suite("Bad input: calls that must be refused")
    struct BadCallTests {
        /// Plays `body` against a region with one payment in its books; nothing may change but that, and the gateway must live on.
        static func unharmed(_ body: (Region, Hospital) async throws -> Void) async throws {
            try await withRegion(workers: 2) { region in
                try await Hospital.at(region) { hospital in
                    #expect(try await hospital.pay("GOOD1")?.state == .posted)
                    let (process, before) = (region.gateway.processID, try await DayBooks.read(region))
                    try await body(region, hospital)
                    #expect(try await DayBooks.read(region) == before, "nothing has changed")
                    #expect(region.gateway.processID == process, "the gateway has lived on")
                    #expect(try await hospital.pay("GOOD2")?.state == .posted)
                    let rows = try await DayBooks.read(region).rows
                    #expect(rows.count == before.rows.count + 1, "the canary: the books show a payment")
                }
            }
        }

        /// How a call failed; a call that does not is a failure of the test.
        static func failure<T>(_ what: String, _ call: () async throws(RPCError) -> T) async -> RPCError? {
            do throws(RPCError) {
                _ = try await call()
                Issue.record("\(what) was accepted")
                return nil
            } catch {
                return error
            }
        }

        struct BadOrder {
            let name: String, field: String
            let change: @Sendable (inout PaymentV1.PayBookingFeeRequest) -> Void

            init(_ name: String, _ field: String, _ change: @escaping @Sendable (inout PaymentV1.PayBookingFeeRequest) -> Void) {
                (self.name, self.field, self.change) = (name, field, change)
            }
        }

        private static let badOrders: [BadOrder] = [
            BadOrder("no order", "order") { $0.order = nil },
            BadOrder("no channel", "channel") { $0.order?.channel = .unspecified },
            BadOrder("channel 99", "channel") { $0.order?.channel = .unrecognized(99) },
            BadOrder("channel -1", "channel") { $0.order?.channel = .unrecognized(-1) },
            BadOrder("no institution", "institution_code") { $0.order?.institutionCode = "" },
            BadOrder("malformed institution", "institution_code") { $0.order?.institutionCode = "';--" },
            BadOrder("amount 0", "amount_fen") { $0.order?.amountFen = 0 },
            BadOrder("amount -1", "amount_fen") { $0.order?.amountFen = -1 },
            BadOrder("amount above the limit", "amount_fen") { $0.order?.amountFen = 100_000_001 },
            BadOrder("smallest amount", "amount_fen") { $0.order?.amountFen = .min },
            BadOrder("largest amount", "amount_fen") { $0.order?.amountFen = .max },
            BadOrder("no order number", "out_trade_no") { $0.order?.outTradeNo = "" },
            BadOrder("order number of 33", "out_trade_no") { $0.order?.outTradeNo = String(repeating: "x", count: 33) },
            BadOrder("order number in Chinese", "out_trade_no") { $0.order?.outTradeNo = "订单" },
            BadOrder("no request id", "request_id") { $0.requestID = "" },
            BadOrder("request id of 65", "request_id") { $0.requestID = String(repeating: "x", count: 65) },
        ]

        @Test("CE-01 GW-20: a payment with a wrong field is refused by the name of the field, and changes nothing")
        func badOrders() async throws {
            try await Self.unharmed { _, hospital in
                for bad in Self.badOrders {
                    var request = hospital.booking("BAD1")
                    bad.change(&request)
                    let error = await Self.failure(bad.name) { () async throws(RPCError) in
                        try await hospital.payments.payBookingFee(request, options: Hospital.patience)
                    }
                    #expect(error?.code == .invalidArgument, "\(bad.name): \(String(describing: error))")
                    #expect(error?.badRequest?.fieldViolations.first?.field.hasSuffix(bad.field) == true, "\(bad.name)")
                    #expect(error?.message.isEmpty == false)
                }
            }
        }

        struct BadRow {
            let name: String, field: String
            let change: @Sendable (inout GatewayV1.Request) -> Void

            init(_ name: String, _ field: String, _ change: @escaping @Sendable (inout GatewayV1.Request) -> Void) {
                (self.name, self.field, self.change) = (name, field, change)
            }
        }

        private static func charge(
            _ change: @escaping @Sendable (inout GatewayV1.Charge) -> Void
        ) -> @Sendable (inout GatewayV1.Request) -> Void {
            { request in
                guard case .outpatientFee(var fee) = request.command, var charge = fee.charge else { return }
                change(&charge)
                fee.charge = charge
                request.command = .outpatientFee(fee)
            }
        }

        private static let badRows: [BadRow] = [
            BadRow("no command", "command") { $0.command = nil },
            BadRow("no charge", "charge") { $0.command = .bookingFee(GatewayV1.BookingFee()) },
            BadRow("no deadline", "deadline") { $0.deadline = nil },
            BadRow("deadline out of range", "deadline") { $0.deadline = GoogleProtobuf.Timestamp(seconds: .max) },
            BadRow("no request id", "request_id") { $0.requestID = "" },
            BadRow("no stay", "admission_number") { request in
                guard case .outpatientFee(let fee) = request.command else { return }
                request.command = .inpatientDeposit(GatewayV1.InpatientDeposit(charge: fee.charge))
            },
            BadRow("amount 0", "amount_fen", charge { $0.amountFen = 0 }),
            BadRow("amount -1", "amount_fen", charge { $0.amountFen = -1 }),
            BadRow("smallest amount", "amount_fen", charge { $0.amountFen = .min }),
            BadRow("amount above the limit", "amount_fen", charge { $0.amountFen = 100_000_001 }),
            BadRow("no channel", "channel", charge { $0.channel = .unspecified }),
            BadRow("channel 99", "channel", charge { $0.channel = .unrecognized(99) }),
            BadRow("no transaction", "channel_transaction_id", charge { $0.channelTransactionID = "" }),
            BadRow("not paid", "paid_at", charge { $0.paidAt = nil }),
        ]

        @Test("GW-15 GW-20: a request row with a wrong field is refused outside and never stored")
        func badRows() async throws {
            try await Self.unharmed { _, hospital in
                for bad in Self.badRows {
                    var request = hospital.row("BADROW")
                    bad.change(&request)
                    let error = await Self.failure(bad.name) { () async throws(RPCError) in
                        try await hospital.requests.submitRequest(
                            GatewayV1.SubmitRequestRequest(request: request), options: Hospital.patience)
                    }
                    #expect(error?.code == .invalidArgument, "\(bad.name): \(String(describing: error))")
                    let field = error?.badRequest?.fieldViolations.first?.field
                    #expect(field?.hasSuffix(bad.field) == true, "\(bad.name): \(String(describing: error))")
                }
            }
        }

        @Test("ST-05: a request_id that is used again with another body is refused; a repetition gets the first answer")
        func reusedRequestID() async throws {
            try await Self.unharmed { _, hospital in
                var changed = hospital.booking("GOOD1", fen: 1_501)
                let amount = await Self.failure("another amount") { () async throws(RPCError) in
                    try await hospital.payments.payBookingFee(changed, options: Hospital.patience)
                }
                #expect(amount?.code == .alreadyExists)
                #expect(amount?.errorInfo?.reason == "REQUEST_ID_REUSED")
                changed = hospital.booking("GOOD1")
                changed.requestID = "another"
                let number = await Self.failure("an order number under another id") { () async throws(RPCError) in
                    try await hospital.payments.payBookingFee(changed, options: Hospital.patience)
                }
                #expect(number?.code == .alreadyExists)
                #expect(number?.errorInfo?.reason.isEmpty == false)
                let again = try await hospital.payments.payBookingFee(hospital.booking("GOOD1"), options: Hospital.patience)
                #expect(again.payment?.state == .posted)
            }
        }

        @Test("ID-14 GW-15: an institution acts only on itself and sees only its own")
        func anotherInstitution() async throws {
            try await Self.unharmed { region, first in
                try await Hospital.at(region, Region.institutions[1]) { second in
                    var theirs = second.booking("THEIRS")
                    theirs.order?.institutionCode = first.institution
                    let charge = await Self.failure("charging another") { () async throws(RPCError) in
                        try await second.payments.payBookingFee(theirs, options: Hospital.patience)
                    }
                    #expect(charge?.code == .permissionDenied, "\(String(describing: charge))")
                    let row = first.row("THEIRS")
                    let submit = await Self.failure("submitting for another") { () async throws(RPCError) in
                        try await second.requests.submitRequest(GatewayV1.SubmitRequestRequest(request: row), options: Hospital.patience)
                    }
                    #expect(submit?.code == .permissionDenied, "\(String(describing: submit))")
                    let payment = await Self.failure("reading another's payment") { () async throws(RPCError) in
                        try await second.payments.getPayment(PaymentV1.GetPaymentRequest(outTradeNo: "GOOD1"), options: Hospital.patience)
                    }
                    #expect(payment?.code == .notFound)
                    let watch = await Self.failure("watching another's row") { () async throws(RPCError) in
                        let changes = try await second.requests.watchRequest(
                            GatewayV1.WatchRequestRequest(seq: 0), options: Hospital.patience)
                        while try await changes.next() != nil {}
                    }
                    #expect(watch?.code == .notFound)
                }
            }
        }

        @Test("GW-15: an institution that is not reached here is refused: to an app by the field, to a hospital without a hint")
        func unknownInstitution() async throws {
            try await Self.unharmed { region, hospital in
                var request = hospital.booking("NOWHERE")
                request.order?.institutionCode = "4699019999"
                let order = request
                let denied = await Self.failure("a hospital asking") { () async throws(RPCError) in
                    try await hospital.payments.payBookingFee(order, options: Hospital.patience)
                }
                #expect(denied?.code == .permissionDenied, "\(String(describing: denied))")
                let group = try EventLoopGroup(count: 1)
                let app = try region.gatewayChannel(group, as: "payer")
                let unknown = await Self.failure("an app asking") { () async throws(RPCError) in
                    try await PaymentV1.PaymentServiceClient(app).payBookingFee(order, options: Hospital.patience)
                }
                await app.shutdown(grace: .zero)
                await group.shutdown()
                #expect(unknown?.code == .invalidArgument, "\(String(describing: unknown))")
                #expect(unknown?.badRequest?.fieldViolations.first?.field == "institution_code")
            }
        }

        @Test("GW-15: a body that is not protobuf, and one that is too large, get an error of their own")
        func badBodies() async throws {
            try await Self.unharmed { _, hospital in
                for method in PaymentV1.PaymentServiceMethods.all + GatewayV1.RequestServiceMethods.all where method.kind == .unary {
                    let garbage = await Self.failure("garbage") { () async throws(RPCError) in
                        try await hospital.gateway.unary(
                            method, try FramedMessage(payload: [UInt8](repeating: 0xFF, count: 64)), Hospital.patience)
                    }
                    #expect(garbage?.code == .internal, "\(method): \(String(describing: garbage))")
                    let large = await Self.failure("5 MiB") { () async throws(RPCError) in
                        try await hospital.gateway.unary(
                            method, try FramedMessage(payload: [UInt8](repeating: 0, count: 5 * 1_024 * 1_024)), Hospital.patience)
                    }
                    #expect(large?.code == .resourceExhausted, "\(method): \(String(describing: large))")
                }
                let unknown = MethodDescriptor(service: "sampan.payment.v1.PaymentService", name: "PayTwice", kind: .unary)
                let error = await Self.failure("unknown method") { () async throws(RPCError) in
                    try await hospital.gateway.unary(unknown, try FramedMessage(payload: []), Hospital.patience)
                }
                #expect(error?.code == .unimplemented)
            }
        }
    }
}
