internal import SampanCrypto
package import SampanDomain
internal import SampanJSON

/// WeChat Pay APIv3 as a direct merchant speaks it: requests out, answers and callbacks in. Pure; time and nonces are given.
package struct WeChatPay: Sendable {
    package let merchant: WeChatMerchant
    /// What WeChat Pay may sign with now; nil before the first download of certificates.
    package let keys: PlatformKeys?

    package init(merchant: WeChatMerchant, keys: PlatformKeys?) {
        self.merchant = merchant
        self.keys = keys
    }

    /// The same with other keys, after a change of them.
    package func with(keys: PlatformKeys) -> WeChatPay { WeChatPay(merchant: merchant, keys: keys) }

    // MARK: What we sign

    /// A signed request.
    /// - Parameter nonce: 16 to 32 letters and digits that nobody can guess.
    func request(
        _ method: ChannelRequest.Method, _ path: String, _ members: JSONMembers?, now: UnixTime, nonce: String
    ) throws(ChannelFault) -> ChannelRequest {
        let isPlain = nonce.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
        guard isPlain, (16...32).contains(nonce.utf8.count) else { throw .malformed("nonce_str") }
        let body = members.map { Array($0.json.utf8) } ?? []
        let signature = try sign([method.rawValue, path, String(now.seconds), nonce], body: body)
        let authorization =
            "WECHATPAY2-SHA256-RSA2048 mchid=\"\(merchant.mchid)\",nonce_str=\"\(nonce)\",timestamp=\"\(now.seconds)\","
            + "serial_no=\"\(merchant.serial)\",signature=\"\(signature)\""
        var headers = [ChannelHeader("Authorization", authorization), ChannelHeader("Accept", "application/json")]
        if members != nil { headers.append(ChannelHeader("Content-Type", "application/json")) }
        // In public-key mode the channel asks which key its answer is to be signed by.
        if let id = keys?.keys.first(where: { $0.id.hasPrefix("PUB_KEY_ID_") })?.id {
            headers.append(ChannelHeader("Wechatpay-Serial", id))
        }
        return ChannelRequest(method: method, path: path, headers: headers, body: body)
    }

    /// Base64 of the signature over the lines and the body, each ended by a line feed.
    private func sign(_ lines: [String], body: [UInt8]) throws(ChannelFault) -> String {
        guard let signature = try? merchant.key.sign(Self.signed(lines, body: body)) else { throw .ownFailure }
        return String(decoding: Base64Text.encode(signature[...]), as: UTF8.self)
    }

    private static func signed(_ lines: [String], body: [UInt8]) -> [UInt8] {
        Array(lines.map { $0 + "\n" }.joined().utf8) + body + [UInt8(ascii: "\n")]
    }

    /// What a page or a mini program hands to WeChat to open the payment of a prepared order (调起支付).
    package func payment(prepayID: String, now: UnixTime, nonce: String) throws(ChannelFault) -> WeChatPayment {
        let package = "prepay_id=\(prepayID)"
        // These four lines have no body, so the last of them stands in its place.
        let signature = try sign([merchant.appid, String(now.seconds), nonce], body: Array(package.utf8))
        return WeChatPayment(
            appID: merchant.appid, timeStamp: String(now.seconds), nonceStr: nonce, package: package, signType: "RSA", paySign: signature)
    }

    // MARK: What they sign

    /// Longest nonce of theirs that is taken, in bytes; documented are 32.
    private static let nonceLimit = 128

    /// Checks time, key and signature of an answer or a callback. `keys` is what may have signed it.
    /// - Returns: what makes it one of a kind.
    static func verify(_ message: ChannelMessage, by keys: PlatformKeys?, now: UnixTime) throws(ChannelFault) -> WeChatStamp {
        guard let signature = try message.header("Wechatpay-Signature"), let serial = try message.header("Wechatpay-Serial"),
            let nonce = try message.header("Wechatpay-Nonce"), let time = try message.header("Wechatpay-Timestamp")
        else { throw .badSignature }
        guard (1...nonceLimit).contains(nonce.utf8.count), nonce.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed("Wechatpay-Nonce")
        }
        guard (1...12).contains(time.utf8.count), time.utf8.allSatisfy({ (48...57).contains($0) }), let seconds = Int64(time) else {
            throw .malformed("Wechatpay-Timestamp")
        }
        guard CallbackWindow.holds(seconds, now: now) else { throw .staleTimestamp }
        guard let keys else { throw .unknownSerial }
        // What is no base64 is no signature: the channel sends such ones to see that they are refused.
        guard let bytes = Base64Text.decodeStrictly(Array(signature.utf8)) else { throw .badSignature }
        try keys.verify(bytes, signed([time, nonce], body: message.body), by: serial, now: now)
        return WeChatStamp(timestamp: seconds, nonce: nonce)
    }

    /// What an answer is, once it may be believed.
    enum Reading {
        case good([UInt8])
        case bad(ChannelCode)
    }

    /// Takes an answer apart. One that says that something was done must be signed; one that says that nothing was, and is not signed,
    /// proves nothing (a proxy may have made it).
    func read(_ message: ChannelMessage, now: UnixTime) throws(ChannelFault) -> Reading {
        try message.checkSize()
        let isGood = (200..<300).contains(message.status)
        guard try message.header("Wechatpay-Signature") != nil else {
            if isGood { throw .badSignature }
            return .bad(.unsigned)
        }
        _ = try Self.verify(message, by: keys, now: now)
        if isGood { return .good(message.body) }
        guard let error = try? ChannelJSON(message.body), let code = try? error.text("code") else { return .bad(.unreadable) }
        return .bad(ChannelCode(code))
    }
}

/// Time and nonce of what WeChat Pay signed.
struct WeChatStamp: Sendable, Hashable {
    let timestamp: Int64
    let nonce: String
}

/// The parameters that open a payment in WeChat, by the names that its JavaScript bridge has.
package struct WeChatPayment: Sendable, Hashable {
    package let appID: String
    package let timeStamp: String
    package let nonceStr: String
    package let package: String
    package let signType: String
    package let paySign: String
}
