/// An enum, as its contract has it.
public struct EnumSchema: Sendable, Hashable {
    /// One of its names. Several names may have one number (`allow_alias`).
    public struct Value: Sendable, Hashable {
        public let name: String
        public let number: Int32
    }

    /// Full name, for example `sampan.payment.v1.PaymentState`.
    public let name: String
    /// In the order of the contract.
    public let values: [Value]
    /// Of proto2: a number without a name is no value.
    let isClosed: Bool
    let byName: [[UInt8]: Int32]
    /// The first name of each number, in UTF-8.
    let byNumber: [Int32: [UInt8]]

    /// `google.protobuf.NullValue` is written as JSON's null.
    var isNull: Bool { name == "google.protobuf.NullValue" }

    init(name: String, values: [Value], isClosed: Bool) {
        (self.name, self.values, self.isClosed) = (name, values, isClosed)
        byName = Dictionary(values.map { (Array($0.name.utf8), $0.number) }) { first, _ in first }
        byNumber = Dictionary(values.map { ($0.number, Array($0.name.utf8)) }) { first, _ in first }
    }
}
