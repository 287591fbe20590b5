/// What a call has sent, in case that it must be sent again. The first piece is kept apart, since most calls send one: a list for it
/// alone would be made and freed with every call.
struct KeptBytes {
    private var first: [UInt8]?
    private var others: [[UInt8]] = []
    private(set) var byteCount = 0

    var count: Int { (first == nil ? 0 : 1) + others.count }

    mutating func append(_ bytes: [UInt8]) {
        byteCount += bytes.count
        if first == nil { first = bytes } else { others.append(bytes) }
    }

    mutating func removeAll() {
        first = nil
        if !others.isEmpty { others = [] }
        byteCount = 0
    }

    func forEach(_ body: ([UInt8]) -> Void) {
        if let first { body(first) }
        if !others.isEmpty { others.forEach(body) }
    }
}
