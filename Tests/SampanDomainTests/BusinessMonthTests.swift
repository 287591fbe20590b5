import SampanDomain
import Testing

@Suite("Business month")
struct BusinessMonthTests {
    @Test(
        "reads both forms, and nothing else",
        arguments: [
            ("2026-11", 202_611), ("202611", 202_611), ("1678-01", 167_801), ("2261-12", 226_112), ("2026-00", nil), ("2026-13", nil),
            ("1677-12", nil), ("2262-01", nil), ("2026-1", nil), ("2026/11", nil), ("", nil), ("2026-11-18", nil), ("２０２６11", nil),
        ] as [(String, Int64?)])
    func reading(text: String, number: Int64?) { #expect(BusinessMonth(text)?.number == number) }

    @Test("the month after, over a year's end; days lie in their month")
    func order() throws {
        let november = try #require(BusinessMonth("2026-11"))
        #expect(november.next.text == "2026-12" && november.next.next.text == "2027-01")
        let leap = try #require(BusinessDay("2028-02-29"))
        #expect(BusinessMonth(leap).text == "2028-02" && BusinessMonth(leap).dayNumbers.contains(leap.number))
        #expect(!november.dayNumbers.contains(leap.number))
    }

    @Test(
        "ranges: both ends included, a limit, never backwards",
        arguments: [
            ("2026-11", "2027-01", 3, 3), ("2026-11", "2026-11", 1, 1), ("2026-11", "2027-01", 2, nil), ("2026-12", "2026-11", 9, nil),
        ]
            as [(String, String, Int, Int?)])
    func ranges(from: String, to: String, limit: Int, count: Int?) throws {
        let (first, last) = (try #require(BusinessMonth(from)), try #require(BusinessMonth(to)))
        #expect(BusinessMonth.range(from: first, through: last, limit: limit)?.count == count)
    }
}
