import SampanAPI
import SampanRPC

/// A node that tells of itself what the test says.
struct ScriptedNode: TrustV1.NodeServiceHandler {
    var status: @Sendable () throws -> TrustV1.GetNodeStatusResponse = {
        throw RPCError(code: .unimplemented, message: "not in the script")
    }
    var failures: [TrustV1.HandshakeFailure] = []
    var calls = TrustV1.ListCallSeriesResponse()
    var connections: [TrustV1.ConnectionState] = []
    var drain: [TrustV1.DrainResponse] = []
    var records = TrustV1.ListCallRecordsResponse()

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

    /// More than it tells.
    func listConnections(_ request: TrustV1.ListConnectionsRequest, context: CallContext) async throws -> TrustV1.ListConnectionsResponse {
        let shown = connections.filter { request.direction.isEmpty || $0.direction == request.direction }
        return TrustV1.ListConnectionsResponse(connections: shown, total: UInt32(shown.count) * 2)
    }

    func drain(
        _ request: TrustV1.DrainRequest, responses: MessageWriter<TrustV1.DrainResponse>, context: CallContext
    ) async throws {
        for response in drain { try await responses.send(response) }
    }

    func listCallRecords(_ request: TrustV1.ListCallRecordsRequest, context: CallContext) async throws -> TrustV1.ListCallRecordsResponse {
        var response = records
        response.records = records.records.filter { request.callID.isEmpty || $0.callID == request.callID }
        return response
    }
}
