import Foundation
import SampanAPI
import SampanCompression
import SampanNode
import SampanRPC
import SampanTestMessages
import StoreTestSupport
import Testing

@Suite("Calls through the doors for other nodes, by curl", .blocking)
struct WebRelayTests {
    private static let service = WebScene.service
    private static let to = "sampan-to: \(WebMesh.far)"
    private static let contracts = [TestV1.fourKindsServiceDescriptor, GRPCHealthV1.healthDescriptor]

    @Test("all four kinds in every protocol, named or by the nearest that serves; the far end knows who called", .timeLimit(.minutes(20)))
    func kinds() async throws {
        try await WebMesh.with([FourKinds(), WebHealth()], contracts: Self.contracts) { mesh in
            let caller = mesh.caller
            for headers in [[Self.to], ["sampan-to: \(WebMesh.far)/ecg-1"], []] {
                let json = try await caller.call("\(Self.service)/Do", json: #"{"payload":"_w","number":1}"#, headers: headers)
                #expect(json.status == 200 && json.text == #"{"payload":"/w==","number":2}"#, "\(headers) \(json)")
                let wire = try await caller.call("\(Self.service)/Do", [0x10, 41], type: "application/proto", headers: headers)
                #expect(wire.status == 200 && wire.body == [0x10, 42] && wire.head.contains("content-type: application/proto"))
                let watch = try await caller.stream("\(Self.service)/Watch", [#"{"number":2}"#], headers: headers)
                #expect(watch.envelopes?.map(\.text) == ["{}", #"{"number":1}"#, "{}"] && watch.end == "{}", "\(watch)")
                let sum = try await caller.stream("\(Self.service)/Collect", [#"{"number":3}"#, #"{"number":4}"#], headers: headers)
                #expect(sum.envelopes?.map(\.text) == [#"{"number":7}"#, "{}"], "\(sum)")
                let collect = try await caller.call(
                    "\(Self.service)/Collect", Envelope.bytes([[0x10, 3], [0x10, 4]]), type: "application/connect+proto", headers: headers)
                #expect(collect.envelopes == [Envelope([0x10, 7]), Envelope(Array("{}".utf8), flags: 2)], "\(collect)")
                let trailer = Envelope(Array("grpc-status:0\r\n".utf8), flags: 0x80)
                let web = try await caller.call(
                    "\(Self.service)/Collect", Envelope.bytes([[0x10, 3], [0x10, 4]]), type: "application/grpc-web+proto", headers: headers)
                #expect(web.envelopes == [Envelope([0x10, 7]), trailer], "\(web)")
                let webJSON = try await caller.call(
                    "\(Self.service)/Do", Envelope.bytes([Array(#"{"number":1}"#.utf8)]), type: "application/grpc-web+json",
                    headers: headers)
                #expect(webJSON.envelopes == [Envelope(Array(#"{"number":2}"#.utf8)), trailer], "\(webJSON)")
                let text = Data(Envelope.bytes([[0x10, 1]])).base64EncodedString()
                let base64 = try await caller.call(
                    "\(Self.service)/Do", Array(text.utf8), type: "application/grpc-web-text", headers: headers)
                #expect(base64.text == Data(Envelope([0x10, 2]).bytes).base64EncodedString() + Data(trailer.bytes).base64EncodedString())
                let get = try await caller.get("/grpc.health.v1.Health/Check?encoding=json&message=%7B%7D", headers: headers)
                #expect(get.status == 200 && get.text == #"{"status":"SERVING"}"#, "\(get)")
            }
            let uri = "spiffe://\(WebMesh.domain)/app/\(WebMesh.near)/his"
            #expect(Set(mesh.nearGuard.callers) == [uri] && Set(mesh.farGuard.callers) == [uri])
            #expect(mesh.farGuard.calls.allSatisfy { $0.hasSuffix(" OK") })
            #expect(mesh.nearGuard.calls.count == 27 && mesh.nearGuard.calls.allSatisfy { $0.hasSuffix(" OK") })
        }
    }

    @Test("status and details of the far node, and those of the way, come as those of this node do", .timeLimit(.minutes(20)))
    func failures() async throws {
        try await WebMesh.with([FourKinds()], contracts: Self.contracts) { mesh in
            let (caller, to) = (mesh.caller, [Self.to])
            let failed = try await caller.call("\(Self.service)/Do", json: #"{"number":-1}"#, headers: to)
            #expect(failed.status == 400, "\(failed)")
            #expect(
                failed.text.hasPrefix(
                    #"{"code":"invalid_argument","message":"number is negative","details":[{"type":"google.rpc.BadRequest","#))
            let lost = try await caller.stream("\(Self.service)/Watch", [#"{"number":2,"payload":"AQ=="}"#], headers: to)
            #expect(lost.envelopes?.count == 3 && lost.end == #"{"error":{"code":"data_loss","message":"lost"}}"#, "\(lost)")
            let late = try await caller.call("\(Self.service)/Default", json: "{}", headers: to + ["connect-timeout-ms: 200"])
            #expect(late.status == 504 && late.text.contains("deadline_exceeded"), "\(late)")
            let nobody = try await caller.call("\(Self.service)/Do", json: "{}", headers: ["sampan-to: 4699010009"])
            #expect(nobody.status == 404 && nobody.text.contains("google.rpc.ErrorInfo"), "\(nobody)")
            let bad = try await caller.call("\(Self.service)/Do", json: "{}", headers: ["sampan-to: a/b/c"])
            #expect(bad.status == 400 && bad.text.contains("sampan-to is an institution's code"))
            let unknown = try await caller.call("/no.Such/Method", json: "{}")
            #expect(unknown.status == 501 && unknown.text.contains("nobody of this institution"), "\(unknown)")
            let field = try await caller.call("\(Self.service)/Do", json: #"{"nummer":1}"#, headers: to)
            #expect(field.status == 400 && field.text.contains("there is no field nummer"))
            for header in ["sampan-via: 4699010001/his-1", "sampan-caller-bin: AQ"] {
                let answer = try await caller.call("\(Self.service)/Do", json: "{}", headers: to + [header])
                #expect(answer.status == 501 && answer.text.contains("with gRPC"), "\(answer)")
            }
        }
    }

    @Test("a node without the contract passes wire format on, and says why it cannot read JSON; it takes no GET", .timeLimit(.minutes(20)))
    func unknownContract() async throws {
        try await WebMesh.with([FourKinds(), WebHealth()], contracts: []) { mesh in
            let (caller, to) = (mesh.caller, [Self.to])
            let json = try await caller.call("\(Self.service)/Do", json: "{}", headers: to)
            #expect(
                json.status == 501 && json.text.contains("no contract of the method") && json.text.contains("application/proto"), "\(json)")
            let stream = try await caller.stream("\(Self.service)/Watch", ["{}"], headers: to)
            #expect(stream.end?.contains("no contract of the method") == true)
            let get = try await caller.get("/grpc.health.v1.Health/Check?encoding=proto&message=", headers: to)
            #expect(get.status == 405 && get.head.contains("allow: POST\r\n"))
            #expect(mesh.farGuard.calls.isEmpty)
            let wire = try await caller.call("\(Self.service)/Do", [0x10, 41], type: "application/proto", headers: to)
            #expect(wire.status == 200 && wire.body == [0x10, 42])
            // Nobody here knows that it streams: the first message that is one too many says so.
            let many = try await caller.call("\(Self.service)/Watch", [0x10, 3], type: "application/proto", headers: to)
            #expect(many.status == 501 && many.text.contains("more than one message"), "\(many)")
            let none = try await caller.call("\(Self.service)/Watch", [], type: "application/proto", headers: to)
            #expect(none.status == 500 && none.text.contains("without a message"))
        }
    }

    @Test("the policy of the first node counts before anything leaves it", .timeLimit(.minutes(20)))
    func policy() async throws {
        try await WebMesh.with([FourKinds()], contracts: Self.contracts, refusing: "Do") { mesh in
            let json = try await mesh.caller.call("\(Self.service)/Do", json: "{}", headers: [Self.to])
            #expect(json.status == 403 && json.text == #"{"code":"permission_denied","message":"no rule lets you"}"#)
            let web = try await mesh.caller.call(
                "\(Self.service)/Do", Envelope.bytes([[]]), type: "application/grpc-web", headers: [Self.to])
            #expect(web.envelopes?.first?.text == "grpc-status:7\r\ngrpc-message:no rule lets you\r\n")
            #expect(mesh.farGuard.calls.isEmpty)
        }
    }

    @Test("metadata of the call goes on, what the browser says to its host does not", .timeLimit(.minutes(20)))
    func metadata() async throws {
        try await WebMesh.with([FourKinds()], contracts: Self.contracts, refusing: "") { mesh in
            let headers = [
                Self.to, "x-word: boat", "cookie: session=1", "referer: https://app.region.example/p", "origin: \(WebScene.origin)",
                "connect-protocol-version: 1", "sec-fetch-site: cross-site", "accept-language: zh", "x-bytes-bin: AQ",
            ]
            let answer = try await mesh.caller.call("\(Self.service)/Init", json: "{}", headers: headers)
            #expect(answer.status == 400 && answer.text == #"{"code":"failed_precondition","message":"boat"}"#, "\(answer)")
            #expect(answer.head.contains("access-control-allow-origin: \(WebScene.origin)\r\n"))
            #expect(mesh.farGuard.metadata == ["x-word", "x-bytes-bin"])
        }
    }

    @Test("compressed messages go on as they came; who takes none gets none", .timeLimit(.minutes(20)))
    func compression() async throws {
        try await WebMesh.with([PackedKinds()], contracts: Self.contracts) { mesh in
            let (caller, to) = (mesh.caller, [Self.to])
            let plain = [0x0A, 0xA0, 0x1F] + PackedKinds.payload + [0x10, 2]
            let request = try Gzip.compress([0x10, 1])
            let asked = try await caller.call(
                "\(Self.service)/Do", request, type: "application/proto", headers: to + ["content-encoding: gzip"])
            #expect(asked.status == 200 && asked.head.contains("content-encoding: gzip\r\n"))
            #expect(try Gzip.inflate(asked.body, limit: 10_000) == plain)
            let bare = try await caller.call("\(Self.service)/Do", [0x10, 1], type: "application/proto", headers: to)
            #expect(bare.body == plain && !bare.head.contains("content-encoding"))
            let stream = try await caller.call(
                "\(Self.service)/Watch", Envelope.bytes([[0x10, 2]]), type: "application/connect+proto",
                headers: to + ["connect-accept-encoding: gzip"])
            #expect(
                stream.head.contains("connect-content-encoding: gzip\r\n") && stream.envelopes?.map(\.flags) == [1, 1, 2], "\(stream.head)")
            let json = try await caller.call(
                "\(Self.service)/Do", json: #"{"number":1}"#, headers: to + ["accept-encoding: gzip"])
            #expect(json.text.hasSuffix(#""number":2}"#) && !json.head.contains("content-encoding"))
        }
    }

    @Test("large messages pass, those over the limit are refused here as there", .timeLimit(.minutes(20)))
    func large() async throws {
        try await WebMesh.with([FourKinds()], contracts: Self.contracts) { mesh in
            let (caller, to) = (mesh.caller, [Self.to])
            // `payload` of 3,000,000 bytes.
            let message: [UInt8] = [0x0A, 0xC0, 0x8D, 0xB7, 0x01] + [UInt8](repeating: 9, count: 3_000_000)
            let unary = try await caller.call("\(Self.service)/Do", message, type: "application/proto", headers: to)
            #expect(unary.status == 200 && unary.body == message + [0x10, 1])
            let web = try await caller.call(
                "\(Self.service)/Do", Envelope.bytes([message]), type: "application/grpc-web", headers: to)
            #expect(web.envelopes?.first?.payload == message + [0x10, 1])
            let over = try await caller.call(
                "\(Self.service)/Do", [UInt8](repeating: 9, count: 4_194_305), type: "application/proto", headers: to)
            #expect(over.status == 429 && over.text.contains("larger than"))
        }
    }
}
