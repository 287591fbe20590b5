public import SampanRPC

/// Doors of a server for browsers and plain HTTP clients: Connect's unary calls and gRPC-Web, on the port of gRPC and with the same
/// identity, policy and audit. HTTP/2 only, as everything on that port.
public struct WebDoors: Sendable {
    /// Reads and writes JSON by the contracts of what is served.
    public var codec: any WebCodec
    /// Origins (`https://app.region.example`) whose pages may call. Empty: none may; callers that are no browsers send no origin.
    public var origins: Set<String>
    /// Largest message as JSON, in bytes. 1 MiB: reading it takes some milliseconds of its loop, on which other calls wait.
    public var maximumJSONBytes: Int

    public init(codec: any WebCodec, origins: Set<String> = [], maximumJSONBytes: Int = 1 << 20) {
        (self.codec, self.origins, self.maximumJSONBytes) = (codec, origins, maximumJSONBytes)
    }
}
