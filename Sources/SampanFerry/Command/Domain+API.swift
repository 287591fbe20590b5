package import SampanAPI
package import SampanDomain
package import SampanRPC

extension PaymentChannelKind {
    /// Throws for a channel that is not named, or that this side does not know.
    package init(_ message: GatewayV1.PaymentChannel) throws(DomainError) {
        switch message {
        case .wechatPay: self = .wechatPay
        case .alipay: self = .alipay
        case .unspecified, .unrecognized:
            throw DomainError(
                field: "channel", message: "\(message.rawValue) is no payment channel; right would be 1 (WeChat Pay) or 2 (Alipay)")
        }
    }

    package var message: GatewayV1.PaymentChannel {
        switch self {
        case .wechatPay: .wechatPay
        case .alipay: .alipay
        }
    }
}

extension UnixTime {
    package init(required message: GoogleProtobuf.Timestamp?, field: String) throws(DomainError) {
        guard let message else { throw DomainError(field: field, message: "is missing") }
        guard let nanoseconds = message.nanosecondsSince1970 else {
            throw DomainError(field: field, message: "is no time between 1677 and 2262")
        }
        self.init(nanoseconds: nanoseconds)
    }

    package var message: GoogleProtobuf.Timestamp { GoogleProtobuf.Timestamp(nanosecondsSince1970: nanoseconds) }
}

extension RequestOutcome {
    /// The state, receipt, reason and message of an outcome as they stand on the wire.
    package var message: (state: GatewayV1.RequestState, receipt: String, reason: String, message: String) {
        switch self {
        case .posted(let receipt): (.posted, receipt.text, "", "")
        case .rejected(let reason): (.rejected, "", reason.code, reason.message)
        case .expired(let reason): (.expired, "", reason.code, reason.message)
        }
    }
}

extension RPCError {
    /// A field of a request is wrong: INVALID_ARGUMENT with `google.rpc.BadRequest`.
    package init(invalid error: DomainError) {
        self.init(
            code: .invalidArgument, message: "\(error.field) \(error.message)",
            details: [
                GoogleRPC.BadRequest(fieldViolations: [
                    GoogleRPC.BadRequest.FieldViolation(field: error.field, description: error.message)
                ])
            ])
    }

    /// An error with a reason for programs (`google.rpc.ErrorInfo`, domain `sampan`).
    package init(_ code: StatusCode, reason: String, _ message: String, cause: (any Error)? = nil) {
        self.init(
            code: code, message: message, details: [GoogleRPC.ErrorInfo(reason: reason, domain: "sampan")], cause: cause)
    }
}
