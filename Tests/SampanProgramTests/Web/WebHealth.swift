import SampanAPI
import SampanRPC

/// A service that may be asked with GET: serving, but for `none`; compressed for `gzip`.
struct WebHealth: GRPCHealthV1.HealthHandler {
    func check(_ request: GRPCHealthV1.HealthCheckRequest, context: CallContext) async throws -> GRPCHealthV1.HealthCheckResponse {
        context.compressesResponses = request.service == "gzip"
        guard request.service != "none" else { throw RPCError(code: .notFound, message: "no such service") }
        return GRPCHealthV1.HealthCheckResponse(status: .serving)
    }

    func list(
        _ request: GRPCHealthV1.HealthListRequest, context: CallContext
    ) async throws -> GRPCHealthV1.HealthListResponse { GRPCHealthV1.HealthListResponse() }

    func watch(
        _ request: GRPCHealthV1.HealthCheckRequest, responses: MessageWriter<GRPCHealthV1.HealthCheckResponse>, context: CallContext
    ) async throws {}
}
