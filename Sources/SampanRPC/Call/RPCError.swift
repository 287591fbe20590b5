/// How one call failed: a canonical code, a message that is fit for the other side, and optional details.
///
/// A handler throws it to answer with a status; a stub throws it when the status of the answer is not OK.
/// The message says what was wrong and what to do. It never holds patient data, SQL or inner text: that belongs
/// into `cause`, which stays on this side of the wire.
public struct RPCError: Error, Sendable {
    /// Never `.ok` when thrown by this package; a handler that throws `.ok` is answered with `.internal`.
    public var code: StatusCode
    public var message: String
    /// Trailing metadata that travels with the status.
    public var metadata: Metadata
    /// A serialized `google.rpc.Status` for `grpc-status-details-bin`; empty when there is none.
    /// `SampanAPI` reads and writes it as typed details.
    public var statusDetails: [UInt8]
    /// What led here, for the log of this process. Never sent.
    public var cause: (any Error)?

    public init(
        code: StatusCode, message: String, metadata: Metadata = Metadata(), statusDetails: [UInt8] = [], cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.metadata = metadata
        self.statusDetails = statusDetails
        self.cause = cause
    }
}

extension RPCError: CustomStringConvertible {
    public var description: String { "\(code): \(message)" }
}

/// An error of a layer that knows which status it means on the wire. Translated once, where a handler's error
/// leaves the server; everything else that a handler throws is answered with `UNKNOWN` and no inner text.
public protocol RPCErrorConvertible: Error {
    var rpcError: RPCError { get }
}

extension RPCError {
    /// The error that a caller gets to see for whatever a handler threw.
    public init(translating error: any Error) {
        switch error {
        case let error as RPCError where error.code != .ok:
            self = error
        case let error as any RPCErrorConvertible:
            self = error.rpcError
        case is CancellationError:
            self = RPCError(code: .cancelled, message: "the call was cancelled", cause: error)
        default:
            self = RPCError(code: .unknown, message: "the handler failed; its server's log has the reason", cause: error)
        }
    }
}
