/// A type of message, as its contract has it.
public struct MessageSchema: Sendable, Hashable {
    /// Full name, for example `sampan.payment.v1.Payment`.
    public let name: String
    /// In the order of their numbers.
    public let fields: [FieldSchema]
    /// Names of the oneofs; those that stand for proto3 `optional` are left out.
    public let oneofs: [String]
    /// Whether it is the entry of a map, which no contract writes out.
    public let isMapEntry: Bool
    let wellKnown: WellKnownType?
    /// Place in `fields`, by number.
    let byNumber: [UInt32: Int]
    /// Place in `fields`, by either name, in UTF-8. Bytes, since two texts that look alike are two names.
    let byName: [[UInt8]: Int]

    /// Of a map entry: field 1 and field 2.
    var entry: (key: FieldSchema, value: FieldSchema)? {
        guard isMapEntry, fields.count == 2 else { return nil }
        return (fields[0], fields[1])
    }
}
