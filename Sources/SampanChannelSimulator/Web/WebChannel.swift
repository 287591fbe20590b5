internal import Logging
internal import SampanDomain
internal import SampanHTTPClient
internal import SampanTransport

/// The doors of WeChat Pay and Alipay over plain HTTP/1.1: what merchants call, and what calls them.
struct WebChannel: Sendable {
    private let store: ChannelStore
    private let faults: FaultInjector
    private let time: SimulatorTime
    private let weChatWire: WeChatWire
    private let alipayWire: AlipayWire
    private let weChat: WeChatCounter
    private let alipay: AlipayCounter
    private let log: Logger

    /// What stands at a merchant's doors, on a machine of ours.
    static let weChatPath = "/notify/wechat"
    static let alipayPath = "/notify/alipay"

    init(console: SimulatedConsole, store: ChannelStore, faults: FaultInjector, time: SimulatorTime, log: Logger) {
        self.store = store
        self.faults = faults
        self.time = time
        self.log = log
        weChatWire = WeChatWire(console: console, time: time)
        alipayWire = AlipayWire(console: console, time: time)
        weChat = WeChatCounter(store: store, faults: faults, time: time)
        alipay = AlipayCounter(store: store, faults: faults, time: time)
    }

    // MARK: What merchants call

    /// Nil for an answer that gets lost.
    func answer(_ request: PlainHTTPRequest) async -> PlainHTTPAnswer? {
        do {
            if request.path == "/gateway.do" { return try await alipayAnswer(request) }
            if request.path.hasPrefix("/v3/") { return try await weChatAnswer(request) }
            return PlainHTTPAnswer(status: 404)
        } catch {
            log.error("a request could not be answered", metadata: ["error": "\(error)"])
            return PlainHTTPAnswer(status: 500)
        }
    }

    private func weChatAnswer(_ request: PlainHTTPRequest) async throws -> PlainHTTPAnswer? {
        guard weChatWire.isOfMerchant(request) else {
            return try weChatWire.write(.refusal(401, "SIGN_ERROR", "签名错误"), .none)
        }
        switch try await weChat.read(request) {
        case .refused(let answer): return try weChatWire.write(answer, .none)
        case .errand(let errand):
            return try await spoil(errand.operation, of: errand.order) { spoiling in
                let answer: WebAnswer
                do throws(ChannelError) { answer = try await errand.run() } catch { answer = WeChatCounter.refusal(error) }
                return try weChatWire.write(answer, spoiling)
            }
        }
    }

    private func alipayAnswer(_ request: PlainHTTPRequest) async throws -> PlainHTTPAnswer? {
        guard let form = alipayWire.form(request), let method = form["method"] else {
            return try alipayWire.write(AlipayCounter.answer("40002", "isv.invalid-signature", "无效签名"), method: "error", .none)
        }
        switch alipay.read(form) {
        case .refused(let answer): return try alipayWire.write(answer, method: method, .none)
        case .errand(let errand):
            return try await spoil(errand.operation, of: errand.order) { spoiling in
                let answer: WebJSON.Value
                do throws(ChannelError) { answer = try await errand.run() } catch { answer = AlipayCounter.refusal(error) }
                return try alipayWire.write(answer, method: method, spoiling)
            }
        }
    }

    /// Answers as the plan wants it answered.
    private func spoil(
        _ operation: FaultOperation, of order: OutTradeNo, _ answer: (MessageSpoiling) async throws -> PlainHTTPAnswer
    ) async throws -> PlainHTTPAnswer? {
        let fault = try await faults.next(operation, of: order)
        // Of some machine in between: not signed.
        if fault == .fail { return PlainHTTPAnswer(status: 503) }
        let given = try await answer(fault?.spoiling ?? .none)
        if fault == .lostAnswer { return nil }
        if case .late(let delay) = fault { try await time.sleep(delay) }
        return given
    }

    // MARK: What calls merchants

    /// Tells a merchant once; returns when it took it, or there is nothing to tell. Throws when it did not.
    func notify(_ number: OutTradeNo, _ spoiling: MessageSpoiling, _ merchant: HTTPClient) async throws {
        let order = try await store.order(number, now: time.now())
        // Neither channel tells of an order that nobody paid.
        guard order.state == .paid else { return }
        // The same for every repeat.
        let id = "EV-\(order.transactionID ?? number.text)"
        switch order.terms.channel {
        case .wechatPay:
            let body = try weChatWire.notification(
                WeChatCounter.transaction(order), event: "TRANSACTION.SUCCESS", type: "transaction", id: id)
            let fields = try weChatWire.stamp(body, spoiling) + [("Content-Type", "application/json")]
            let answer = try await merchant.send(HTTPClientRequest(target: Self.weChatPath, headers: fields, body: body))
            guard answer.status == 200 || answer.status == 204 else { throw NotTaken(status: answer.status) }
        case .alipay:
            guard let form = AlipayCounter.notification(order, id: id) else { return }
            let fields = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
            let answer = try await merchant.send(
                HTTPClientRequest(target: Self.alipayPath, headers: fields, body: try alipayWire.notification(form, spoiling)))
            guard answer.status == 200, answer.body == Array("success".utf8) else { throw NotTaken(status: answer.status) }
        }
    }
}

/// A merchant did not take a notification.
private struct NotTaken: Error {
    let status: Int
}
