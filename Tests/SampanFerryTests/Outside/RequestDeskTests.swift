import SampanAPI
import SampanDomain
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Request desk", .timeLimit(.minutes(20)))
struct RequestDeskTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private struct Desk {
        let store: RequestStore
        let desk: RequestDesk

        func client(_ institution: String = "4699010001", _ role: PeerIdentity.Role = .hospital) throws -> GatewayV1.RequestServiceClient {
            GatewayV1.RequestServiceClient(InProcessCaller([desk], as: try identity(role, institution)))
        }
    }

    private func with(_ body: (Desk) async throws -> Void) async throws {
        let store = try await RequestStore.open(path: directory.file())
        let directory = try InstitutionDirectory(codes: ["4699010001", "4699010002"], scheme: .local)
        try await body(Desk(store: store, desk: RequestDesk(store: store, institutions: directory, digest: { $0 }, now: { time(1) })))
        await store.close()
    }

    @Test("GW-03 GW-06 a submit numbers the request; its replay finds it, with another deadline too; another body is refused")
    func submit() async throws {
        try await with { desk in
            let client = try desk.client()
            let first = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: bookingRequest(1))).status
            #expect(first?.seq == 0 && first?.state == .queued && first?.requestID == "r1")
            let replay = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: bookingRequest(1, deadline: time(9))))
                .status
            #expect(replay == first)
            let other = try await failure {
                _ = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: bookingRequest(2, requestID: "r1")))
            }
            #expect(other.code == .alreadyExists && other.errorInfo?.reason == "REQUEST_ID_REUSED")
            #expect(try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: bookingRequest(2))).status?.seq == 1)
        }
    }

    @Test(
        "GW-15 GW-20 what the inside would refuse is refused outside",
        arguments: [
            (nil, StatusCode.invalidArgument), (GatewayV1.Request(requestID: "r1"), .invalidArgument),
            (bookingRequest(1, requestID: ""), .invalidArgument), (bookingRequest(1, requestID: "payment:SP1"), .invalidArgument),
            (bookingRequest(1, requestID: "booking:1"), .invalidArgument),
            (GatewayV1.Request(requestID: "r1", command: .slotHold(GatewayV1.SlotHold())), .invalidArgument),
            (bookingRelease(), .invalidArgument), (bookingRequest(1, institution: "4699010002"), .permissionDenied),
            (bookingRequest(1, institution: "no code"), .invalidArgument),
        ] as [(GatewayV1.Request?, StatusCode)])
    func wrong(request: GatewayV1.Request?, code: StatusCode) async throws {
        try await with { desk in
            let error = try await failure { _ = try await desk.client().submitRequest(GatewayV1.SubmitRequestRequest(request: request)) }
            #expect(error.code == code && desk.store.openCount == 0)
        }
    }

    @Test("GW-10 a watch ends after the one final state; another institution's row is as if it were not there")
    func watch() async throws {
        try await with { desk in
            let client = try desk.client()
            _ = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: bookingRequest(1)))
            let changes = try await client.watchRequest(GatewayV1.WatchRequestRequest(seq: 0))
            #expect(try await changes.next()?.status?.state == .queued)
            _ = try await desk.store.complete([RequestCompletion(seq: 0, outcome: receipt(1), decidedAt: time(2))], now: time(3))
            #expect(try await changes.next()?.status?.receiptNumber == "H1")
            #expect(try await changes.next() == nil)
            for (institution, seq) in [("4699010002", UInt64(0)), ("4699010001", 7), ("4699010001", .max)] {
                let error = try await failure {
                    for try await _ in try await desk.client(institution).watchRequest(GatewayV1.WatchRequestRequest(seq: seq)) {}
                }
                #expect(error.code == .notFound && error.errorInfo?.reason == "UNKNOWN_SEQUENCE")
            }
        }
    }

    @Test("a cancelled watch ends")
    func cancelled() async throws {
        try await with { desk in
            let client = try desk.client()
            _ = try await client.submitRequest(GatewayV1.SubmitRequestRequest(request: bookingRequest(1)))
            let changes = try await client.watchRequest(GatewayV1.WatchRequestRequest(seq: 0))
            _ = try await changes.next()
            changes.cancel()
            let error = try await failure { while try await changes.next() != nil {} }
            #expect(error.code == .cancelled)
        }
    }
}
