internal import EchoMessages
internal import InteropMessages
internal import SampanAPI
package import SampanProtobuf
internal import SampanTestMessages

/// Every message type that is generated in this package. A test reads the generated files and fails when one is missing here; order matters
/// to the corpus of the target `messages`, so new ones go to the end of their list.
package enum GeneratedMessages {
    package static let all: [any Message.Type] = api + interop + echo + tests

    private static let api: [any Message.Type] = [
        ChannelV1.ChannelOrder.self, ChannelV1.Refund.self, ChannelV1.CreateOrderRequest.self, ChannelV1.CreateOrderResponse.self,
        ChannelV1.QueryOrderRequest.self, ChannelV1.QueryOrderResponse.self, ChannelV1.CloseOrderRequest.self,
        ChannelV1.CloseOrderResponse.self, ChannelV1.CreateRefundRequest.self, ChannelV1.CreateRefundResponse.self,
        ChannelV1.QueryRefundRequest.self, ChannelV1.QueryRefundResponse.self, ChannelV1.NotifyOrderRequest.self,
        ChannelV1.NotifyOrderResponse.self, ChannelV1.PayOrderRequest.self, ChannelV1.PayOrderResponse.self,
        GRPCHealthV1.HealthCheckRequest.self, GRPCHealthV1.HealthCheckResponse.self, GRPCHealthV1.HealthListRequest.self,
        GRPCHealthV1.HealthListResponse.self, GRPCReflectionV1.ServerReflectionRequest.self, GRPCReflectionV1.ExtensionRequest.self,
        GRPCReflectionV1.ServerReflectionResponse.self, GRPCReflectionV1.FileDescriptorResponse.self,
        GRPCReflectionV1.ExtensionNumberResponse.self, GRPCReflectionV1.ListServiceResponse.self, GRPCReflectionV1.ServiceResponse.self,
        GRPCReflectionV1.ErrorResponse.self, GRPCReflectionV1alpha.ServerReflectionRequest.self,
        GRPCReflectionV1alpha.ExtensionRequest.self, GRPCReflectionV1alpha.ServerReflectionResponse.self,
        GRPCReflectionV1alpha.FileDescriptorResponse.self, GRPCReflectionV1alpha.ExtensionNumberResponse.self,
        GRPCReflectionV1alpha.ListServiceResponse.self, GRPCReflectionV1alpha.ServiceResponse.self,
        GRPCReflectionV1alpha.ErrorResponse.self, GatewayV1.ClaimRequestsRequest.self, GatewayV1.ClaimRequestsResponse.self,
        GatewayV1.ClaimedRequest.self, GatewayV1.CompleteRequestsRequest.self, GatewayV1.CompleteRequestsResponse.self,
        GatewayV1.RequestOutcome.self, GatewayV1.Charge.self, GatewayV1.BookingFee.self, GatewayV1.OutpatientFee.self,
        GatewayV1.InpatientDeposit.self, GatewayV1.Request.self, GatewayV1.RequestStatus.self, GatewayV1.SubmitRequestRequest.self,
        GatewayV1.SubmitRequestResponse.self, GatewayV1.WatchRequestRequest.self, GatewayV1.WatchRequestResponse.self,
        GoogleProtobuf.AnyMessage.self, GoogleProtobuf.Duration.self, GoogleProtobuf.Empty.self, GoogleProtobuf.FieldMask.self,
        GoogleProtobuf.Struct.self, GoogleProtobuf.Value.self, GoogleProtobuf.ListValue.self, GoogleProtobuf.Timestamp.self,
        GoogleProtobuf.DoubleValue.self, GoogleProtobuf.FloatValue.self, GoogleProtobuf.Int64Value.self, GoogleProtobuf.UInt64Value.self,
        GoogleProtobuf.Int32Value.self, GoogleProtobuf.UInt32Value.self, GoogleProtobuf.BoolValue.self, GoogleProtobuf.StringValue.self,
        GoogleProtobuf.BytesValue.self, GoogleRPC.ErrorInfo.self, GoogleRPC.RetryInfo.self, GoogleRPC.BadRequest.self,
        GoogleRPC.BadRequest.FieldViolation.self, GoogleRPC.PreconditionFailure.self, GoogleRPC.PreconditionFailure.Violation.self,
        GoogleRPC.Status.self, PaymentV1.Order.self, PaymentV1.Payment.self, PaymentV1.PayBookingFeeRequest.self,
        PaymentV1.PayBookingFeeResponse.self, PaymentV1.PayOutpatientFeeRequest.self, PaymentV1.PayOutpatientFeeResponse.self,
        PaymentV1.PayInpatientDepositRequest.self, PaymentV1.PayInpatientDepositResponse.self, PaymentV1.GetPaymentRequest.self,
        PaymentV1.GetPaymentResponse.self, PaymentV1.WatchPaymentRequest.self, PaymentV1.WatchPaymentResponse.self,
    ]

    private static let interop: [any Message.Type] = [
        GRPCTesting.Empty.self, GRPCTesting.BoolValue.self, GRPCTesting.Payload.self, GRPCTesting.EchoStatus.self,
        GRPCTesting.SimpleRequest.self, GRPCTesting.SimpleResponse.self, GRPCTesting.StreamingInputCallRequest.self,
        GRPCTesting.StreamingInputCallResponse.self, GRPCTesting.ResponseParameters.self, GRPCTesting.StreamingOutputCallRequest.self,
        GRPCTesting.StreamingOutputCallResponse.self,
    ]

    private static let echo: [any Message.Type] = [
        Echo.Msg.self
    ]

    private static let tests: [any Message.Type] = [
        TestV1.EveryKind.self, TestV1.EveryKind.Inner.self, TestV1.EveryKind.Inner.Innermost.self, TestV1.Leaf.self, TestV1.Tree.self,
        TestV1.Forest.self, TestV1.Keywords.self, TestV1.Keywords.String.self, TestV1.Keywords.TypeMessage.self, TestV1.Keywords.Box.self,
        TestV1.Empty.self, TestV1.Stranger.self, TestV1.Small.self, TestV1.Record.self, TestV1.Record.Row.self,
    ]
}
