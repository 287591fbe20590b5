public import SampanHTTP2
public import SampanRPC

/// Limits and habits of a client channel. Every one is finite; each default has its reason.
public struct ChannelConfiguration: Sendable {
    /// Deadline of a call that names none and is not made inside another. 60 s: a person has given up by then.
    public var defaultTimeout: Duration = .seconds(60)
    /// Largest answer message, in bytes; a call may choose another. 4 MiB, as gRPC has it.
    public var maximumMessageBytes = 4 * 1_024 * 1_024
    /// Time for TCP, TLS and the server's first SETTINGS. 10 s: a dead address must not hold calls for minutes.
    public var setUpTimeout: Duration = .seconds(10)
    /// First wait after a failed connect; doubles up to `maximumBackoff`, with ±20 % jitter (gRPC connection-backoff.md).
    public var initialBackoff: Duration = .milliseconds(100)
    /// 5 s: a node that comes back is found soon, and a thousand clients do not hammer it.
    public var maximumBackoff: Duration = .seconds(5)
    /// Calls that may wait for a connection. 10,000: more are refused at once instead of being kept to time out.
    public var maximumPendingCalls = 10_000
    /// Calls that one connection to an endpoint carries at once; where none takes one more, it ends at once with UNAVAILABLE instead of
    /// waiting for a server that does not keep up (a circuit breaker of the kind that Envoy has). 10,000: above what our servers allow a
    /// connection, and then calls wait for their turn.
    public var maximumCallsPerEndpoint = 10_000
    /// Bytes of requests buffered per call before its sender is held back.
    public var requestBufferBytes = 64 * 1_024
    /// Bytes that a stream may be ahead of its reader at first. 256 KiB: a line of 100 Mbit/s at 10 ms without any growth.
    public var initialStreamWindowBytes: UInt32 = 256 * 1_024
    /// The most that a stream whose reader keeps up may be ahead. 8 MiB: 1 Gbit/s at 30 ms, 100 Mbit/s at 300 ms. The initial window here
    /// means that windows do not grow.
    public var maximumStreamWindowBytes = 8 * 1_024 * 1_024
    /// The most by which the windows of a connection may have grown. 16 MiB: two streams at their widest.
    public var maximumWindowGrowthBytes = 16 * 1_024 * 1_024
    /// Uncompressed size of the head or the trailers of an answer, each field counted with 32 bytes more (RFC 9113 §6.5.2). 16 KiB: gRPC's
    /// usual bound is 8 KiB of metadata. A list over it ends its call, one over four times of it the connection.
    public var maximumHeaderListBytes: UInt32 = 16 * 1_024
    /// Frames that cost us more than the server. All resets are allowed: each is of a call that was ours to open.
    public var frameLimits: FrameLimits = {
        var limits = FrameLimits()
        limits.resets = .max
        return limits
    }()
    /// Silence of a server, while calls wait for it, after which it is asked whether it is there. 310 s: stock gRPC servers cut a client
    /// that asks more often than every 300 s (gRPC keepalive.md). Between nodes of our own it may be much less.
    public var keepaliveInterval: Duration = .seconds(310)
    /// Time for the answer. 20 s, as gRPC has it.
    public var keepaliveTimeout: Duration = .seconds(20)
    /// Time that what was sent may stay unacknowledged by the server's kernel (TCP_USER_TIMEOUT). 30 s: the kernel's own 15 minutes would
    /// keep calls on a dead line; a good line does not lose packets for so long.
    public var userTimeout: Duration = .seconds(30)
    /// Time from the first failure during which calls wait for a connection although nobody answers; after it they fail at once. Zero, as
    /// gRPC has it. Between nodes it bridges a restart: nothing has been sent, so nothing can be done twice.
    package var outagePatience: Duration = .zero
    /// Time that a better line to a node has to last before it carries the calls again.
    package var failBackDelay: Duration = .seconds(5)

    /// Which endpoint a call goes to, where the service config does not say. `pickFirst`, as gRPC has it.
    public var balancing: BalancingPolicy = .pickFirst
    /// Deadlines, limits, retries and hedges by method.
    public var serviceConfig: ServiceConfig = .none
    /// What is done for every call, in this order.
    public var interceptors: [any ClientInterceptor] = []
    /// Bytes of requests that a call keeps until its answer begins, to send them again; a call that has sent more is not made again, but
    /// for one single message of any size. 256 KiB, as in gRPC: a thousand open calls stay below 256 MiB.
    public var retryBufferBytes = 256 * 1_024
    /// Addresses that a channel uses; more are left out. 256: connections to each are kept with some policies.
    public var maximumEndpoints = 256
    /// Shortest time from one look-up of names to the next, unless the first found nothing. 5 s: a name server must not pay for a node
    /// that fails.
    public var lookUpInterval: Duration = .seconds(5)

    public init() {}

    var http2: HTTP2Settings {
        var settings = HTTP2Settings()
        settings.initialStreamWindow = initialStreamWindowBytes
        settings.maximumHeaderListSize = maximumHeaderListBytes
        settings.limits = frameLimits
        return settings
    }

    var windowLimits: WindowLimits {
        WindowLimits(
            initialStream: Int(initialStreamWindowBytes), maximumStream: maximumStreamWindowBytes, growth: maximumWindowGrowthBytes)
    }

    var callLimits: CallLimits {
        CallLimits(messageBytes: maximumMessageBytes, requestBufferBytes: requestBufferBytes, replayBufferBytes: retryBufferBytes)
    }

    var keepalive: Keepalive { Keepalive(interval: keepaliveInterval, timeout: keepaliveTimeout) }
}
