/// What the numbers that tie the books together may be made of. They end in breaks.csv and in messages, so nothing else passes.
enum KeyForm {
    /// Bytes of an order or refund number at the most; WeChat Pay has 32 and 64, Alipay 64.
    static let longest = 64

    /// An order or refund number, as both channels allow them.
    static func isNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard !range.isEmpty, range.count <= longest else { return false }
        for at in range {
            switch bytes[at] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "|"), UInt8(ascii: "*"), UInt8(ascii: "@"), UInt8(ascii: "."):
                continue
            default: return false
            }
        }
        return true
    }
}
