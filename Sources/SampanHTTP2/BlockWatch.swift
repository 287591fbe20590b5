/// Follows the frames of a peer by their headers alone, to know since when a header block has been on its way.
///
/// libnghttp2 does not say: of blocks that it skips (a stream that has gone, a connection that drains) it never tells the end, and a peer
/// whose block was lawfully skipped must not be taken for one that stalls.
struct BlockWatch {
    /// When the block that is being received began; nil when there is none.
    private(set) var began: Int64?
    /// Bytes to skip: of the preface, then of payloads.
    private var remaining: Int
    /// The frame header that is being received, and how many of its nine bytes are there.
    private var header: UInt64 = 0
    private var headerCount = 0
    /// Of the payload that follows.
    private var length = 0
    private var endsBlock = false
    private var isOfBlock = false
    /// Frames that this `follow` may still go through; the preface counts as one.
    private var framesLeft = 0

    /// `skipping`: bytes before the first frame, 24 of a client's preface (RFC 9113 §3.4).
    init(skipping: Int) { remaining = skipping }

    /// Follows bytes that came at `now`, in nanoseconds, to the end of the last of `frames` frames, of which a large one counts for several
    /// (`TurnAllowance.frameBytes`). Returns how many bytes that were, and takes the frames off. Whatever the bytes are, `began` is right
    /// for frames as nghttp2 sees them.
    mutating func follow(_ bytes: RawSpan, now: Int64, frames: inout Int) -> Int {
        var offset = 0
        framesLeft = frames
        while offset < bytes.byteCount, framesLeft > 0 {
            if remaining > 0 {
                let count = min(remaining, bytes.byteCount - offset)
                remaining -= count
                offset += count
                if remaining == 0 { endFrame() }
            } else if headerCount == 0, offset + 9 <= bytes.byteCount {
                // A whole header, as nearly always: length, type and flags; the stream does not matter.
                let word = unsafe UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
                header = word >> 24
                offset += 9
                beginFrame(now)
                remaining = length
                if remaining == 0 { endFrame() }
            } else {
                takeHeaderByte(unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self), now)
                offset += 1
            }
        }
        frames = framesLeft
        return offset
    }

    /// One byte of a header that was cut in two.
    private mutating func takeHeaderByte(_ byte: UInt8, _ now: Int64) {
        header = header << 8 | UInt64(byte)
        headerCount += 1
        if headerCount == 5 { beginFrame(now) }
        if headerCount == 9 {
            headerCount = 0
            remaining = length
            if remaining == 0 { endFrame() }
        }
    }

    private mutating func beginFrame(_ now: Int64) {
        length = Int(truncatingIfNeeded: header >> 16 & 0xFF_FFFF)
        let type = header >> 8 & 0xFF
        // HEADERS begins a block, and CONTINUATION goes on with it.
        if type == 1 { began = now }
        isOfBlock = type == 1 || type == 9
        endsBlock = isOfBlock && header & 4 != 0
    }

    private mutating func endFrame() {
        if endsBlock { began = nil }
        endsBlock = false
        // Two divisions by constants, that are shifts.
        framesLeft -= 1 + (isOfBlock ? length / TurnAllowance.blockBytes : length / TurnAllowance.frameBytes)
    }
}
