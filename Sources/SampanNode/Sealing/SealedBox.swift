/// A sealed payload as bytes: 1, the encapsulated key, the number of the message under it, and the ciphertext (`ferry_service.proto`).
struct SealedBox {
    private static let version: UInt8 = 1
    private static let encapsulationCount = 32
    private static let headCount = 1 + encapsulationCount + 8

    let encapsulation: [UInt8]
    let number: UInt64
    let ciphertext: [UInt8]

    init(encapsulation: [UInt8], number: UInt64, ciphertext: [UInt8]) {
        (self.encapsulation, self.number, self.ciphertext) = (encapsulation, number, ciphertext)
    }

    /// Nil for bytes that are none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > Self.headCount, bytes[0] == Self.version else { return nil }
        encapsulation = Array(bytes[1...Self.encapsulationCount])
        number = bytes[(1 + Self.encapsulationCount)..<Self.headCount].reduce(0) { $0 << 8 | UInt64($1) }
        ciphertext = Array(bytes[Self.headCount...])
    }

    var bytes: [UInt8] {
        let digits = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
        return [Self.version] + encapsulation + digits + ciphertext
    }

    /// Binds a context to what it is for, and to the key by its name.
    static func info(_ recipient: String) -> [UInt8] { Array("sampan ferry payload 1 \(recipient)".utf8) }
}
