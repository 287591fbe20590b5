/// What the gateway's codes and the business's sub-codes mean for who asked (公共错误码, and the error tables of the methods).
enum AlipayErrors {
    /// Business codes, without `ACQ.`, and `aop.ACQ.` before it.
    private static let unknown: Set<String> = ["TRADE_NOT_EXIST"]
    /// Repeating the request cannot help.
    ///
    /// Left out on purpose, so that they are asked again: what the merchant can cure (SELLER_BALANCE_NOT_ENOUGH), what passes
    /// (SYSTEM_ERROR, TRADE_SETTLE_ERROR, REFUND_CHARGE_ERROR, REASON_TRADE_BEEN_FREEZEN), what our configuration is to blame for
    /// (ACCESS_FORBIDDEN), and DISCORDANT_REPEAT_REQUEST: the number was used before with other terms, perhaps with success, so that only
    /// a query tells.
    private static let refused: Set<String> = [
        "INVALID_PARAMETER", "CONTEXT_INCONSISTENT", "TRADE_HAS_SUCCESS", "TRADE_HAS_CLOSE", "TRADE_HAS_FINISHED", "TRADE_STATUS_ERROR",
        "REASON_TRADE_STATUS_INVALID", "REFUND_AMT_NOT_EQUAL_TOTAL", "REASON_TRADE_REFUND_FEE_ERR",
        "TRADE_NOT_ALLOW_REFUND", "REFUND_FEE_ERROR", "TOTAL_FEE_EXCEED", "BUYER_SELLER_EQUAL",
    ]

    /// `code` is not 10000.
    static func answer<Value>(code: String, subCode: String?) -> ChannelAnswer<Value> {
        let shown = ChannelCode(subCode ?? code)
        switch code {
        case "10003": return .notYet(shown)
        case "40004":
            let business = Self.business(shown)
            if unknown.contains(business) { return .unknown(shown) }
            return refused.contains(business) ? .refused(shown) : .askAgain(shown)
        // A parameter is missing: the same request is as wrong tomorrow.
        case "40001": return .refused(shown)
        // 20000: not available. 20001, 40002, 40003, 40006: token, signature, clock or rights, which people cure.
        default: return .askAgain(shown)
        }
    }

    static func business(_ code: ChannelCode) -> String {
        var text = Substring(code.description)
        for prefix in ["aop.", "ACQ."] where text.hasPrefix(prefix) { text = text.dropFirst(prefix.count) }
        return String(text)
    }
}
