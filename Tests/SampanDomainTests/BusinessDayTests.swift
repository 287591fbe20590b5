import SampanDomain
import Testing

@Suite("Business days")
struct BusinessDayTests {
    @Test("both ways to write a day are the same day", arguments: ["2026-11-18", "20261118"])
    func reads(text: String) throws {
        let day = try #require(BusinessDay(text))
        #expect(day.text == "2026-11-18" && day.compact == "20261118" && day.number == 20_261_118)
        #expect(day.next == "2026-11-19" && day.compactNext == "20261119")
        #expect(BusinessDay(number: 20_261_118) == day)
    }

    @Test("no day", arguments: ["", "2026-11-31", "20260229", "2026-1-18", "26-11-18", "2026/11/18", "2026-11-18 00:00:00", "1600-01-01"])
    func refuses(text: String) { #expect(BusinessDay(text) == nil) }

    @Test("no day's number", arguments: [0, -20_261_118, 20_261_131, 20_260_229, 99_999_999, Int64.max])
    func refuses(number: Int64) { #expect(BusinessDay(number: number) == nil) }

    @Test("midnight in China begins the day; the end of a month and of a year lead on")
    func midnight() throws {
        let midnight = try UnixTime(chinaText: "2026-12-01 00:00:00")
        #expect(BusinessDay(midnight).text == "2026-12-01")
        #expect(BusinessDay(midnight.advanced(byNanoseconds: -1)).text == "2026-11-30")
        #expect(BusinessDay("20261130")?.next == "2026-12-01" && BusinessDay("20261231")?.next == "2027-01-01")
        #expect(try #require(BusinessDay("20261130")) < BusinessDay(midnight))
    }
}
