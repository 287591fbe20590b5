import SampanCrypto
import SampanTestSupport
import Testing

@testable import SampanMesh

@Suite("Tickets of enrolment")
struct EnrollmentTicketTests {
    private static let token = (0..<32).map { UInt8($0 * 7 % 256) }

    private static func ticket() throws -> EnrollmentTicket {
        try EnrollmentTicket(token: token, root: TrustRegion().root.certificate.der)
    }

    @Test("a ticket is read as it was printed, with white space around it")
    func round() throws {
        let ticket = try Self.ticket()
        #expect(ticket.text.hasPrefix("sampan-enroll-v1.") && ticket.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(try EnrollmentTicket(text: ticket.text) == ticket)
        #expect(try EnrollmentTicket(text: " \t\(ticket.text)\r\n") == ticket)
    }

    @Test("what is none is refused, and nothing of it is repeated")
    func bad() throws {
        let text = try Self.ticket().text
        let parts = text.split(separator: ".").map(String.init)
        let rows = [
            "", ".", "sampan-enroll-v1..", text + ".", "sampan-enroll-v2.\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1])",
            "\(parts[0]).\(parts[1].dropLast(4)).\(parts[2])", "\(parts[0]).\(parts[1]).\(parts[2].dropLast(8))",
            "\(parts[0]).\(parts[1].dropLast())!.\(parts[2])", "\(parts[0]).\(parts[1])=.\(parts[2])", "令牌",
            String(repeating: "A", count: 30_000),
        ]
        for row in rows {
            let error = #expect(throws: EnrollmentError.self, "\(row.prefix(40))") { try EnrollmentTicket(text: row) }
            #expect(error?.reason == .badTicket && error?.description.contains(parts[1].prefix(8)) == false)
        }
        #expect(throws: EnrollmentError.self) { try EnrollmentTicket(token: [1], root: TrustRegion().root.certificate.der) }
        // A node's certificate is no root.
        #expect(throws: EnrollmentError.self) { try EnrollmentTicket(token: Self.token, root: TrustRegion().identity().leaf.der) }
    }

    @Test(
        "base64url: the table of RFC 4648 §10, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
        ])
    func table(plain: String, coded: String) {
        #expect(Base64URL.encode(Array(plain.utf8)) == coded)
        #expect(Base64URL.decode(Array(coded.utf8)) == Array(plain.utf8))
    }

    @Test("base64url: what stands for nothing is none", arguments: ["A", "AAAAA", "Zh", "Zm9", "Zm+v", "Zm/v", "Zg==", "Z g", "名"])
    func none(coded: String) { #expect(Base64URL.decode(Array(coded.utf8)) == nil) }

    @Test("base64url: random bytes come back")
    func random() {
        var random = SeededRandom(seed: 4)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(Base64URL.decode(Array(Base64URL.encode(bytes).utf8)) == bytes)
        }
    }
}
