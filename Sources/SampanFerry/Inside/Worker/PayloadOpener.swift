/// Opens payloads that were sealed to the inside, handed in by the composition.
package struct PayloadOpener: Sendable {
    /// Throws `SealFault`.
    package let open: @Sendable (_ box: [UInt8], _ recipient: String, _ binding: [UInt8]) throws(SealFault) -> [UInt8]

    package init(open: @escaping @Sendable (_ box: [UInt8], _ recipient: String, _ binding: [UInt8]) throws(SealFault) -> [UInt8]) {
        self.open = open
    }
}

/// Why a sealed payload is not opened. Neither mends itself: the row is refused for good, and its money goes back.
package enum SealFault: Error, Sendable, Equatable {
    /// It was sealed to a key that the inside does not have.
    case unknownKey
    /// It, or the row that it is in, is not as it was when it was sealed.
    case broken
}
