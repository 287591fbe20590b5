import SampanRPC
import Testing

@Suite("Statuses of peers that gave none")
struct HTTPStatusTests {
    @Test(
        "http-grpc-status-mapping.md",
        arguments: [
            (400, .internal), (401, .unauthenticated), (403, .permissionDenied), (404, .unimplemented), (429, .unavailable),
            (502, .unavailable), (503, .unavailable), (504, .unavailable), (200, .unknown), (204, .unknown), (302, .unknown),
            (405, .unknown), (415, .unknown), (500, .unknown), (0, .unknown), (999, .unknown), (-1, .unknown),
        ] as [(Int, StatusCode)])
    func http(status: Int, code: StatusCode) {
        #expect(HTTPStatus.code(forHTTP: status) == code)
    }

    @Test(
        "PROTOCOL-HTTP2, Errors",
        arguments: [
            (0, .internal), (1, .internal), (2, .internal), (3, .internal), (4, .internal), (5, .internal), (6, .internal),
            (7, .unavailable), (8, .cancelled), (9, .internal), (10, .internal), (11, .resourceExhausted), (12, .permissionDenied),
            (13, .internal), (14, .internal), (.max, .internal),
        ] as [(UInt32, StatusCode)])
    func reset(code: UInt32, status: StatusCode) {
        #expect(HTTPStatus.code(forReset: code) == status)
    }
}
