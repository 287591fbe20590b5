/// Seals payloads to the key of the inside, handed in by the composition. What it seals, nobody outside can open, nor can it itself.
package struct PayloadSealer: Sendable {
    /// Names the key that opens; travels with the row, so that two keys can be in use at once.
    package let recipient: String
    /// - Parameter binding: what the payload is bound to; opening needs the same.
    package let seal: @Sendable (_ payload: [UInt8], _ binding: [UInt8]) throws -> [UInt8]

    package init(recipient: String, seal: @escaping @Sendable (_ payload: [UInt8], _ binding: [UInt8]) throws -> [UInt8]) {
        self.recipient = recipient
        self.seal = seal
    }
}
