internal import SampanRPC

/// What a call has sent, in case that it must be sent again. The first message is kept apart, since most calls send one: a list for it
/// alone would be made and freed with every call.
struct KeptMessages {
    private var first: FramedMessage?
    private var others: [FramedMessage] = []
    private(set) var byteCount = 0

    var count: Int { (first == nil ? 0 : 1) + others.count }

    mutating func append(_ message: FramedMessage) {
        byteCount += message.bytes.count
        if first == nil { first = message } else { others.append(message) }
    }

    mutating func removeAll() {
        first = nil
        if !others.isEmpty { others = [] }
        byteCount = 0
    }

    func forEach(_ body: (FramedMessage) -> Void) {
        if let first { body(first) }
        if !others.isEmpty { others.forEach(body) }
    }
}
