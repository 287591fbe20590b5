import SampanRPC
import Testing

@Suite("Status codes")
struct StatusCodeTests {
    @Test("numbers and names are gRPC's")
    func names() {
        let names = [
            "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE",
            "DATA_LOSS", "UNAUTHENTICATED",
        ]
        #expect(StatusCode.allCases.map(\.description) == names)
        #expect(StatusCode.allCases.map(\.rawValue) == Array(0...16))
        #expect(StatusCode(rawValue: 17) == nil)
        #expect(StatusCode(rawValue: -1) == nil)
    }

    private struct Refusal: RPCErrorConvertible {
        var rpcError: RPCError { RPCError(code: .aborted, message: "again") }
    }
    private struct Inner: Error {}

    @Test("whatever a handler throws becomes a status without inner text")
    func translation() {
        #expect(RPCError(translating: RPCError(code: .notFound, message: "m")).code == .notFound)
        #expect(RPCError(translating: RPCError(code: .ok, message: "m")).code != .ok)
        #expect(RPCError(translating: Refusal()).code == .aborted)
        #expect(RPCError(translating: CancellationError()).code == .cancelled)
        let unknown = RPCError(translating: Inner())
        #expect(unknown.code == .unknown)
        #expect(!unknown.message.contains("Inner"))
        #expect(unknown.cause is Inner)
    }
}
