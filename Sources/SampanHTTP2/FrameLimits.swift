/// Frames that cost their receiver more than their sender: how many of each a peer may send per interval.
///
/// Every HEADERS or DATA frame that we send earns the peer a few more, because lawful peers send these frames in step with what they
/// get: gRPC stacks ping to measure the line while data flows, and give windows back as they read. So only frames without work count.
public struct FrameLimits: Sendable, Hashable {
    /// Length of an interval, in nanoseconds of the caller's clock. 10 s: long enough that one burst of a good peer fits.
    public var intervalNanoseconds: Int64 = 10_000_000_000
    /// Streams that the peer resets, or makes us reset by breaking the rules (CVE-2023-44487, CVE-2025-8671), and header blocks for streams
    /// that have gone. 2,000: a client that has 1,000 calls open and loses patience with all of them, twice.
    public var resets: UInt32 = 2_000
    /// PING, acknowledged or not. 500: fifty a second with nothing to measure is no keepalive.
    public var pings: UInt32 = 500
    /// SETTINGS and GOAWAY. 100: gRPC stacks change their window a few times in the life of a connection, and say goodbye twice.
    public var settings: UInt32 = 100
    /// PRIORITY. 1,000: deprecated (RFC 9113 §5.3.2); old clients send one per stream.
    public var priorities: UInt32 = 1_000
    /// WINDOW_UPDATE. 2,000: one for each of 1,000 streams and as many for the connection, before anything is sent.
    public var windowUpdates: UInt32 = 2_000
    /// DATA without content and without END_STREAM, and padded DATA that may be all padding. 500: no gRPC stack sends either.
    public var emptyData: UInt32 = 500
    /// CONTINUATION frames of one header block (CVE-2024-27316). 8: a list of 16 KiB fits one frame; 8 more allow for tiny ones.
    public var continuations: UInt32 = 8

    public init() {}
}

/// Which limit of `FrameLimits` was broken.
package enum FloodKind: String, Sendable, Hashable, CaseIterable {
    case resets, pings, settings, priorities, windowUpdates, emptyData
    /// One header list was many times larger than allowed, though its block was small (an HPACK bomb).
    case headerList
    /// More CONTINUATION frames, or more frames waiting to be answered, than libnghttp2 was told to allow.
    case unanswered
}
