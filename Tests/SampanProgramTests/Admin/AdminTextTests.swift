import ArgumentParser
import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@testable import sampan

@Suite("texts of the admin's commands")
struct AdminTextTests {
    @Test(
        "lengths of time",
        arguments: [
            ("1ms", Duration.milliseconds(1)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("2h", .seconds(7_200)),
            ("7d", .seconds(604_800)),
            ("36500d", .seconds(36_500 * 86_400)), ("36501d", nil), ("0s", nil), ("-1s", nil), ("", nil), ("10", nil), ("s", nil),
            ("1.5h", nil),
            ("10 s", nil), ("9223372036854775807d", nil), ("99999999999999999999s", nil), ("10天", nil), ("١٠s", nil),
        ] as [(String, Duration?)])
    func spans(text: String, duration: Duration?) {
        #expect(TimeSpan(argument: text)?.duration == duration)
    }

    @Test(
        "hexadecimal in either case, with colons or without",
        arguments: [
            ("00", [0]), ("0aFF", [10, 255]), ("0a:ff", [10, 255]), ("", nil), ("0", nil), ("0g", nil), (":", nil), ("０１", nil),
        ] as [(String, [UInt8]?)])
    func hexadecimal(text: String, bytes: [UInt8]?) {
        #expect(Hexadecimal.bytes(text) == bytes)
        if let bytes { #expect(Hexadecimal.bytes(Hexadecimal.lowercase(bytes)) == bytes) }
    }

    @Test("at most 64 bytes are read")
    func longHexadecimal() {
        #expect(Hexadecimal.bytes(String(repeating: "ab", count: 64))?.count == 64)
        #expect(Hexadecimal.bytes(String(repeating: "ab", count: 65)) == nil)
    }

    @Test("a node has a short name in its own domain")
    func names() {
        #expect(NodeName.short("spiffe://d/hospital/1/his-1") == "hospital/1/his-1")
        #expect(NodeName.short("医院\u{1B}[2J") == "医院\\u{1B}[2J")
        #expect(NodeName.identity("hospital/1/a", trustDomain: "d")?.uri == "spiffe://d/hospital/1/a")
        #expect(NodeName.identity("spiffe://e/hospital/1/a", trustDomain: "d")?.trustDomain == "e")
        #expect(NodeName.identity("hospital/1", trustDomain: "d") == nil)
    }

    @Test("a request id has the form of a UUID, and is another each time")
    func requestIDs() throws {
        let (first, second) = (try MutationOptions.parse([]).makeRequestID(), try MutationOptions.parse([]).makeRequestID())
        #expect(first != second && first.count == 36)
        #expect(first.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(first.dropFirst(14).first == "4")
        #expect(try MutationOptions.parse(["--request-id", "同一个"]).makeRequestID() == "同一个")
        #expect(throws: (any Error).self) { try MutationOptions.parse(["--request-id", String(repeating: "x", count: 65)]) }
    }

    @Test(
        "what is wrong with a node, at the bounds",
        arguments: [
            (5.0 * 86_400, 0, []), (5.0 * 86_400 - 1, 0, [.expiring]), (0, 0, [.expiring]), (-1, 0, [.expired]), (864_000, 1_999, []),
            (864_000, 2_000, [.skewed]), (864_000, -2_000, [.skewed]), (864_000, -1_999, []),
        ] as [(Double, Int32, [NodeRow.Mark])])
    func marks(left: Double, skew: Int32, marks: [NodeRow.Mark]) {
        let now = 1_800_000_000.0
        let status = TrustV1.NodeStatus(
            node: "spiffe://d/hospital/1/a", acknowledged: 7,
            certificateEndsAt: GoogleProtobuf.Timestamp(seconds: Int64(now + left), nanos: 0),
            skew: GoogleProtobuf.Duration(seconds: Int64(skew / 1_000), nanos: skew % 1_000 * 1_000_000))
        #expect(NodeRow(status, newest: 7, now: now).marks == marks)
        #expect(NodeRow(status, newest: 8, now: now).marks.first == .lagging)
    }

    @Test(
        "milliseconds are rounded up",
        arguments: [
            (0, 0, 0), (0, 1, 1), (0, 999_999, 1), (0, 1_000_000, 1), (0, 1_000_001, 2), (1, 1, 1_001), (-2, 0, -2_000),
        ] as [(Int64, Int32, Int64)])
    func milliseconds(seconds: Int64, nanos: Int32, milliseconds: Int64) {
        #expect(Moment.milliseconds(GoogleProtobuf.Duration(seconds: seconds, nanos: nanos)) == milliseconds)
    }
}
