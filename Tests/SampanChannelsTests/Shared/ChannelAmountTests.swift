import SampanChannels
import SampanDomain
import Testing

@Suite("Amounts of channels")
struct ChannelAmountTests {
    @Test(
        "yuan become fen without floating point",
        arguments: [
            ("0.01", 1), ("0.1", 10), ("1", 100), ("1.00", 100), ("0.29", 29), ("1.15", 115), ("88.88", 8_888),
            ("99999999.99", 9_999_999_999), ("100000000.00", 10_000_000_000), ("100000000", 10_000_000_000), ("007.50", 750),
        ] as [(String, Int64)])
    func good(text: String, fen: Int64) throws {
        #expect(try ChannelAmount.yuan(text).fen == fen)
    }

    @Test(
        "anything else is no amount",
        arguments: [
            "", "0", "0.00", "-1", "-0.01", "+1", "1.001", "1e3", "1E3", " 1", "1 ", "1.", ".5", "1,000.00", "1.0.0", "100000000.01",
            "99999999999999999999", "0x10", "NaN", "１.００", "一", "1\u{0}", "1.00元",
        ])
    func bad(text: String) {
        #expect(throws: ChannelFault.wrongAmount) { try ChannelAmount.yuan(text) }
    }
}
