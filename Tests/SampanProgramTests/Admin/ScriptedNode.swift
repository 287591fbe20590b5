import SampanAPI
import SampanRPC

/// A node that tells of itself what the test says.
struct ScriptedNode: TrustV1.NodeServiceHandler {
    var status: @Sendable () throws -> TrustV1.GetNodeStatusResponse = {
        throw RPCError(code: .unimplemented, message: "not in the script")
    }
    var failures: [TrustV1.HandshakeFailure] = []
    var calls = TrustV1.ListCallSeriesResponse()

    func getNodeStatus(_ request: TrustV1.GetNodeStatusRequest, context: CallContext) async throws -> TrustV1.GetNodeStatusResponse {
        try status()
    }

    func listHandshakeFailures(
        _ request: TrustV1.ListHandshakeFailuresRequest, context: CallContext
    ) async throws -> TrustV1.ListHandshakeFailuresResponse {
        let shown = failures.filter { request.address.isEmpty || $0.address == request.address }
        return TrustV1.ListHandshakeFailuresResponse(failures: shown)
    }

    func listCallSeries(_ request: TrustV1.ListCallSeriesRequest, context: CallContext) async throws -> TrustV1.ListCallSeriesResponse {
        calls
    }
}
