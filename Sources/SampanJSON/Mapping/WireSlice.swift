/// One message on the wire, in one place or in several: a message field that occurs twice is one message of both parts (protobuf
/// Encoding, "Last One Wins").
struct WireSlice {
    let bytes: [UInt8]
    var ranges: [Range<Int>]

    init(bytes: [UInt8]) { (self.bytes, ranges) = (bytes, [0..<bytes.count]) }

    init(bytes: [UInt8], ranges: [Range<Int>]) { (self.bytes, self.ranges) = (bytes, ranges) }
}

extension WireReader {
    /// `next`, for messages.
    mutating func checkedNext() throws(JSONError) -> WireField? {
        do throws(WireFault) { return try next() } catch { throw JSONError(.damaged(error)) }
    }
}
