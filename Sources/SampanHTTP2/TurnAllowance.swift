/// What one connection may have done for it in one turn of its loop, so that all others get theirs.
///
/// Bytes alone do not bound that: 64 KiB are four frames of bulk data, or hundreds of calls that are begun and given up, or 13,000 empty
/// messages. So frames count, and messages and beginnings and failures of calls like frames, and bytes of header fields, of which HPACK
/// makes thousands out of one. What nghttp2 was fed cannot be taken back: it is fed in pieces, and what is left of a read waits for the
/// next turn.
package struct TurnAllowance: Sendable {
    private var frames: Int
    private var fieldBytes: Int

    /// Frames that are fed before header fields are counted again. 8: that many lists may go over.
    private static let framesPerPiece = 8
    /// Bytes of a frame that count as one more. 2 KiB: a piece is at most one full frame, or 3,276 empty messages that may go over.
    static let frameBytes = 2 * 1_024

    /// Bytes of a header block that count as one more. 128: each of them may name a field, which takes nghttp2 some 40 ns, and of blocks
    /// that it skips, for a stream that has gone, nobody hears how many fields there were.
    static let blockBytes = 128

    /// 128 frames are 42 calls of a head and a message, some 0.25 ms with their handlers, or fourteen full frames of bulk data. 64 KiB of
    /// header fields are four of the longest lists, or 128 of ordinary calls.
    package static let turn = TurnAllowance(frames: 128, fieldBytes: 64 * 1_024)
    /// For a session that shares its thread with nobody.
    package static let unlimited = TurnAllowance(frames: .max, fieldBytes: .max)

    /// `frames` that may be fed; `fieldBytes` of header fields, counted as RFC 9113 §6.5.2 does.
    package init(frames: Int, fieldBytes: Int) {
        self.frames = frames
        self.fieldBytes = fieldBytes
    }

    package var isSpent: Bool { frames <= 0 || fieldBytes <= 0 }

    /// Frames to feed next.
    var nextPiece: Int { min(frames, Self.framesPerPiece) }

    mutating func spend(frames: Int, fieldBytes: Int) {
        self.frames -= frames
        self.fieldBytes -= fieldBytes
    }
}
