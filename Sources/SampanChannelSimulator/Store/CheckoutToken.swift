/// What a payer's phone names an order by: whoever has it can pay, so nobody can guess it.
enum CheckoutToken {
    /// 192 bits of the system's randomness in 48 hexadecimal digits.
    static func random() -> String {
        var source = SystemRandomNumberGenerator()
        return (0..<3).map { _ in
            let digits = String(source.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
