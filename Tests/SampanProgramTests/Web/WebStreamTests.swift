import Foundation
import SampanCompression
import StoreTestSupport
import Testing

@Suite("Streams of Connect, called by curl", .blocking)
struct WebStreamTests {
    private static let service = WebScene.service

    @Test("the server streams, the client streams, both do: JSON and wire format, and the end says OK", .timeLimit(.minutes(20)))
    func kinds() async throws {
        try await WebScene.with { caller, guardian in
            let watch = try await caller.stream("\(Self.service)/Watch", [#"{"number":3}"#])
            #expect(watch.status == 200 && watch.head.contains("content-type: application/connect+json\r\n"))
            #expect(watch.head.contains("cache-control: no-store") && !watch.head.contains("connect-content-encoding"))
            #expect(watch.envelopes?.map(\.text) == ["{}", #"{"number":1}"#, #"{"number":2}"#, "{}"], "\(watch.text)")
            #expect(watch.envelopes?.map(\.flags) == [0, 0, 0, 2])
            let sum = try await caller.stream("\(Self.service)/Collect", [#"{"number":3}"#, #"{"number":4,"payload":"AQ=="}"#])
            #expect(sum.envelopes?.map(\.text) == [#"{"payload":"AQ==","number":7}"#, "{}"], "\(sum.text)")
            let none = try await caller.stream("\(Self.service)/Collect", [])
            #expect(none.envelopes?.map(\.text) == ["{}", "{}"])
            let chat = try await caller.call(
                "\(Self.service)/Chat", Envelope.bytes([[0x10, 1], [0x10, 2]]), type: "application/connect+proto")
            let minus = [UInt8](repeating: 0xFF, count: 8)
            #expect(
                chat.envelopes == [
                    Envelope([0x10, 0xFF, 0xFF] + minus.dropFirst(1) + [1]), Envelope([0x10, 0xFE, 0xFF] + minus.dropFirst(1) + [1]),
                    Envelope(Array("{}".utf8), flags: 2),
                ], "\(chat.body)")
            #expect(
                guardian.calls == ["admin Watch OK", "admin Collect OK", "admin Collect OK", "admin Chat OK"])
        }
    }

    @Test("what fails says so in the last message: before the first one, after some, and of what is not there", .timeLimit(.minutes(20)))
    func failures() async throws {
        try await WebScene.with { caller, _ in
            let late = try await caller.stream("\(Self.service)/Watch", [#"{"number":2,"payload":"AQ=="}"#])
            #expect(late.status == 200 && late.envelopes?.count == 3)
            #expect(late.end == #"{"error":{"code":"data_loss","message":"lost"}}"#, "\(late.text)")
            let bad = try await caller.stream("\(Self.service)/Watch", [#"{"nummer":2}"#])
            #expect(bad.status == 200 && bad.envelopes?.count == 1 && bad.end?.contains("there is no field nummer") == true)
            let unknown = try await caller.stream("/no.Such/Method", ["{}"])
            #expect(unknown.status == 200 && unknown.end?.contains(#""code":"unimplemented""#) == true)
        }
    }

    @Test("messages are compressed one by one, both ways where the caller says so", .timeLimit(.minutes(20)))
    func compression() async throws {
        try await WebScene.with { caller, _ in
            let message = try Gzip.compress(Array(#"{"number":2}"#.utf8))
            let body = Envelope(message, flags: 1).bytes + Envelope(Array(#"{"number":5}"#.utf8)).bytes
            let sum = try await caller.call(
                "\(Self.service)/Collect", body, type: "application/connect+json", headers: ["connect-content-encoding: gzip"])
            #expect(sum.envelopes?.first?.text == #"{"number":7}"#, "\(sum)")
            let wire = try await caller.call(
                "\(Self.service)/Collect", Envelope(try Gzip.compress([0x10, 9]), flags: 1).bytes, type: "application/connect+proto",
                headers: ["connect-content-encoding: gzip"])
            #expect(wire.envelopes?.first?.payload == [0x10, 9], "\(wire)")
            let unary = try await caller.call(
                "\(Self.service)/Do", try Gzip.compress(Array(#"{"number":2}"#.utf8)), headers: ["content-encoding: gzip"])
            #expect(unary.text == #"{"number":3}"#)
            let web = try await caller.call(
                "\(Self.service)/Do", Envelope(try Gzip.compress([0x10, 1]), flags: 1).bytes, type: "application/grpc-web",
                headers: ["grpc-encoding: gzip"])
            #expect(web.envelopes?.first?.payload == [0x10, 2])
        }
        try await WebScene.with(services: [PackedKinds()]) { caller, _ in
            let watch = "\(Self.service)/Watch"
            let body = Envelope.bytes([[0x10, 2]])
            let packed = try await caller.call(
                watch, body, type: "application/connect+proto", headers: ["connect-accept-encoding: gzip"])
            #expect(packed.head.contains("connect-content-encoding: gzip\r\n") && packed.envelopes?.map(\.flags) == [1, 1, 2])
            let first = try #require(packed.envelopes?.first?.payload)
            #expect(try Gzip.inflate(first, limit: 10_000) == [0x0A, 0xA0, 0x1F] + PackedKinds.payload)
            let plain = try await caller.call(watch, body, type: "application/connect+proto")
            #expect(plain.envelopes?.map(\.flags) == [0, 0, 2] && !plain.head.contains("connect-content-encoding"))
            let unary = try await caller.call("\(Self.service)/Do", json: "{}", headers: ["accept-encoding: gzip"])
            #expect(unary.head.contains("content-encoding: gzip\r\n"))
            #expect(String(decoding: try Gzip.inflate(unary.body, limit: 10_000), as: UTF8.self).hasSuffix(#""number":1}"#))
            let web = try await caller.call(watch, body, type: "application/grpc-web", headers: ["grpc-accept-encoding: gzip"])
            #expect(web.head.contains("grpc-encoding: gzip\r\n") && web.envelopes?.map(\.flags) == [1, 1, 0x80])
        }
    }
}
