public import SampanProtobuf
public import SampanRPC

/// Something that tells more about an error to programs: the messages of google/rpc/error_details.proto.
public protocol ErrorDetail: Message {}

extension GoogleRPC.ErrorInfo: ErrorDetail {}
extension GoogleRPC.BadRequest: ErrorDetail {}
extension GoogleRPC.RetryInfo: ErrorDetail {}
extension GoogleRPC.PreconditionFailure: ErrorDetail {}

extension RPCError {
    /// Most bytes of `statusDetails` that are built: details travel in the trailers, of which peers take 8 to 16 KiB altogether.
    static let maximumDetailBytes = 6 * 1024

    /// An error with typed details, which travel as `google.rpc.Status` in `grpc-status-details-bin`.
    ///
    /// Details that would make the trailers too large for a peer are left out from the last on; code and message always arrive.
    public init(code: StatusCode, message: String, details: [any ErrorDetail], cause: (any Error)? = nil) {
        self.init(code: code, message: message, statusDetails: Self.status(code, message, details), cause: cause)
    }

    private static func status(_ code: StatusCode, _ message: String, _ details: [any ErrorDetail]) -> [UInt8] {
        var status = GoogleRPC.Status(code: Int32(code.rawValue), message: message)
        var bytes: [UInt8] = []
        for detail in details {
            guard let packed = try? GoogleProtobuf.AnyMessage(packing: detail) else { break }
            status.details.append(packed)
            guard let larger = try? status.serialized(), larger.count <= maximumDetailBytes else { break }
            bytes = larger
        }
        return bytes
    }

    /// The first detail of a type; nil when there is none, or none that can be read.
    public func detail<Detail: ErrorDetail>(_ type: Detail.Type = Detail.self) -> Detail? {
        guard !statusDetails.isEmpty, let status = try? GoogleRPC.Status(serialized: statusDetails) else { return nil }
        for packed in status.details {
            if let detail = try? packed.unpacked(as: Detail.self) { return detail }
        }
        return nil
    }

    /// The reason for programs.
    public var errorInfo: GoogleRPC.ErrorInfo? { detail() }
    /// Which fields of the request were wrong.
    public var badRequest: GoogleRPC.BadRequest? { detail() }
    /// When the call may be tried again.
    public var retryInfo: GoogleRPC.RetryInfo? { detail() }
    /// What had to hold and did not.
    public var preconditionFailure: GoogleRPC.PreconditionFailure? { detail() }
}
