/// How the messages of a call are compressed (gRPC compression.md): the values of `grpc-encoding` that this package speaks.
public enum MessageEncoding: Sendable, Hashable {
    case identity
    case gzip

    /// The value of `grpc-accept-encoding`, the same from clients and servers.
    package static let accepted = "\(acceptedByAll)"

    /// The same as text of the program.
    package static var acceptedByAll: StaticString { "identity,gzip" }
}
