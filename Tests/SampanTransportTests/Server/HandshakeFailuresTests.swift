@testable import SampanCrypto
@testable import SampanTransport
import Testing

@Suite("Record of failed handshakes")
struct HandshakeFailuresTests {
    private static func failure(_ detail: String = "", _ reason: TLSError.Reason = .notTLS) -> FailedHandshake {
        FailedHandshake(.ended(reason, role: .server, detail: detail), certificate: nil, isAfterHandshake: false)
    }

    private static func details(_ failures: HandshakeFailures, _ address: String) -> [String] {
        failures.entries(of: address).map(\.failure.explanation.detail)
    }

    @Test("the last 64 of an address are kept, the oldest first", arguments: [1, 63, 64, 65, 200])
    func lastOfAddress(count: Int) {
        let failures = HandshakeFailures()
        for number in 0..<count { failures.note(Self.failure("\(number)"), host: "192.0.2.1", address: "192.0.2.1:\(number)") }
        #expect(Self.details(failures, "192.0.2.1") == (max(0, count - 64)..<count).map { "\($0)" })
        #expect(failures.counts == [.unexpectedMessage: count])
        #expect(failures.entries(of: "192.0.2.1").last?.address == "192.0.2.1:\(count - 1)")
    }

    @Test("a flood from one address costs the others nothing")
    func flood() {
        let failures = HandshakeFailures()
        for host in 0..<256 { failures.note(Self.failure(), host: "192.0.2.\(host)", address: "a") }
        for _ in 0..<10_000 { failures.note(Self.failure(), host: "192.0.2.7", address: "a") }
        #expect(failures.addresses.count == 256)
        #expect(failures.addresses.first == "192.0.2.7")
        #expect((0..<256).allSatisfy { !failures.entries(of: "192.0.2.\($0)").isEmpty })
    }

    @Test("one address more pushes the quietest out, and only that one")
    func eviction() {
        let failures = HandshakeFailures()
        for host in 0..<256 { failures.note(Self.failure(), host: "192.0.2.\(host)", address: "a") }
        // The first has been heard again: now the second is the quietest.
        failures.note(Self.failure(), host: "192.0.2.0", address: "a")
        failures.note(Self.failure(), host: "198.51.100.1", address: "a")
        #expect(failures.addresses.count == 256)
        #expect(failures.entries(of: "192.0.2.1").isEmpty)
        #expect(failures.entries(of: "192.0.2.0").count == 2)
        #expect(failures.entries(of: "192.0.2.2").count == 1)
        #expect(failures.counts[.unexpectedMessage] == 258)
    }

    @Test("an IPv6 network of 64 bits is one address: who has one cannot push the others out")
    func networks() {
        let failures = HandshakeFailures()
        failures.note(Self.failure(), host: "192.0.2.1", address: "a")
        for number in 0..<1_000 { failures.note(Self.failure(), host: "2001:db8:1:2:\(String(number, radix: 16))::1", address: "a") }
        failures.note(Self.failure(), host: "2001:db8:1:3::1", address: "a")
        #expect(failures.addresses == ["2001:db8:1:3::/64", "2001:db8:1:2::/64", "192.0.2.1"])
        #expect(failures.entries(of: "2001:db8:1:2::ffff").count == 64)
    }

    @Test("peers that come by IPv4 to a socket for both are as many as they are")
    func mapped() {
        let failures = HandshakeFailures()
        for number in 0..<3 { failures.note(Self.failure(), host: "::ffff:192.0.2.\(number)", address: "a") }
        #expect(failures.addresses == ["192.0.2.2", "192.0.2.1", "192.0.2.0"])
        #expect(failures.entries(of: "::ffff:192.0.2.1").count == 1)
    }

    @Test("successes are counted and not kept")
    func successes() {
        let failures = HandshakeFailures()
        failures.noteSuccess()
        failures.note(Self.failure("", .timedOut), host: "192.0.2.1", address: "a")
        #expect(failures.counts == [.success: 1, .handshakeTimeout: 1])
        #expect(failures.entries(of: "192.0.2.2").isEmpty)
    }
}
