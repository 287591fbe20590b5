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
        TrustV1.CreateEnrollmentTokenRequest.self, TrustV1.CreateEnrollmentTokenResponse.self, TrustV1.AdvanceRolloverRequest.self,
        TrustV1.AdvanceRolloverResponse.self, TrustV1.GetRolloverRequest.self, TrustV1.GetRolloverResponse.self,
        TrustV1.RolloverStatus.self, TrustV1.Laggard.self, TrustV1.RevokeRequest.self, TrustV1.RevokeResponse.self,
        TrustV1.LockRequest.self, TrustV1.LockResponse.self, TrustV1.UnlockRequest.self, TrustV1.UnlockResponse.self,
        TrustV1.CutReport.self, TrustV1.ListNodesRequest.self, TrustV1.ListNodesResponse.self, TrustV1.NodeStatus.self,
        MeshV1.CallerAssertion.self, MeshV1.SignedCallerAssertion.self, MeshV1.RegisterRequest.self, MeshV1.RegisterResponse.self,
        TrustV1.ReadJournalRequest.self, TrustV1.ReadJournalResponse.self, TrustV1.TrustEpoch.self, TrustV1.Anchor.self,
        TrustV1.Denial.self, TrustV1.CertificateDenial.self, TrustV1.Route.self, TrustV1.SignedTrustEpoch.self, TrustV1.JournalEntry.self,
        TrustV1.AuthorityRecord.self, TrustV1.AuthorityEvent.self, TrustV1.AuthorityCertificate.self, TrustV1.AuthorityFounded.self,
        TrustV1.TokenCreated.self, TrustV1.CertificateIssued.self, TrustV1.DenialMade.self, TrustV1.DenialLifted.self,
        TrustV1.RolloverAdvanced.self, TrustV1.NodesLeftBehind.self, TrustV1.NodeAcknowledged.self, TrustV1.SettingsChanged.self,
        TrustV1.EpochIssued.self, TrustV1.EnrollRequest.self, TrustV1.EnrollResponse.self, TrustV1.RenewRequest.self,
        TrustV1.RenewResponse.self, TrustV1.GetEpochRequest.self, TrustV1.GetEpochResponse.self, TrustV1.FollowEpochsRequest.self,
        TrustV1.FollowEpochsResponse.self, TrustV1.ChangeSettingsRequest.self, TrustV1.ChangeSettingsResponse.self,
        TrustV1.ExportRevocationListsRequest.self, TrustV1.ExportRevocationListsResponse.self, TrustV1.GetNodeStatusRequest.self,
        TrustV1.GetNodeStatusResponse.self, TrustV1.HandshakeFailure.self, TrustV1.ListDenialsRequest.self,
        TrustV1.ListDenialsResponse.self, TrustV1.ListHandshakeFailuresRequest.self, TrustV1.ListHandshakeFailuresResponse.self,
        AuditV1.AuditEntry.self, AuditV1.AuditHead.self, AuditV1.AuditRecord.self, TrustV1.UpToDate.self, TrustV1.NodeReport.self,
        TrustV1.EpochAcknowledgement.self,
        TrustV1.EpochRefusal.self, TrustV1.CutQuestion.self, TrustV1.CutEstimate.self,
        OpentelemetryProtoCollectorMetricsV1.ExportMetricsServiceRequest.self,
        OpentelemetryProtoCollectorMetricsV1.ExportMetricsServiceResponse.self,
        OpentelemetryProtoCollectorMetricsV1.ExportMetricsPartialSuccess.self,
        OpentelemetryProtoCollectorTraceV1.ExportTraceServiceRequest.self,
        OpentelemetryProtoCollectorTraceV1.ExportTraceServiceResponse.self,
        OpentelemetryProtoCollectorTraceV1.ExportTracePartialSuccess.self,
        OpentelemetryProtoCommonV1.AnyValue.self,
        OpentelemetryProtoCommonV1.KeyValue.self,
        OpentelemetryProtoCommonV1.InstrumentationScope.self,
        OpentelemetryProtoMetricsV1.ResourceMetrics.self,
        OpentelemetryProtoMetricsV1.ScopeMetrics.self,
        OpentelemetryProtoMetricsV1.Metric.self,
        OpentelemetryProtoMetricsV1.Gauge.self,
        OpentelemetryProtoMetricsV1.Sum.self,
        OpentelemetryProtoMetricsV1.Histogram.self,
        OpentelemetryProtoMetricsV1.NumberDataPoint.self,
        OpentelemetryProtoMetricsV1.HistogramDataPoint.self,
        OpentelemetryProtoMetricsV1.Exemplar.self,
        OpentelemetryProtoResourceV1.Resource.self,
        OpentelemetryProtoTraceV1.ResourceSpans.self,
        OpentelemetryProtoTraceV1.ScopeSpans.self,
        OpentelemetryProtoTraceV1.Span.self,
        OpentelemetryProtoTraceV1.Status.self,
        TrustV1.ListCallSeriesRequest.self, TrustV1.ListCallSeriesResponse.self, TrustV1.CallSeries.self, TrustV1.CallOutcome.self,
        TrustV1.LoopLoad.self,
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
