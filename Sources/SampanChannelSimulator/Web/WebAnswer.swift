internal import SampanDomain
internal import SampanTransport

/// What a desk of the channels answers, before it is signed.
struct WebAnswer {
    let status: Int
    let json: WebJSON.Value?

    init(_ json: WebJSON.Value?, status: Int = 200) {
        self.status = status
        self.json = json
    }

    /// Of WeChat Pay: an error is a status and a code.
    static func refusal(_ status: Int, _ code: String, _ message: String) -> WebAnswer {
        WebAnswer(.object([("code", .text(code)), ("message", .text(message))]), status: status)
    }
}
