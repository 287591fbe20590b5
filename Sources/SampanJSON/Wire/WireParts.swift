/// Parts of a message whose contract is not at hand.
public enum WireParts {
    /// The length-prefixed values of one field, in their order: texts, bytes or messages. Throws for bytes that are no message.
    ///
    /// - Parameter number: of the field.
    public static func values(of number: UInt32, in message: [UInt8]) throws(WireFault) -> [[UInt8]] {
        var reader = WireReader(message)
        var values: [[UInt8]] = []
        while let field = try reader.next() {
            if case .bytes(let range) = field.value, field.number == number { values.append(Array(message[range])) }
        }
        return values
    }
}
