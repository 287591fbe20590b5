import SampanDomain
import Testing

@Suite("Money")
struct MoneyTests {
    @Test(
        "yuan text and fen agree both ways",
        arguments: [
            ("0.00", 0), ("0.01", 1), ("-0.01", -1), ("12.34", 1_234), ("-12.30", -1_230), ("1000000.00", 100_000_000),
            ("92233720368547758.07", Int64.max), ("-92233720368547758.08", Int64.min),
        ] as [(String, Int64)])
    func roundTrip(text: String, fen: Int64) throws {
        #expect(try Money(yuan: text) == Money(fen: fen))
        #expect(Money(fen: fen).yuan == text)
    }

    @Test("short forms are read", arguments: [("7", 700), ("7.5", 750), ("-3", -300), ("007.10", 710)] as [(String, Int64)])
    func shortForms(text: String, fen: Int64) throws {
        #expect(try Money(yuan: text).fen == fen)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "-", ".", ".5", "5.", "1.234", "+1", " 1", "1 ", "1,000", "1e3", "١", "--1", "1-", "1.-1", "0x10", "1.2.3",
            "92233720368547758.08", "-92233720368547758.09", "99999999999999999999999",
        ])
    func refused(text: String) {
        #expect(throws: DomainError.self) { try Money(yuan: text) }
    }

    @Test("sums are exact or refused")
    func arithmetic() throws {
        #expect(try Money(fen: 5).adding(Money(fen: -7)).fen == -2)
        #expect(throws: DomainError.self) { try Money(fen: .max).adding(Money(fen: 1)) }
        #expect(throws: DomainError.self) { try Money(fen: .min).subtracting(Money(fen: 1)) }
        #expect(throws: DomainError.self) { try Money(fen: .min).negated() }
    }

    @Test(
        "a charge takes 1 fen to a million yuan",
        arguments: [(0, false), (-1, false), (1, true), (100_000_000, true), (100_000_001, false), (.max, false)] as [(Int64, Bool)])
    func chargeLimits(fen: Int64, isRight: Bool) {
        #expect(((try? Charge.check(Money(fen: fen))) != nil) == isRight)
    }
}
