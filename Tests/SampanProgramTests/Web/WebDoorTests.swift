import Foundation
import StoreTestSupport
import Testing

@Suite("Doors to the web: Connect and gRPC-Web, called by curl", .blocking)
struct WebDoorTests {
    private static let service = WebScene.service

    @Test("Connect: JSON there and back, and bytes in wire format, with the caller's identity and its audit", .timeLimit(.minutes(20)))
    func connect() async throws {
        try await WebScene.with { caller, guardian in
            let json = try await caller.call("\(Self.service)/Do", json: #"{"payload":"_w","number":1}"#)
            #expect(json.status == 200 && json.text == #"{"payload":"/w==","number":2}"#, "\(json)")
            #expect(json.head.contains("content-type: application/json\r\n") && json.head.contains("cache-control: no-store"))
            let empty = try await caller.call("\(Self.service)/Do", json: "{}", headers: ["connect-protocol-version: 1"])
            #expect(empty.text == #"{"number":1}"#)
            let wire = try await caller.call("\(Self.service)/Do", [0x10, 41], type: "application/proto")
            #expect(wire.status == 200 && wire.body == [0x10, 42] && wire.head.contains("content-type: application/proto"))
            let none = try await caller.call("\(Self.service)/Do", [], type: "application/proto")
            #expect(none.body == [0x10, 1])
            #expect(guardian.calls == [String](repeating: "admin Do OK", count: 4))
        }
    }

    @Test("Connect: errors have their HTTP status, name, message and details; policy refuses as it does in gRPC", .timeLimit(.minutes(20)))
    func failures() async throws {
        try await WebScene.with { caller, guardian in
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
            #expect(stream.status == 415 && stream.text.contains("use one of application/connect+json"))
            #expect(stream.head.contains("accept-post: application/connect+json, application/connect+proto\r\n"))
            let late = try await caller.call("\(Self.service)/Default", json: "{}", headers: ["connect-timeout-ms: 50"])
            #expect(late.status == 504 && late.text.contains("deadline_exceeded"))
            #expect(guardian.calls.last == "admin Default DEADLINE_EXCEEDED")
        }
    }

    @Test("pages of other origins are refused before anything is done; those that are listed may call", .timeLimit(.minutes(20)))
    func origins() async throws {
        try await WebScene.with { caller, guardian in
            let path = "\(Self.service)/Do"
            for origin in ["https://evil.example", "null", "https://app.region.example.evil.example"] {
                let answer = try await caller.call(path, json: "{}", headers: ["origin: \(origin)"])
                #expect(answer.status == 403 && answer.text.contains("origin") && !answer.head.contains("access-control"), "\(answer)")
                let ask = try await caller.call(path, type: nil, headers: ["origin: \(origin)"], method: "OPTIONS")
                #expect(ask.status == 403 && !ask.head.contains("access-control"))
            }
            #expect(guardian.calls.isEmpty)
            let own = ["origin: https://app.region.example"]
            let ask = try await caller.call(path, type: nil, headers: own + ["access-control-request-method: POST"], method: "OPTIONS")
            #expect(ask.status == 204 && ask.head.contains("access-control-allow-origin: https://app.region.example\r\n"), "\(ask)")
            let answer = try await caller.call(path, json: "{}", headers: own)
            #expect(answer.status == 200 && answer.head.contains("access-control-allow-origin: https://app.region.example\r\n"))
            for answer in [ask, answer] { #expect(answer.head.contains("access-control-allow-credentials: true\r\n")) }
            #expect(ask.head.contains("sampan-to") && ask.head.contains("access-control-allow-methods: GET, POST\r\n"))
        }
    }

    private static func frames(_ messages: [[UInt8]]) -> [UInt8] { Envelope.bytes(messages) }

    private static func trailer(_ text: String) -> [UInt8] { Envelope(Array(text.utf8), flags: 0x80).bytes }

    @Test("gRPC-Web: unary and streams, in wire format, JSON and base64, with the trailers in the body", .timeLimit(.minutes(20)))
    func grpcWeb() async throws {
        try await WebScene.with { caller, guardian in
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
            #expect(guardian.calls.prefix(3) == ["admin Do OK", "admin Watch OK", "admin Collect OK"])
        }
    }

    @Test("without doors, what is no gRPC is refused as before", .timeLimit(.minutes(20)))
    func closed() async throws {
        try await WebScene.with(doors: false) { caller, _ in
            let answer = try await caller.call("\(Self.service)/Do", json: "{}")
            #expect(answer.status == 415 && answer.body.isEmpty)
        }
    }

    @Test("a failed call tells its identifier at every door, and scripts of a page may read it", .timeLimit(.minutes(20)))
    func identifiers() async throws {
        try await WebScene.with(records: true) { caller, _ in
            let connect = try await caller.call(
                "\(Self.service)/Do", json: #"{"number":-1}"#, headers: ["origin: https://app.region.example"])
            #expect(
                connect.head.contains("trailer-sampan-call-id: ") && connect.head.contains("-details-bin, sampan-call-id"), "\(connect)")
            let grpcWeb = try await caller.call("\(Self.service)/Init", Self.frames([[]]), type: "application/grpc-web")
            #expect(String(decoding: grpcWeb.body, as: UTF8.self).contains("sampan-call-id:"), "\(grpcWeb)")
        }
    }
}
