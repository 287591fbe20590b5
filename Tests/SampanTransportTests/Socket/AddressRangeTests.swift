import Testing

@testable import SampanTransport

@Suite("Address ranges")
struct AddressRangeTests {
    @Test(
        "what is within, and what is not",
        arguments: [
            (
                "10.20.0.0/16", ["10.20.0.0", "10.20.255.255", "::ffff:10.20.3.4"],
                ["10.19.255.255", "10.21.0.0", "::10.20.0.1", "2001:db8::1"]
            ),
            ("10.20.1.7", ["10.20.1.7"], ["10.20.1.6", "10.20.1.8"]),
            ("10.20.1.6/31", ["10.20.1.6", "10.20.1.7"], ["10.20.1.5", "10.20.1.8"]),
            ("10.20.1.7/32", ["10.20.1.7"], ["10.20.1.6"]),
            ("128.0.0.0/1", ["128.0.0.0", "255.255.255.255"], ["127.255.255.255"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::1", "::"]),
            ("2001:db8::/33", ["2001:db8::", "2001:db8:7fff::1"], ["2001:db8:8000::", "2001:db7:ffff::"]),
            ("::/0", ["::", "ffff::"], ["10.0.0.1", "::ffff:10.0.0.1"]),
            ("::1", ["::1", "0:0:0:0:0:0:0:1"], ["::2", "127.0.0.1"]),
            ("::ffff:10.1.2.3", ["10.1.2.3", "::ffff:10.1.2.3"], ["10.1.2.4"]),
        ] as [(String, [String], [String])])
    func ranges(text: String, inside: [String], outside: [String]) throws {
        let range = try #require(AddressRange(text))
        for host in inside { #expect(range.contains(try #require(NumericAddress(host))), "\(host)") }
        for host in outside { #expect(!range.contains(try #require(NumericAddress(host))), "\(host)") }
        #expect(AddressRange(range.description) == range)
    }

    @Test("what is no address", arguments: ["", "unknown", "10.20.0", "10.20.0.1:80", "[::1]", "fe80::1%eth0", "localhost", "1.2.3.4.5"])
    func noAddress(text: String) { #expect(NumericAddress(text) == nil) }

    @Test("an address is written as it is read, and an IPv4 one in an IPv6 one's clothes as what it is")
    func text() {
        for text in ["10.1.2.3", "2001:db8::1", "::"] { #expect(NumericAddress(text)?.description == text) }
        #expect(NumericAddress("::ffff:10.1.2.3")?.description == "10.1.2.3")
    }

    @Test(
        "what is no range",
        arguments: [
            "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.0/８",
            "10.20.1.0/16", "10.20.1.7/31", "::1/127", "2001:db8::/129", "10.0.0/8", "010.0.0.0/8", "10.0.0.256", "example.com", "*",
            " 10.0.0.1",
            "fe80::1%eth0", "10.0.0.0/99999999999999999999",
        ])
    func wrong(text: String) { #expect(AddressRange(text) == nil) }
}
