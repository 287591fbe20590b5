internal import SampanCrypto

/// The digits of a code: six, each number equally likely.
enum CodeDigits {
    static let count = 6
    private static let numbers: UInt32 = 1_000_000
    /// The largest multiple of a million below 2^32: numbers from here on are drawn again, since they would make small ones likelier.
    private static let fair = UInt32.max - UInt32.max % numbers

    /// - Parameter random: gives that many bytes that nobody can guess.
    static func draw(_ random: (Int) throws(CryptoError) -> [UInt8]) throws(CryptoError) -> String {
        while true {
            let number = try random(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard number < fair else { continue }
            let digits = String(number % numbers)
            return String(repeating: "0", count: count - digits.utf8.count) + digits
        }
    }

    /// Whether it could be one: anything else is wrong without a look.
    static func isPlausible(_ text: String) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
