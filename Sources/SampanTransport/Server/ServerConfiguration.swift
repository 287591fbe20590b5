public import SampanHTTP2

/// Limits of a server, and from where it takes connections. Every limit is finite; each default has its reason.
public struct ServerConfiguration: Sendable {
    /// Largest request message, in bytes. 4 MiB, as gRPC has it; larger things travel as streams.
    public var maximumMessageBytes = 4 * 1_024 * 1_024
    /// The same for single methods (`package.Service/Method`) and services (`package.Service`); the longer name counts. Empty: a service
    /// that takes larger or only tiny messages says so where it is hosted. A name that is not served is refused by the server's `init`.
    public var maximumMessageBytesByMethod: [String: Int] = [:]
    /// Longest life of a call, and its deadline where the client names none. 1 hour lets a watch live; a unary call names its own.
    public var maximumCallDuration: Duration = .seconds(3_600)
    /// Time for TLS and the client's first SETTINGS. 10 s: many round trips of a bad line, few of an attacker's.
    public var setUpTimeout: Duration = .seconds(10)
    /// Time that a client has to take the status of a call whose deadline has passed, before its stream is reset. 5 s: a slow line's
    /// round trips, and an end for those that never read.
    public var statusDeliveryTimeout: Duration = .seconds(5)
    /// Calls one connection may have open at once.
    public var maximumConcurrentCalls: UInt32 = 1_000
    /// Connections of this server at once.
    public var maximumConnections = 10_000
    /// Connections from one address at once, from accept on. 5,000, half of all: many nodes may stand behind one address, and one address
    /// must not shut the others out. One more is closed unread.
    public var maximumConnectionsPerAddress = 5_000
    /// Connections of one institution at once, by its certificate. 5,000, half of all, for the same reason. One more gets GOAWAY with
    /// ENHANCE_YOUR_CALM.
    public var maximumConnectionsPerInstitution = 5_000
    /// Bytes that a stream may be ahead of its reader at first. 256 KiB: a line of 100 Mbit/s at 10 ms without any growth.
    public var initialStreamWindowBytes: UInt32 = 256 * 1_024
    /// The most that a stream whose reader keeps up may be ahead. 8 MiB: 1 Gbit/s at 30 ms, 100 Mbit/s at 300 ms. The initial window here
    /// means that windows do not grow.
    public var maximumStreamWindowBytes = 8 * 1_024 * 1_024
    /// The most by which the windows of one connection may have grown. 16 MiB: two streams at their widest.
    public var maximumWindowGrowthBytes = 16 * 1_024 * 1_024
    /// The same for all connections of an institution (of an address, where peers show no certificate). 64 MiB: eight streams at their
    /// widest, or a hundred that fill a line of 100 Mbit/s at 20 ms; without room windows stay as they are.
    public var maximumWindowGrowthBytesPerInstitution = 64 * 1_024 * 1_024
    /// Bytes of answers buffered per call before its handler is held back. 64 KiB: a few frames ahead of the line.
    public var responseBufferBytes = 64 * 1_024
    /// Bytes of requests that wait in all calls of a connection for the rest of their message or for their handler; above it
    /// the call that holds most ends with RESOURCE_EXHAUSTED. 64 MiB: sixteen of the largest messages at once; without it 1,000 calls could
    /// make us hold 4 GiB.
    public var maximumHeldRequestBytes = 64 * 1_024 * 1_024
    /// Bytes of requests and of answers that wait in all connections of an institution (of an address, where peers show no certificate),
    /// over all loops; above it the call that holds most, on the connection that holds most, ends with RESOURCE_EXHAUSTED. 256 MiB: four
    /// connections at their own limits. Counted once a turn, and 64 KiB of each connection are not.
    public var maximumHeldBytesPerInstitution = 256 * 1_024 * 1_024
    /// Bytes of answers that wait in all calls of a connection, above which it gets no new calls (REFUSED_STREAM, which gRPC clients retry
    /// by themselves). 16 MiB: four of the largest messages.
    public var maximumWaitingResponseBytes = 16 * 1_024 * 1_024
    /// The same, above which the connection is cut. 64 MiB: the calls it already had may all end at once.
    public var maximumStalledResponseBytes = 64 * 1_024 * 1_024
    /// Time that a connection may stay above `maximumWaitingResponseBytes` without taking a byte. 10 s: longer than any line hiccups.
    public var stallTimeout: Duration = .seconds(10)
    /// Time from the first to the last byte of a header block. 10 s: it is one frame of a few hundred bytes.
    public var headersTimeout: Duration = .seconds(10)
    /// Time for the whole request of a unary call. 2 minutes: 4 MiB over 0.3 Mbit/s.
    public var requestTimeout: Duration = .seconds(120)
    /// Connections that may be in TLS or before their first SETTINGS at once, over all loops; one more crowds the oldest out, so that an
    /// honest caller, who needs milliseconds, still gets in. 512: each holds some 50 KiB.
    public var maximumSetUps = 512
    /// Life of a connection without calls. 30 minutes: reopening costs a handshake; holding costs memory.
    public var idleTimeout: Duration = .seconds(1_800)
    /// Life of a connection before its peer is asked to open another, ± 10 %. 6 hours: new certificates and revocations get through, and
    /// load spreads over nodes that came later.
    public var maximumConnectionAge: Duration = .seconds(6 * 3_600)
    /// Time that calls have to end after that. Just above `maximumCallDuration`: none is cut that would have ended by itself.
    public var connectionAgeGrace: Duration = .seconds(3_660)
    /// Silence of a client after which it is asked whether it is there. 60 s: firewalls forget a silent connection after minutes.
    public var keepaliveInterval: Duration = .seconds(60)
    /// Time for the answer. 20 s, as gRPC has it.
    public var keepaliveTimeout: Duration = .seconds(20)
    /// Time that what was sent may stay unacknowledged by the client's kernel (TCP_USER_TIMEOUT). 30 s: the kernel's own is 15 minutes.
    public var userTimeout: Duration = .seconds(30)
    /// Uncompressed size of a call's header fields, each counted with 32 bytes more (RFC 9113 §6.5.2). 16 KiB: gRPC's usual bound is
    /// 8 KiB of metadata. A list over it ends its call, one over four times of it its connection.
    public var maximumHeaderListBytes: UInt32 = 16 * 1_024
    /// Frames that cost us more than the client.
    public var frameLimits = FrameLimits()
    /// Time that the socket of a connection which the server has ended stays open for its peer to read why; what the peer still sends is
    /// thrown away meanwhile, since bytes that nobody has read would make the kernel reset the connection. 2 s: some round trips of a bad
    /// line, and one segment that is sent again. Zero closes at once. A server that stops waits no longer than this, and not beyond its
    /// grace.
    public var lingerTimeout: Duration = .seconds(2)
    /// The most that is thrown away of one such connection, in bytes. 8 MiB: the widest window of a stream, which is more than the kernel
    /// buffers by itself (6 MiB).
    public var maximumLingerBytes = 8 * 1_024 * 1_024
    /// Such connections at once, over all loops; one more closes the oldest. They count for `maximumConnections` and their address. 256:
    /// each is a descriptor and some hundred bytes, and an honest peer closes within a round trip.
    public var maximumLingering = 256
    /// Doors for browsers and plain HTTP clients on the same port: Connect and gRPC-Web, over HTTP/2. Nil: gRPC only.
    public var web: WebDoors?
    /// From where whose connections are taken; nil: from anywhere, whoever has a good certificate.
    package var addressGate: AddressGate?
    /// Wait before the next accept when the process has run out of descriptors. 100 ms: others close some meanwhile, and no loop spins.
    public var acceptPause: Duration = .milliseconds(100)

    public init() {}

    var http2: HTTP2Settings {
        var settings = HTTP2Settings()
        settings.maximumConcurrentStreams = maximumConcurrentCalls
        settings.initialStreamWindow = initialStreamWindowBytes
        settings.maximumHeaderListSize = maximumHeaderListBytes
        settings.limits = frameLimits
        return settings
    }

    var windowLimits: WindowLimits {
        WindowLimits(
            initialStream: Int(initialStreamWindowBytes), maximumStream: maximumStreamWindowBytes, growth: maximumWindowGrowthBytes)
    }

    var linger: LingerLimits { LingerLimits(timeout: lingerTimeout, bytes: maximumLingerBytes, count: maximumLingering) }

    var keepalive: Keepalive { Keepalive(interval: keepaliveInterval, timeout: keepaliveTimeout) }
}
