/// One method of a service as the server runs it: messages are bytes here, types begin in the generated code.
///
/// A class, so that a call holds one reference and not every string of its method.
public final class MethodHandler: Sendable {
    /// Runs on the event loop that received the call and must not block it.
    public enum Body: Sendable {
        /// Payload in, framed answer out.
        case unary(@Sendable (_ request: [UInt8], _ context: CallContext) async throws -> FramedMessage)
        /// Any number of messages each way; returning ends the call with OK.
        case streaming(
            @Sendable (_ requests: any MessageSource, _ responses: any MessageSink, _ context: CallContext) async throws -> Void)
    }

    public let method: MethodDescriptor
    public let body: Body
    /// Whether `body` is of a unary method: `switch` over it would count its closure.
    package let isUnary: Bool
    /// The path of the method, as it comes over the wire.
    private let path: [UInt8]

    public init(_ method: MethodDescriptor, _ body: Body) {
        self.method = method
        self.body = body
        isUnary = if case .unary = body { true } else { false }
        path = Array(method.path.utf8)
    }
}

extension MethodHandler {
    /// Whether a `:path` is that of this method: callers mostly repeat themselves, and this is quicker than a look into the table.
    package func serves(_ path: Span<UInt8>) -> Bool { path.equals(self.path) }
}

/// A service that a server can host. Generated code conforms each service protocol's implementations to it.
public protocol RPCService: Sendable {
    /// Every method of the service, each once.
    var methodHandlers: [MethodHandler] { get }
    /// The file that declares the service, for server reflection; nil for one that no generated code stands behind.
    var contract: FileDescriptor? { get }
}

extension RPCService {
    public var contract: FileDescriptor? { nil }
}
