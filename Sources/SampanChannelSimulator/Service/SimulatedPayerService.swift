package import SampanAPI
package import SampanRPC

/// The payer's phone: whoever holds an order's checkout token pays it or declines.
package struct SimulatedPayerService: ChannelV1.PayerServiceHandler {
    private let store: ChannelStore
    private let faults: FaultInjector
    private let time: SimulatorTime

    package init(store: ChannelStore, faults: FaultInjector, time: SimulatorTime) {
        self.store = store
        self.faults = faults
        self.time = time
    }

    package func payOrder(_ request: ChannelV1.PayOrderRequest, context: CallContext) async throws -> ChannelV1.PayOrderResponse {
        guard (1...128).contains(request.checkoutToken.utf8.count) else {
            throw ChannelError.badField("checkout_token", "right would be the token of CreateOrder's answer, or a code's address")
        }
        // A phone that scans a code reads the token at the end of the code's address.
        let token = request.checkoutToken.split { $0 == "=" || $0 == "/" }.last.map(String.init) ?? ""
        let number = try await store.number(of: token)
        let order = try await faults.answer(.payOrder, of: number) { () async throws(ChannelError) in
            request.pay ? try await store.pay(number, now: time.now()) : try await store.close(number, now: time.now())
        }
        return .init(order: order.message)
    }
}
