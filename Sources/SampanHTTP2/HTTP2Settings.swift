/// What an endpoint tells its peer at the start (RFC 9113 §6.5.2), with the reason for each default.
package struct HTTP2Settings: Sendable, Hashable {
    /// Streams the peer may have open at once. 1,000: a busy hospital node has tens; the bound holds memory.
    package var maximumConcurrentStreams: UInt32 = 1_000
    /// Bytes a stream may be ahead of its reader. 256 KiB: four default messages, and 1,000 streams stay bounded.
    package var initialStreamWindow: UInt32 = 256 * 1_024
    /// Bytes a connection may be ahead of all its readers. 4 MiB: 100 Mbit/s at 300 ms.
    package var connectionWindow: Int32 = 4 * 1_024 * 1_024
    /// Largest frame payload we take. The protocol's smallest, 16 KiB: bigger frames gain nothing with gathered writes.
    package var maximumFrameSize: UInt32 = 16_384
    /// Uncompressed size of a header list. 16 KiB: gRPC's usual bound is 8 KiB of metadata.
    package var maximumHeaderListSize: UInt32 = 16_384

    /// What the peer may send us of frames that are cheap for it.
    package var limits = FrameLimits()

    package init() {}
}
