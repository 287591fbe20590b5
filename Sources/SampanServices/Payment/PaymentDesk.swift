package import SampanAPI
internal import SampanDomain
package import SampanFerry
internal import SampanMesh
internal import SampanProtobuf
package import SampanRPC
internal import SampanStorage

/// `sampan.payment.v1.PaymentService`: where callers start payments and watch them.
package struct PaymentDesk: PaymentV1.PaymentServiceHandler {
    private let store: PaymentStore
    private let engine: PaymentEngine
    private let institutions: InstitutionDirectory
    private let configuration: PaymentEngineConfiguration
    private let digest: RequestDigest

    package init(
        store: PaymentStore, engine: PaymentEngine, institutions: InstitutionDirectory, configuration: PaymentEngineConfiguration,
        digest: @escaping RequestDigest
    ) {
        self.store = store
        self.engine = engine
        self.institutions = institutions
        self.configuration = configuration
        self.digest = digest
    }

    package func payBookingFee(
        _ request: PaymentV1.PayBookingFeeRequest, context: CallContext
    ) async throws -> PaymentV1.PayBookingFeeResponse {
        let command = GatewayV1.Request.Command.bookingFee(
            GatewayV1.BookingFee(
                charge: GatewayV1.Charge(request.order), departmentCode: request.departmentCode, scheduleID: request.scheduleID,
                holdNumber: request.holdNumber))
        return PaymentV1.PayBookingFeeResponse(
            payment: try await pay(.bookingFee, request.requestID, request.order, command, context))
    }

    package func payOutpatientFee(
        _ request: PaymentV1.PayOutpatientFeeRequest, context: CallContext
    ) async throws -> PaymentV1.PayOutpatientFeeResponse {
        let command = GatewayV1.Request.Command.outpatientFee(
            GatewayV1.OutpatientFee(charge: GatewayV1.Charge(request.order), chargeOrderIDs: request.chargeOrderIDs))
        return PaymentV1.PayOutpatientFeeResponse(
            payment: try await pay(.outpatientFee, request.requestID, request.order, command, context))
    }

    package func payInpatientDeposit(
        _ request: PaymentV1.PayInpatientDepositRequest, context: CallContext
    ) async throws -> PaymentV1.PayInpatientDepositResponse {
        let command = GatewayV1.Request.Command.inpatientDeposit(
            GatewayV1.InpatientDeposit(charge: GatewayV1.Charge(request.order), admissionNumber: request.admissionNumber))
        return PaymentV1.PayInpatientDepositResponse(
            payment: try await pay(.inpatientDeposit, request.requestID, request.order, command, context))
    }

    package func getPayment(_ request: PaymentV1.GetPaymentRequest, context: CallContext) async throws -> PaymentV1.GetPaymentResponse {
        let identity = try context.requireIdentity()
        let outTradeNo = try Self.outTradeNo(request.outTradeNo)
        do throws(PaymentStoreError) {
            let payment = try await store.payment(outTradeNo)
            let message = try payment.message(for: identity)
            var changes: [PaymentV1.PaymentChange] = []
            for (state, time) in try await store.timeline(outTradeNo) {
                let change = payment.change(state, at: time)
                // Another version of the same state is none of the caller's.
                if changes.last?.state != change.state { changes.append(change) }
            }
            return PaymentV1.GetPaymentResponse(payment: message, changes: changes)
        } catch {
            throw error.rpcError
        }
    }

    package func watchPayment(
        _ request: PaymentV1.WatchPaymentRequest, responses: MessageWriter<PaymentV1.WatchPaymentResponse>, context: CallContext
    ) async throws {
        let identity = try context.requireIdentity()
        let payments = store.watch(try Self.outTradeNo(request.outTradeNo)).makeAsyncIterator()
        do {
            while let payment = try await payments.next() {
                try await responses.send(PaymentV1.WatchPaymentResponse(payment: try payment.message(for: identity)))
            }
        } catch let error as PaymentStoreError {
            throw error.rpcError
        }
        try Task.checkCancellation()
    }

    private func pay(
        _ kind: PaymentKind, _ requestID: String, _ order: PaymentV1.Order?, _ command: GatewayV1.Request.Command, _ context: CallContext
    ) async throws -> PaymentV1.Payment {
        let identity = try context.requireIdentity()
        let new = try newPayment(kind, requestID, order, command, identity, context.trace)
        do {
            var payment = try await store.create(new, now: configuration.now())
            // From here on the payment has a mover, whatever happens to this call.
            defer { engine.start(payment.outTradeNo) }
            payment = try await engine.checkOut(payment)
            return try payment.message(for: identity)
        } catch let error as PaymentStoreError {
            throw error.rpcError
        } catch let error as RPCError {
            // The channel's own code is about our call to it, and would be taken for one about the caller's.
            throw RPCError(
                .unavailable, reason: "CHANNEL_UNAVAILABLE",
                "the payment is kept, its order is not at the channel yet; ask again with the same request_id", cause: error)
        }
    }

    private func newPayment(
        _ kind: PaymentKind, _ requestID: String, _ order: PaymentV1.Order?, _ command: GatewayV1.Request.Command,
        _ identity: PeerIdentity, _ trace: TraceParent?
    ) throws(RPCError) -> NewPayment {
        do {
            guard let order else { throw DomainError(field: "order", message: "is missing") }
            let institution = try InstitutionCode(order.institutionCode, scheme: institutions.scheme)
            try institutions.checkMayCharge(identity, institution)
            let id = try RequestID(requestID)
            let bytes = try PaymentCommand.bytes(command)
            try PaymentCommand.check(command, scheme: institutions.scheme)
            return try NewPayment(
                outTradeNo: try OutTradeNo(order.outTradeNo), caller: try InstitutionCode(identity.institution, scheme: .local),
                requestID: id, hash: try digest(bytes), institution: institution, kind: kind, amount: Money(fen: order.amountFen),
                channel: try PaymentChannelKind(order.channel), command: bytes, trace: trace)
        } catch let error as DomainError {
            throw RPCError(invalid: error)
        } catch let error as RPCError {
            throw error
        } catch {
            throw RPCError(code: .internal, message: "the payment cannot be stored", cause: error)
        }
    }

    private static func outTradeNo(_ text: String) throws(RPCError) -> OutTradeNo {
        do throws(DomainError) { return try OutTradeNo(text) } catch { throw RPCError(invalid: error) }
    }
}

extension GatewayV1.Charge {
    fileprivate init(_ order: PaymentV1.Order?) {
        self.init(
            outTradeNo: order?.outTradeNo ?? "", institutionCode: order?.institutionCode ?? "", amountFen: order?.amountFen ?? 0,
            channel: order?.channel ?? .unspecified, patientNumber: order?.patientNumber ?? "")
    }
}
