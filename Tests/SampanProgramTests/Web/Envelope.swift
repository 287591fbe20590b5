/// A message of a stream of Connect or gRPC-Web: flags, length and payload.
struct Envelope: Equatable {
    let flags: UInt8
    let payload: [UInt8]

    init(_ payload: [UInt8], flags: UInt8 = 0) { (self.flags, self.payload) = (flags, payload) }

    var text: String { String(decoding: payload, as: UTF8.self) }

    var bytes: [UInt8] {
        [flags] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: payload.count >> $0) } + payload
    }

    static func bytes(_ messages: [[UInt8]]) -> [UInt8] { messages.flatMap { Envelope($0).bytes } }

    /// Nil where the bytes are not whole messages.
    static func read(_ bytes: [UInt8]) -> [Envelope]? {
        var (rest, read): (ArraySlice<UInt8>, [Envelope]) = (bytes[...], [])
        while !rest.isEmpty {
            guard rest.count >= 5 else { return nil }
            let length = rest.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 5 + length else { return nil }
            read.append(Envelope(Array(rest.dropFirst(5).prefix(length)), flags: rest[rest.startIndex]))
            rest = rest.dropFirst(5 + length)
        }
        return read
    }
}
