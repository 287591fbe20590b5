import Foundation
import SampanAPI
import SampanNode
import SampanRPC
import SampanTransport
import Synchronization
import Testing

@Suite("Doors to the web: Connect and gRPC-Web, called by curl")
struct WebDoorTests {
    private static let service = "/sampan.test.v1.FourKindsService"

    /// Refuses one method to everybody, and keeps who called what and how it ended.
    private final class Guard: CallInterceptor {
        let seen = Mutex<[String]>([])

        func admit(_ context: CallContext) throws(RPCError) {
            if context.method.name == "Init" { throw RPCError(code: .permissionDenied, message: "no rule lets you") }
        }

        func finished(_ context: CallContext, _ code: StatusCode, duration: Duration) {
            seen.withLock { $0.append("\(context.peer.identity?.role.rawValue ?? "nobody") \(context.method.name) \(code)") }
        }
    }

    private static func withCaller(
        doors: Bool = true, limit: Int = 1 << 20, _ body: (WebCaller, Guard) async throws -> Void
    ) async throws {
        let guardian = Guard()
        var configuration = ServerConfiguration()
        if doors {
            configuration.web = WebDoors(
                codec: try ContractCodec([FourKinds()]), origins: ["https://app.region.example"], maximumJSONBytes: limit)
        }
        let region = try await TestRegion([FourKinds()], interceptors: [guardian], configuration: configuration)
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(try WebCaller(region), guardian)) } catch { outcome = .failure(error) }
        await region.close()
        try outcome.get()
    }

    @Test("Connect: JSON there and back, and bytes in wire format, with the caller's identity and its audit", .timeLimit(.minutes(5)))
    func connect() async throws {
        try await Self.withCaller { caller, guardian in
            let json = try await caller.call("\(Self.service)/Do", json: #"{"payload":"_w","number":1}"#)
            #expect(json.status == 200 && json.text == #"{"payload":"/w==","number":2}"#, "\(json)")
            #expect(json.head.contains("content-type: application/json\r\n") && json.head.contains("cache-control: no-store"))
            let empty = try await caller.call("\(Self.service)/Do", json: "{}", headers: ["connect-protocol-version: 1"])
            #expect(empty.text == #"{"number":1}"#)
            let wire = try await caller.call("\(Self.service)/Do", [0x10, 41], type: "application/proto")
            #expect(wire.status == 200 && wire.body == [0x10, 42] && wire.head.contains("content-type: application/proto"))
            let none = try await caller.call("\(Self.service)/Do", [], type: "application/proto")
            #expect(none.body == [0x10, 1])
            #expect(guardian.seen.withLock { $0 } == [String](repeating: "admin Do OK", count: 4))
        }
    }

    @Test("Connect: errors have their HTTP status, name, message and details; policy refuses as it does in gRPC", .timeLimit(.minutes(5)))
    func failures() async throws {
        try await Self.withCaller { caller, guardian in
            let failed = try await caller.call("\(Self.service)/Do", json: #"{"number":-1}"#)
            #expect(failed.status == 400 && failed.head.contains("content-type: application/json"))
            #expect(
                failed.text.hasPrefix(
                    #"{"code":"invalid_argument","message":"number is negative","details":[{"type":"google.rpc.BadRequest","#))
            let refused = try await caller.call("\(Self.service)/Init", json: "{}")
            #expect(refused.status == 403 && refused.text == #"{"code":"permission_denied","message":"no rule lets you"}"#)
            let unknown = try await caller.call("/no.Such/Method", json: "{}")
            #expect(unknown.status == 501 && unknown.text.contains("there is no method /no.Such/Method here"))
            let stream = try await caller.call("\(Self.service)/Watch", json: "{}")
            #expect(stream.status == 501 && stream.text.contains("call it with gRPC or gRPC-Web"))
            let late = try await caller.call("\(Self.service)/Default", json: "{}", headers: ["connect-timeout-ms: 50"])
            #expect(late.status == 504 && late.text.contains("deadline_exceeded"))
            #expect(guardian.seen.withLock { $0 }.last == "admin Default DEADLINE_EXCEEDED")
        }
    }

    @Test("bad requests are refused with a reason: JSON, nesting, size, type, method, encoding, version, timeout", .timeLimit(.minutes(5)))
    func bad() async throws {
        try await Self.withCaller(limit: 2_000) { caller, guardian in
            let path = "\(Self.service)/Do"
            let field = try await caller.call(path, json: #"{"nummer":1}"#)
            #expect(field.status == 400 && field.text.contains("there is no field nummer"), "\(field)")
            let text = try await caller.call(path, json: "{")
            #expect(text.status == 400 && text.text.contains("line 1, column 2"))
            let deep = try await caller.call(path, json: String(repeating: "[", count: 1_500))
            #expect(deep.status == 429 && deep.text.contains("more than 64 levels"), "\(deep)")
            let large = try await caller.call(path, json: String(repeating: " ", count: 2_001))
            #expect(large.status == 429 && large.text.contains("larger than 2000 bytes"), "\(large)")
            for (headers, status, why) in [
                (["content-encoding: gzip"], 501, "not compressed"), (["connect-protocol-version: 2"], 400, "connect-protocol-version"),
                (["connect-timeout-ms: x"], 400, "malformed timeout"), (["connect-timeout-ms: 12345678901"], 400, "malformed timeout"),
                (["sampan-to: 1/2"], 501, "made with gRPC"),
            ] {
                let answer = try await caller.call(path, json: "{}", headers: headers)
                #expect(answer.status == status && answer.text.contains(why), "\(headers): \(answer)")
            }
            let type = try await caller.call(path, Array("{}".utf8), type: "text/plain")
            #expect(type.status == 415 && type.text.contains("application/json"))
            let method = try await caller.call(path, method: "GET")
            #expect(method.status == 405 && method.text.contains("POST"))
            #expect(!guardian.seen.withLock { $0 }.contains { $0.hasSuffix(" OK") })
        }
    }

    @Test("pages of other origins are refused before anything is done; those that are listed may call", .timeLimit(.minutes(5)))
    func origins() async throws {
        try await Self.withCaller { caller, guardian in
            let path = "\(Self.service)/Do"
            for origin in ["https://evil.example", "null", "https://app.region.example.evil.example"] {
                let answer = try await caller.call(path, json: "{}", headers: ["origin: \(origin)"])
                #expect(answer.status == 403 && answer.text.contains("origin") && !answer.head.contains("access-control"), "\(answer)")
                let ask = try await caller.call(path, type: nil, headers: ["origin: \(origin)"], method: "OPTIONS")
                #expect(ask.status == 403 && !ask.head.contains("access-control"))
            }
            #expect(guardian.seen.withLock { $0 }.isEmpty)
            let own = ["origin: https://app.region.example"]
            let ask = try await caller.call(path, type: nil, headers: own + ["access-control-request-method: POST"], method: "OPTIONS")
            #expect(ask.status == 204 && ask.head.contains("access-control-allow-origin: https://app.region.example\r\n"), "\(ask)")
            let answer = try await caller.call(path, json: "{}", headers: own)
            #expect(answer.status == 200 && answer.head.contains("access-control-allow-origin: https://app.region.example\r\n"))
        }
    }

    /// Messages as frames of gRPC-Web.
    private static func frames(_ messages: [[UInt8]]) -> [UInt8] {
        messages.flatMap { [0, 0, 0, UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
    }

    private static func trailer(_ text: String) -> [UInt8] { [0x80, 0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8) }

    @Test("gRPC-Web: unary and streams, in wire format, JSON and base64, with the trailers in the body", .timeLimit(.minutes(5)))
    func grpcWeb() async throws {
        try await Self.withCaller { caller, guardian in
            let plain = try await caller.call("\(Self.service)/Do", Self.frames([[0x10, 1]]), type: "application/grpc-web+proto")
            #expect(plain.body == Self.frames([[0x10, 2]]) + Self.trailer("grpc-status:0\r\n"), "\(plain)")
            #expect(plain.status == 200 && plain.head.contains("content-type: application/grpc-web+proto"))
            let json = try await caller.call(
                "\(Self.service)/Watch", Self.frames([Array(#"{"number":2}"#.utf8)]), type: "application/grpc-web+json")
            #expect(
                json.body == Self.frames([Array("{}".utf8), Array(#"{"number":1}"#.utf8)]) + Self.trailer("grpc-status:0\r\n"),
                "\(json.text)")
            let text = Data(Self.frames([[0x10, 1], [0x10, 2]])).base64EncodedString()
            let base64 = try await caller.call("\(Self.service)/Collect", Array(text.utf8), type: "application/grpc-web-text")
            let parts = base64.text.components(separatedBy: "=").filter { !$0.isEmpty }
            #expect(base64.head.contains("content-type: application/grpc-web-text+proto") && !parts.isEmpty)
            #expect(base64.text.hasPrefix(Data(Self.frames([[0x10, 3]])).base64EncodedString()), "\(base64.text)")
            #expect(base64.text.hasSuffix(Data(Self.trailer("grpc-status:0\r\n")).base64EncodedString()))
            let failed = try await caller.call("\(Self.service)/Init", Self.frames([[]]), type: "application/grpc-web")
            #expect(
                failed.status == 200 && failed.body == Self.trailer("grpc-status:7\r\ngrpc-message:no rule lets you\r\n"), "\(failed.text)")
            let bad = try await caller.call("\(Self.service)/Do", Array("!!!!".utf8), type: "application/grpc-web-text")
            #expect(bad.text.isEmpty == false && bad.status == 200)
            let cut = try await caller.call("\(Self.service)/Do", [0, 0, 0, 0, 9, 1], type: "application/grpc-web")
            #expect(cut.text.contains("grpc-status:13"))
            #expect(guardian.seen.withLock { $0 }.prefix(3) == ["admin Do OK", "admin Watch OK", "admin Collect OK"])
        }
    }

    @Test("without doors, what is no gRPC is refused as before", .timeLimit(.minutes(5)))
    func closed() async throws {
        try await Self.withCaller(doors: false) { caller, _ in
            let answer = try await caller.call("\(Self.service)/Do", json: "{}")
            #expect(answer.status == 415 && answer.body.isEmpty)
        }
    }
}
