import SampanChannels
import SampanCrypto
import SampanDomain
import SampanJSON

/// Alipay's half of the protocol, made of the bare cryptography.
enum AlipaySide {
    static let now = WeChatSide.now
    static let platformKey = WeChatSide.platformKey
    static let otherKey = WeChatSide.otherKey

    static func merchant() throws -> AlipayMerchant {
        try AlipayMerchant(
            appID: "2014072300007148", sellerID: "2088101106499364", notifyURL: "https://pay.example/notify/alipay",
            key: WeChatSide.merchantKey)
    }

    static func alipay() throws -> Alipay {
        Alipay(merchant: try merchant(), keys: try PlatformKeys([PlatformKey(id: "alipay", key: platformKey.publicKey())]))
    }

    /// An answer around the bytes of its member.
    static func answer(_ method: String, _ member: String, key: RSAPrivateKey = platformKey, signed: String? = nil) throws -> ChannelMessage
    {
        let name = method.split(separator: ".").joined(separator: "_") + "_response"
        let signature = WeChatSide.base64(try key.sign(Array((signed ?? member).utf8)))
        return ChannelMessage(body: Array(#"{"\#(name)": \#(member) ,"sign":"\#(signature)"}"#.utf8))
    }

    static func good(_ members: String) -> String { #"{"code":"10000","msg":"Success",\#(members)}"# }
    static func bad(_ code: String, _ subCode: String) -> String {
        #"{"code":"\#(code)","msg":"Business Failed","sub_code":"\#(subCode)","sub_msg":"不"}"#
    }

    static func trade(number: String = "SP1", total: String = "50.00", status: String = "TRADE_SUCCESS") -> String {
        good(
            #""out_trade_no":"\#(number)","trade_no":"2026111822001000000000000001","trade_status":"\#(status)","#
                + #""total_amount":"\#(total)","send_pay_date":"2026-11-18 10:34:56","buyer_logon_id":"159****5620""#)
    }

    static func notification(_ changes: [String: String?] = [:]) -> [String: String] {
        var form: [String: String] = [
            "notify_time": now.chinaText, "notify_type": "trade_status_sync", "notify_id": "ac05099524730693a8b330c5ecf72da9786",
            "charset": "utf-8", "version": "1.0", "app_id": "2014072300007148", "seller_id": "2088101106499364", "out_trade_no": "SP1",
            "trade_no": "2026111822001000000000000001", "trade_status": "TRADE_SUCCESS", "total_amount": "50.00", "subject": "预约 挂号&费+",
            "gmt_payment": "2026-11-18 10:34:56", "fund_bill_list": #"[{"amount":"50.00","fundChannel":"ALIPAYACCOUNT"}]"#,
        ]
        for (name, value) in changes { form[name] = value }
        return form
    }

    /// As Alipay posts it. `tail` is appended unsigned.
    static func message(
        _ form: [String: String], key: RSAPrivateKey = platformKey, type: String = "RSA2", tail: String = ""
    ) throws -> ChannelMessage {
        let text = form.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        let sign = WeChatSide.base64(try key.sign(Array(text.utf8)))
        let all = form.merging(["sign": sign, "sign_type": type]) { $1 }
        return ChannelMessage(body: Array((all.map { "\($0.key)=\(encoded($0.value))" }.joined(separator: "&") + tail).utf8))
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95: String(UnicodeScalar(byte))
            case 32: "+"
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        }.joined()
    }
}
