/// Values by the bytes that they were made from. One more than there is room for, and all are forgotten: what is still in use comes back.
struct BoundedMemory<Value> {
    let capacity: Int
    private var values: [[UInt8]: Value] = [:]

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { values.count }

    subscript(_ bytes: [UInt8]) -> Value? { values[bytes] }

    mutating func keep(_ value: Value, for bytes: [UInt8]) {
        if values.count >= capacity, values[bytes] == nil { values.removeAll() }
        values[bytes] = value
    }
}
