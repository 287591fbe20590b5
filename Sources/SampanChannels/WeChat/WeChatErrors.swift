/// What APIv3's error codes mean for who asked (error tables of order, query, close, refund and refund query; the codes of APIv2 that
/// some of them still carry are there too).
enum WeChatErrors {
    /// The order or refund is not known there.
    private static let unknown: Set<String> = ["ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS", "REFUNDNOTEXIST"]
    /// The payer is typing a password.
    private static let waiting: Set<String> = ["USERPAYING"]
    /// Repeating the request cannot help: its parameters, or the state of the order, are against it.
    ///
    /// Left out on purpose, so that they are asked again: what the merchant can cure (NOT_ENOUGH: put money in, then the same refund
    /// number), what passes (SYSTEM_ERROR, BIZ_ERR_NEED_RETRY, FREQUENCY_LIMITED: not twice within a minute for one order), and what our
    /// configuration is to blame for (SIGN_ERROR, NO_AUTH, MCH_NOT_EXISTS, APPID_MCHID_NOT_MATCH): a refund is not given up because of a
    /// typing mistake.
    private static let refused: Set<String> = [
        "PARAM_ERROR", "INVALID_REQUEST", "OUT_TRADE_NO_USED", "ORDERPAID", "ORDER_PAID", "ORDERCLOSED", "ORDER_CLOSED", "ORDERREVERSED",
        "OPENID_MISMATCH", "INVALID_TRANSACTIONID", "RULE_LIMIT", "USER_ACCOUNT_ABNORMAL",
    ]

    static func answer<Value>(_ code: ChannelCode) -> ChannelAnswer<Value> {
        if unknown.contains(code.description) { return .unknown(code) }
        if waiting.contains(code.description) { return .notYet(code) }
        return refused.contains(code.description) ? .refused(code) : .askAgain(code)
    }
}
