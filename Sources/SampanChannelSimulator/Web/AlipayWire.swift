internal import SampanCrypto
internal import SampanDomain
internal import SampanJSON
internal import SampanTransport

/// Alipay's signatures, from the gateway's side.
struct AlipayWire: Sendable {
    let console: SimulatedConsole
    let time: SimulatorTime

    /// The parameters of a request that the merchant signed; nil for any other.
    func form(_ request: PlainHTTPRequest) -> [String: String]? {
        let query = request.target.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst()
        let joined = Array(query) + (request.body.isEmpty ? [] : [UInt8(ascii: "&")] + request.body)
        guard let form = WebForm.read(joined), form["sign_type"] == "RSA2", form["app_id"] == SimulatedConsole.alipayAppID,
            form["charset"] == "utf-8", form["version"] == "1.0",
            let signature = Base64Text.decodeStrictly(Array((form["sign"] ?? "").utf8)),
            (try? console.alipayMerchant.verify(signature, WebForm.signed(form, without: ["sign"]))) != nil
        else { return nil }
        return form
    }

    /// An answer: its signature is over the bytes of its member.
    func write(_ answer: WebJSON.Value, method: String, _ spoiling: MessageSpoiling) throws -> PlainHTTPAnswer {
        let name = method.split(separator: ".").joined(separator: "_") + "_response"
        let body = "{\(JSONLiteral.string(name)):\(answer.json),\"sign\":\"\(try sign(Array(answer.json.utf8), spoiling))\"}"
        return PlainHTTPAnswer(contentType: "text/html;charset=utf-8", body: Array(body.utf8))
    }

    /// A notification as it is posted.
    func notification(_ form: [String: String], _ spoiling: MessageSpoiling) throws -> [UInt8] {
        var moment = time.now()
        if case .skewed(let skew) = spoiling { moment = moment.advanced(by: skew) }
        var form = form
        form["notify_time"] = moment.chinaText
        form["sign"] = try sign(WebForm.signed(form, without: []), spoiling)
        form["sign_type"] = "RSA2"
        return WebForm.write(form)
    }

    private func sign(_ bytes: [UInt8], _ spoiling: MessageSpoiling) throws -> String {
        let key = spoiling == .forged ? console.stranger : console.alipayPlatform
        return String(decoding: Base64Text.encode(try key.sign(bytes)[...]), as: UTF8.self)
    }
}
