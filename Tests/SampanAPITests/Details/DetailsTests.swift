import SampanAPI
import SampanProtobuf
import SampanRPC
import Testing

@Suite("Typed error details")
struct RPCErrorDetailsTests {
    @Test("details are read back by type")
    func roundTrip() throws {
        let info = GoogleRPC.ErrorInfo(reason: "REQUEST_ID_REUSED", domain: "payment.sampan", metadata: ["k": "值"])
        let retry = GoogleRPC.RetryInfo(retryDelay: GoogleProtobuf.Duration(.milliseconds(1500)))
        let error = RPCError(code: .alreadyExists, message: "已存在", details: [info, retry])
        #expect(error.errorInfo == info)
        #expect(error.retryInfo?.retryDelay?.duration == .milliseconds(1500))
        #expect(error.badRequest == nil)
        let status = try GoogleRPC.Status(serialized: error.statusDetails)
        #expect(status.code == 6 && status.message == "已存在")
        #expect(status.details.first?.typeURL == "type.googleapis.com/google.rpc.ErrorInfo")
    }

    @Test("garbage from a peer is no detail", arguments: [[0xFF], [0x0A, 0x01], [0x1A, 0x02, 0x0A, 0x00]] as [[UInt8]])
    func garbage(bytes: [UInt8]) {
        #expect(RPCError(code: .internal, message: "", statusDetails: bytes).errorInfo == nil)
    }

    @Test("details too large for trailers are left out from the last on")
    func large() {
        let small = GoogleRPC.ErrorInfo(reason: "A", domain: "d")
        let large = GoogleRPC.BadRequest(fieldViolations: [.init(field: "f", description: String(repeating: "x", count: 7000))])
        let error = RPCError(code: .internal, message: "m", details: [small, large])
        #expect(error.errorInfo == small)
        #expect(error.badRequest == nil)
        #expect(error.statusDetails.count < 100)
    }
}

@Suite("Timestamp and Duration")
struct TimeConversionTests {
    @Test(
        "nanoseconds since 1970 there and back",
        arguments: [0, 1, -1, 999_999_999, 1_000_000_000, -1_000_000_000, -1_000_000_001, .max, .min, 1_700_000_000_123_456_789] as [Int64])
    func timestamp(nanoseconds: Int64) {
        let timestamp = GoogleProtobuf.Timestamp(nanosecondsSince1970: nanoseconds)
        #expect((0...999_999_999).contains(timestamp.nanos))
        #expect(timestamp.nanosecondsSince1970 == nanoseconds)
    }

    static let badTimestamps: [(Int64, Int32)] = [
        (0, -1), (0, 1_000_000_000), (9_223_372_036, 854_775_808), (-9_223_372_037, 145_224_191), (.max, 0), (.min, 0), (.min, 999_999_999),
    ]
    @Test("what does not fit is nil", arguments: badTimestamps)
    func badTimestamp(seconds: Int64, nanos: Int32) {
        #expect(GoogleProtobuf.Timestamp(seconds: seconds, nanos: nanos).nanosecondsSince1970 == nil)
    }

    @Test(
        "durations there and back",
        arguments: [.zero, .seconds(1), .seconds(-1), .nanoseconds(-1), .milliseconds(-1500), .seconds(315_576_000_000)] as [Duration])
    func duration(duration: Duration) throws {
        #expect(try #require(GoogleProtobuf.Duration(duration)).duration == duration)
    }

    static let badDurations: [(Int64, Int32)] = [
        (1, -1), (-1, 1), (0, 1_000_000_000), (0, -1_000_000_000), (315_576_000_001, 0), (.max, 0), (.min, 0),
    ]
    @Test("impossible durations are nil", arguments: badDurations)
    func badDuration(seconds: Int64, nanos: Int32) {
        #expect(GoogleProtobuf.Duration(seconds: seconds, nanos: nanos).duration == nil)
    }

    @Test(
        "more than 10,000 years is no protobuf duration",
        arguments: [
            .seconds(315_576_000_001), .seconds(315_576_000_000) + .nanoseconds(1), Duration(attoseconds: .max),
            Duration(attoseconds: .min),
        ] as [Duration])
    func tooLong(duration: Duration) {
        #expect(GoogleProtobuf.Duration(duration) == nil)
    }
}
