import Testing

@testable import SampanTransport

@Suite("Host and port")
struct HostAndPortTests {
    @Test(
        "what people write",
        arguments: [
            ("127.0.0.1:7443", "127.0.0.1", 7_443), ("[::1]:7443", "::1", 7_443), ("gateway.example:1", "gateway.example", 1),
            ("a:0", "a", 0), ("a:65535", "a", 65_535), ("a:00080", "a", 80),
        ] as [(String, String, UInt16)])
    func right(text: String, host: String, port: UInt16) throws {
        let address = try #require(HostAndPort(text))
        #expect(address.host == host && address.port == port)
    }

    @Test(
        "what is none",
        arguments: [
            "", ":", "a", "a:", ":80", "a:65536", "a:-1", "a:+80", "a:8 0", "a:８０", "::1:80", "[::1]", "[]:80", "[::1:80", "::1]:80",
            "a b:80",
            "[[::1]]:80", "http://a:80", "a:80:90", "a:99999999999999999999",
        ])
    func wrong(text: String) { #expect(HostAndPort(text) == nil) }
}
