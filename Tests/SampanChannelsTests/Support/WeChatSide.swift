import SampanChannels
import SampanCrypto
import SampanDomain
import SampanJSON

/// WeChat Pay's half of the protocol, made of the bare cryptography: signs and seals as the platform does.
struct WeChatSide {
    static let now = UnixTime(nanoseconds: 1_795_000_000 * 1_000_000_000)
    static let apiV3Key = Array("0123456789abcdef0123456789abcdef".utf8)
    static let platformKey = key()
    static let merchantKey = key()
    static let otherKey = key()
    static let serial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"

    /// Making one takes some 50 ms.
    private static func key() -> RSAPrivateKey {
        do { return try RSAPrivateKey.generate() } catch { preconditionFailure("no RSA key: \(error)") }
    }

    static func merchant() throws -> WeChatMerchant {
        try WeChatMerchant(
            mchid: "1900000001", appid: "wxd678efh567hg6787", serial: "1DDE55AD98ED71D6EDD4A4A16996DE7B47773A8C",
            notifyURL: "https://pay.example/notify/wechat", key: merchantKey, apiV3Key: apiV3Key)
    }

    static func pay(id: String = serial) throws -> WeChatPay {
        WeChatPay(merchant: try merchant(), keys: try PlatformKeys([PlatformKey(id: id, key: platformKey.publicKey())]))
    }

    /// Signed as an answer, or a callback, is.
    static func message(
        status: Int = 200, _ body: String, key: RSAPrivateKey = platformKey, serial: String = serial, time: Int64 = now.seconds,
        nonce: String = "NONCE0000000001", signed: String? = nil
    ) throws -> ChannelMessage {
        let signature = try key.sign(Array("\(time)\n\(nonce)\n\(signed ?? body)\n".utf8))
        return ChannelMessage(
            status: status,
            headers: [
                ChannelHeader("Wechatpay-Serial", serial), ChannelHeader("Wechatpay-Timestamp", String(time)),
                ChannelHeader("Wechatpay-Nonce", nonce), ChannelHeader("Wechatpay-Signature", base64(signature)),
            ], body: Array(body.utf8))
    }

    static func base64(_ bytes: [UInt8]) -> String { String(decoding: Base64Text.encode(bytes[...]), as: UTF8.self) }

    /// A callback's body around sealed content.
    static func sealed(
        _ content: String, event: String = "TRANSACTION.SUCCESS", type: String = "transaction", context: String? = nil,
        key: [UInt8] = apiV3Key, cut: Int = 0
    ) throws -> String {
        let nonce = "fdasfjihihih"
        let box = try AESGCM(key: key).seal(Array(content.utf8), context: Array(type.utf8), nonce: Array(nonce.utf8))
        let text = base64(Array(box.dropFirst(AESGCM.nonceCount).dropLast(cut)))
        return #"{"id":"EV-1","create_time":"2026-11-18T10:34:56+08:00","resource_type":"encrypt-resource","event_type":"\#(event)","#
            + #""summary":"支付成功","resource":{"original_type":"\#(type)","algorithm":"AEAD_AES_256_GCM","ciphertext":"\#(text)","#
            + #""associated_data":"\#(context ?? type)","nonce":"\#(nonce)"}}"#
    }

    static func transaction(
        mchid: String = "1900000001", appid: String = "wxd678efh567hg6787", number: String = "SP2026111800000001", total: String = "5000",
        currency: String = "CNY", state: String = "SUCCESS"
    ) -> String {
        #"{"mchid":"\#(mchid)","appid":"\#(appid)","out_trade_no":"\#(number)","transaction_id":"4200000001202611180000000001","#
            + #""trade_type":"NATIVE","trade_state":"\#(state)","trade_state_desc":"支付成功","#
            + #""success_time":"2026-11-18T10:34:56+08:00","amount":{"total":\#(total),"payer_total":\#(total),"currency":"\#(currency)"}}"#
    }
}
