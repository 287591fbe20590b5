internal import SampanCrypto
internal import SampanDomain
internal import SampanJSON
internal import SampanTransport

/// WeChat Pay's signatures, from the platform's side: checks those of the merchant, and makes its own.
struct WeChatWire: Sendable {
    let console: SimulatedConsole
    let time: SimulatorTime

    /// Furthest that a request's time may be from ours, in seconds.
    private static let skew: Int64 = 300

    /// Whether the merchant signed this request, lately.
    func isOfMerchant(_ request: PlainHTTPRequest) -> Bool {
        let scheme = "WECHATPAY2-SHA256-RSA2048 "
        guard let value = request.fields.first(where: { $0.name == "authorization" })?.value, value.hasPrefix(scheme) else { return false }
        var members: [String: String] = [:]
        for part in value.dropFirst(scheme.count).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[1].count >= 2, pair[1].first == "\"", pair[1].last == "\"" else { return false }
            members[String(pair[0])] = String(pair[1].dropFirst().dropLast())
        }
        guard members["mchid"] == SimulatedConsole.mchid, members["serial_no"] == SimulatedConsole.merchantSerial,
            let nonce = members["nonce_str"], let timestamp = members["timestamp"], let seconds = Int64(timestamp),
            (-Self.skew...Self.skew).contains(time.now().seconds &- seconds),
            let signature = Base64Text.decodeStrictly(Array((members["signature"] ?? "").utf8))
        else { return false }
        let signed = Array("\(request.method.rawValue)\n\(request.target)\n\(timestamp)\n\(nonce)\n".utf8) + request.body + [0x0A]
        return (try? console.weChatMerchant.verify(signature, signed)) != nil
    }

    /// The fields that sign a body: of an answer, or of a notification.
    func stamp(_ body: [UInt8], _ spoiling: MessageSpoiling) throws -> [(name: String, value: String)] {
        var moment = time.now()
        if case .skewed(let skew) = spoiling { moment = moment.advanced(by: skew) }
        let nonce = String(decoding: try SimulatedConsole.hexadecimal(16), as: UTF8.self)
        let key = spoiling == .forged ? console.stranger : console.weChatPlatform
        let signature = try key.sign(Array("\(moment.seconds)\n\(nonce)\n".utf8) + body + [0x0A])
        return [
            ("Wechatpay-Serial", SimulatedConsole.platformKeyID), ("Wechatpay-Timestamp", String(moment.seconds)),
            ("Wechatpay-Nonce", nonce),
            ("Wechatpay-Signature", String(decoding: Base64Text.encode(signature[...]), as: UTF8.self)),
        ]
    }

    func write(_ answer: WebAnswer, _ spoiling: MessageSpoiling) throws -> PlainHTTPAnswer {
        let body = Array((answer.json?.json ?? "").utf8)
        return PlainHTTPAnswer(
            status: answer.status, contentType: "application/json; charset=utf-8",
            fields: try stamp(body, spoiling).map { PlainHTTPField($0.name, $0.value) }, body: body)
    }

    /// The body of a notification: what it tells is sealed with the APIv3 key.
    func notification(_ content: WebJSON.Value, event: String, type: String, id: String) throws -> [UInt8] {
        let nonce = Array(try SimulatedConsole.hexadecimal(6))
        let box = try AESGCM(key: console.apiV3Key).seal(Array(content.json.utf8), context: Array(type.utf8), nonce: nonce)
        let ciphertext = String(decoding: Base64Text.encode(box[nonce.count...]), as: UTF8.self)
        let body = WebJSON.Value.object([
            ("id", .text(id)), ("create_time", .text(time.now().weChatText)), ("resource_type", .text("encrypt-resource")),
            ("event_type", .text(event)), ("summary", .text("支付成功")),
            (
                "resource",
                .object([
                    ("original_type", .text(type)), ("algorithm", .text("AEAD_AES_256_GCM")), ("ciphertext", .text(ciphertext)),
                    ("associated_data", .text(type)), ("nonce", .text(String(decoding: nonce, as: UTF8.self))),
                ])
            ),
        ])
        return Array(body.json.utf8)
    }
}

extension UnixTime {
    /// `2026-11-18T10:34:56+08:00`.
    var weChatText: String { chinaText.split(separator: " ").joined(separator: "T") + "+08:00" }

    init?(weChatText text: String) {
        guard text.hasSuffix("+08:00") else { return nil }
        let moment = text.dropLast("+08:00".count).split(separator: "T").joined(separator: " ")
        guard let time = try? UnixTime(chinaText: moment) else { return nil }
        self = time
    }
}
