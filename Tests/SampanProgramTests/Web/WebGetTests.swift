import Foundation
import SampanCompression
import StoreTestSupport
import Testing

@Suite("GET of Connect, called by curl", .blocking)
struct WebGetTests {
    private static let check = "/grpc.health.v1.Health/Check"

    @Test(
        "JSON and wire format, plain, in base64 and compressed; errors as of a POST; nothing is kept by a cache", .timeLimit(.minutes(20)))
    func get() async throws {
        try await WebScene.with(services: [WebHealth()]) { caller, guardian in
            let json = try await caller.get("\(Self.check)?connect=v1&encoding=json&message=%7B%7D")
            #expect(json.status == 200 && json.text == #"{"status":"SERVING"}"#, "\(json)")
            #expect(json.head.contains("content-type: application/json\r\n") && json.head.contains("cache-control: no-store\r\n"))
            let wire = try await caller.get("\(Self.check)?encoding=proto&base64=1&message=CgFh")
            #expect(wire.status == 200 && wire.body == [0x08, 1] && wire.head.contains("content-type: application/proto\r\n"))
            let packed = Data(try Gzip.compress(Array("{}".utf8))).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_").replacingOccurrences(
                    of: "=", with: "%3D")
            let compressed = try await caller.get("\(Self.check)?encoding=json&base64=1&compression=gzip&message=\(packed)")
            #expect(compressed.text == #"{"status":"SERVING"}"#, "\(compressed)")
            let missing = try await caller.get("\(Self.check)?encoding=json&message=%7B%22service%22:%22none%22%7D")
            #expect(missing.status == 404 && missing.text == #"{"code":"not_found","message":"no such service"}"#)
            #expect(missing.head.contains("cache-control: no-store"))
            #expect(guardian.calls == ["admin Check OK", "admin Check OK", "admin Check OK", "admin Check NOT_FOUND"])
        }
    }

    @Test("an answer that its handler wants compressed is, for a caller that takes it", .timeLimit(.minutes(20)))
    func compressed() async throws {
        try await WebScene.with(services: [WebHealth()]) { caller, _ in
            let path = "\(Self.check)?encoding=json&message=%7B%22service%22:%22gzip%22%7D"
            let plain = try await caller.get(path)
            #expect(plain.text == #"{"status":"SERVING"}"# && !plain.head.contains("content-encoding"))
            // So short an answer gains nothing: it stays as it is, and the head does not say otherwise.
            let short = try await caller.get(path, headers: ["accept-encoding: gzip"])
            #expect(short.text == #"{"status":"SERVING"}"# && !short.head.contains("content-encoding"))
        }
    }

    @Test("pages: a listed origin may, one of another site may not, whether its browser names it or not", .timeLimit(.minutes(20)))
    func pages() async throws {
        try await WebScene.with(services: [WebHealth()]) { caller, guardian in
            let path = "\(Self.check)?encoding=json&message=%7B%7D"
            for headers in [
                ["origin: https://evil.example"], ["sec-fetch-site: cross-site"], ["sec-fetch-site: same-site"], ["origin: null"],
            ] {
                let answer = try await caller.get(path, headers: headers)
                #expect(answer.status == 403 && !answer.head.contains("access-control"), "\(headers) \(answer)")
            }
            #expect(guardian.calls.isEmpty)
            let own = try await caller.get(path, headers: ["origin: \(WebScene.origin)", "sec-fetch-site: cross-site"])
            #expect(own.status == 200 && own.head.contains("access-control-allow-origin: \(WebScene.origin)\r\n"))
            #expect(own.head.contains("access-control-allow-credentials: true\r\n"))
            for site in ["none", "same-origin"] {
                #expect(try await caller.get(path, headers: ["sec-fetch-site: \(site)"]).status == 200)
            }
        }
    }
}
