import SampanHarness
import SampanTestSupport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("Bad input: bytes that are wrong below gRPC")
    struct HostileBytesTests {
        private static let expected = [
            "nothing at all": "closed", "not TLS": "closed", "plain HTTP/1.1": "closed", "plain HTTP/2": "closed",
            "half a ClientHello": "closed", "TLS 1.2": "refused", "no ALPN": "refused", "ALPN http/1.1": "refused",
            "no client certificate": "refused", "not HTTP/2": "closed", "broken frame": "GOAWAY", "GET": "405 then status",
            "content type": "415 then status", "truncated message": "status then status", "truncated prefix": "status then status",
            "compressed message": "status then status", "message without end": "status",
        ]

        @Test("GW-15: not TLS, not HTTP/2, not gRPC: each is refused on its own, and the gateway serves on")
        func hostile() async throws {
            let scratch = try TemporaryDirectory()
            try await BadCallTests.unharmed { region, hospital in
                let files = region.credentialFiles("hospital-\(hospital.institution)")
                let run = try await FinishedProgram.run(
                    try Programs.python(),
                    [
                        "\(Programs.root)/Tests/SampanEndToEndTests/Python/hostile.py", "\(region.gatewayPort)", files.trust,
                        files.certificate, files.key,
                    ], scratch: scratch)
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.values == Self.expected)
            }
        }
    }

    @Suite("A foreign stack")
    struct ForeignClientTests {
        @Test("GW-10 CE-01: grpcio books, pays, watches, and reads the canonical error details")
        func booking() async throws {
            let scratch = try TemporaryDirectory()
            try await withRegion(workers: 2) { region in
                let (hospital, payer) = (region.credentialFiles("hospital-\(Hospital.code)"), region.credentialFiles("payer"))
                let run = try await FinishedProgram.run(
                    try Programs.python(),
                    [
                        "\(Programs.root)/Tests/SampanEndToEndTests/Python/foreign.py", "\(Programs.root)/Protos", scratch.path,
                        "127.0.0.1:\(region.gatewayPort)", "127.0.0.1:\(region.simulatorPort)", hospital.trust, hospital.certificate,
                        hospital.key, payer.certificate, payer.key, Hospital.code,
                    ], scratch: scratch)
                #expect(run.status == 0, "\(run.errors)")
                #expect(
                    run.values == [
                        "created": "PAYMENT_STATE_CREATED", "final": "PAYMENT_STATE_POSTED True 0", "again": "True",
                        "amount": "INVALID_ARGUMENT True amount_fen", "channel": "INVALID_ARGUMENT True channel",
                        "reused": "ALREADY_EXISTS True REQUEST_ID_REUSED", "without certificate": "UNAVAILABLE",
                    ])
                let books = try await DayBooks.read(region)
                #expect(books.hisCharges.mapValues(\.count) == ["PY1": 1])
            }
        }
    }
}

extension FinishedProgram {
    /// Lines `name: value`.
    fileprivate var values: [String: String] {
        var values: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            values[String(parts[0])] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        return values
    }
}
