internal import SampanCrypto
internal import SampanDomain
internal import SampanJSON

/// Alipay's open gateway as a merchant speaks it: RSA2 over form parameters, JSON in and out. Pure; time is given.
package struct Alipay: Sendable {
    package let merchant: AlipayMerchant
    /// What Alipay may sign with now. In certificate mode an id is the certificate's `alipay_cert_sn`.
    package let keys: PlatformKeys

    package init(merchant: AlipayMerchant, keys: PlatformKeys) {
        self.merchant = merchant
        self.keys = keys
    }

    /// The methods that are spoken.
    enum Method: String {
        case precreate = "alipay.trade.precreate"
        case create = "alipay.trade.create"
        case query = "alipay.trade.query"
        case close = "alipay.trade.close"
        case refund = "alipay.trade.refund"
        case refundQuery = "alipay.trade.fastpay.refund.query"

        /// The member that holds the answer.
        var response: String { rawValue.split(separator: ".").joined(separator: "_") + "_response" }

        var isNotified: Bool { self == .precreate || self == .create }
    }

    // MARK: What we sign

    /// A signed request: the common parameters stand in the query, as the gateway reads the charset there, the order's in the body.
    func request(_ method: Method, _ content: JSONMembers, now: UnixTime) throws(ChannelFault) -> ChannelRequest {
        var form = AlipayForm()
        form.add("app_id", merchant.appID)
        if let certificates = merchant.certificates {
            form.add("app_cert_sn", certificates.application)
            form.add("alipay_root_cert_sn", certificates.root)
        }
        form.add("method", method.rawValue)
        form.add("format", "JSON")
        form.add("charset", "utf-8")
        form.add("sign_type", "RSA2")
        form.add("timestamp", now.chinaText)
        form.add("version", "1.0")
        if method.isNotified { form.add("notify_url", merchant.notifyURL) }
        form.add("biz_content", content.json)
        guard let signature = try? merchant.key.sign(form.signed(without: ["sign"])) else { throw .ownFailure }
        form.add("sign", String(decoding: Base64Text.encode(signature[...]), as: UTF8.self))
        return ChannelRequest(
            method: .post, path: "/gateway.do?" + form.encoded { $0 != "biz_content" },
            headers: [
                ChannelHeader("Content-Type", "application/x-www-form-urlencoded;charset=utf-8"),
                ChannelHeader("Accept", "application/json"),
            ],
            body: Array(form.encoded { $0 == "biz_content" }.utf8))
    }

    // MARK: What they sign

    enum Reading {
        case good(ChannelJSON)
        case bad(code: String, subCode: String?)
        case unsigned
    }

    /// Takes an answer apart. The signature is over the bytes of the answer's member as they came: written in another way, the same JSON
    /// has none.
    func read(_ message: ChannelMessage, _ method: Method, now: UnixTime) throws(ChannelFault) -> Reading {
        try message.checkSize()
        guard message.status == 200 else { return .unsigned }
        guard let places = try? JSONPlace.list(message.body, limits: ChannelJSON.limits) else { throw .malformed("JSON") }
        func place(_ name: String) -> JSONPlace? { places.first { $0.name == Array(name.utf8) } }
        // A gateway that could not read the request answers under another name.
        guard let node = place(method.response) ?? place("error_response") else { throw .malformed("response") }
        let json = try ChannelJSON(node.value, name: "response")
        let code = try json.text("code")
        guard case .string(let signature)? = place("sign")?.value, !signature.isEmpty else {
            if code == "10000" { throw .badSignature }
            return .unsigned
        }
        guard let bytes = Base64Text.decodeStrictly(signature) else { throw .badSignature }
        var id: String?
        if case .string(let text)? = place("alipay_cert_sn")?.value { id = String(decoding: text, as: UTF8.self) }
        try verify(bytes, Array(message.body[node.range]), by: id, now: now)
        guard code == "10000" else { return .bad(code: code, subCode: try json.optionalText("sub_code")) }
        // Only an answer under the method's own name says that it was done.
        guard place(method.response) != nil else { throw .malformed("response") }
        return .good(json)
    }

    /// What is not done, as an answer.
    static func answer<Value>(_ reading: Reading) -> ChannelAnswer<Value> {
        switch reading {
        case .good: .askAgain(.unreadable)
        case .unsigned: .askAgain(.unsigned)
        case .bad(let code, let subCode): AlipayErrors.answer(code: code, subCode: subCode)
        }
    }

    /// In public-key mode nothing tells which key it was, so each that is valid now may be it.
    func verify(_ signature: [UInt8], _ bytes: [UInt8], by id: String?, now: UnixTime) throws(ChannelFault) {
        if let id { return try keys.verify(signature, bytes, by: id, now: now) }
        try keys.verify(signature, bytes, now: now)
    }
}
