internal import SampanHTTP2

/// Limits of a server. Every one is finite; each default has its reason.
public struct ServerConfiguration: Sendable {
    /// Largest request message, in bytes. 4 MiB, as gRPC has it; larger things travel as streams.
    public var maximumMessageBytes = 4 * 1_024 * 1_024
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
    /// Bytes of answers buffered per call before its handler is held back. 64 KiB: a few frames ahead of the line.
    public var responseBufferBytes = 64 * 1_024

    public init() {}

    var http2: HTTP2Settings {
        var settings = HTTP2Settings()
        settings.maximumConcurrentStreams = maximumConcurrentCalls
        return settings
    }
}
