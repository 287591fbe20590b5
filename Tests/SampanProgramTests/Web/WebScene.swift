import SampanNode
import SampanRPC
import SampanTransport
import Synchronization

/// A node with doors to the web that serves the four kinds of calls, and curl before it.
enum WebScene {
    static let service = "/sampan.test.v1.FourKindsService"
    static let origin = "https://app.region.example"

    /// Refuses one method to everybody, and keeps who called what with which metadata, and how it ended.
    final class Guard: CallInterceptor {
        private struct Seen {
            var calls: [String] = []
            var callers: [String] = []
            var metadata: [String] = []
        }

        private let seen = Mutex(Seen())
        private let refused: String

        /// Role, method and status of the calls that have ended.
        var calls: [String] { seen.withLock { $0.calls } }
        /// Who made those that began.
        var callers: [String] { seen.withLock { $0.callers } }
        /// Keys of the last one's metadata.
        var metadata: [String] { seen.withLock { $0.metadata } }

        init(refusing refused: String = "Init") { self.refused = refused }

        func admit(_ context: CallContext) throws(RPCError) {
            seen.withLock { seen in
                seen.callers.append(context.peer.identity?.uri ?? "nobody")
                seen.metadata = context.requestMetadata.map(\.key)
            }
            if context.method.name == refused { throw RPCError(code: .permissionDenied, message: "no rule lets you") }
        }

        func finished(_ context: CallContext, _ code: StatusCode, duration: Duration) {
            seen.withLock { $0.calls.append("\(context.peer.identity?.role.rawValue ?? "nobody") \(context.method.name) \(code)") }
        }
    }

    static func with(
        doors: Bool = true, limit: Int = 1 << 20, services: [any RPCService] = [FourKinds()], records: Bool = false,
        _ body: (WebCaller, Guard) async throws -> Void
    ) async throws {
        let guardian = Guard()
        var configuration = ServerConfiguration()
        if doors {
            configuration.web = WebDoors(codec: try ContractCodec(services), origins: [origin], maximumJSONBytes: limit)
        }
        let region = try await TestRegion(services, interceptors: [guardian], configuration: configuration)
        if records { await region.group.recordCalls { _, _, _ in CallRecord.Finding() } }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(try WebCaller(region), guardian)) } catch { outcome = .failure(error) }
        await region.close()
        try outcome.get()
    }
}
