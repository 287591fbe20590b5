import SampanDomain
import Testing

@Suite("China time")
struct TimeTests {
    @Test(
        "seconds and text agree both ways",
        arguments: [
            ("1970-01-01 08:00:00", 0), ("1970-01-01 07:59:59", -1), ("2026-11-18 02:55:00", 1_794_941_700),
            ("2024-02-29 23:59:59", 1_709_222_399),
            ("2000-02-29 00:00:00", 951_753_600), ("1900-03-01 00:00:00", -2_203_920_000), ("2262-04-11 00:00:00", 9223257600),
        ] as [(String, Int64)])
    func roundTrip(text: String, seconds: Int64) throws {
        #expect(try UnixTime(chinaText: text).seconds == seconds)
        #expect(try UnixTime(seconds: seconds).chinaText == text)
        #expect(try UnixTime(seconds: seconds, nanoseconds: 999_999_999).chinaText == text)
    }

    @Test(
        "what the calendar does not have is refused",
        arguments: [
            "", "2026-02-29 00:00:00", "1900-02-29 00:00:00", "2026-13-01 00:00:00", "2026-00-01 00:00:00", "2026-01-00 00:00:00",
            "2026-04-31 00:00:00",
            "2026-01-01 24:00:00", "2026-01-01 00:60:00", "2026-01-01 00:00:60", "2026-01-01T00:00:00", "2026-1-1 00:00:00",
            "2026-01-01 00:00:00Z",
            "9999-01-01 00:00:00", "２026-01-01 00:00:0",
        ])
    func refused(text: String) {
        #expect(throws: DomainError.self) { try UnixTime(chinaText: text) }
    }

    @Test("every day of 400 years goes round")
    func everyDay() throws {
        var previous = ""
        for day in -25_000..<90_000 as Range<Int64> {
            let time = try UnixTime(seconds: day * 86_400)
            let text = time.chinaText
            #expect(text > previous)
            #expect(try UnixTime(chinaText: text) == time)
            previous = text
        }
    }

    @Test("the ends do not overflow")
    func ends() {
        #expect(UnixTime(nanoseconds: .max).advanced(byNanoseconds: 1) == UnixTime(nanoseconds: .max))
        #expect(UnixTime(nanoseconds: .min).advanced(byNanoseconds: -1) == UnixTime(nanoseconds: .min))
        #expect(UnixTime(nanoseconds: .min).chinaText == "1677-09-21 08:12:43")
        #expect(ChinaTime(UnixTime(nanoseconds: 0)).compactDate == "19700101")
        #expect(throws: DomainError.self) { try UnixTime(seconds: .max) }
    }

    @Test(
        "UTC as RFC 3339 has it, to a microsecond",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (1, "1970-01-01T00:00:00.000000Z"), (1_000, "1970-01-01T00:00:00.000001Z"),
            (-1, "1969-12-31T23:59:59.999999Z"), (999_999_999, "1970-01-01T00:00:00.999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"), (1_795_028_100_000_250_999, "2026-11-18T18:55:00.000250Z"),
            (.max, "2262-04-11T23:47:16.854775Z"),
        ] as [(Int64, String)])
    func utc(nanoseconds: Int64, expected: String) {
        #expect(UnixTime(nanoseconds: nanoseconds).utcText == expected)
    }
}
