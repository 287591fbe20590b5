/// What an HTTP status means when the peer is no gRPC server (gRPC http-grpc-status-mapping.md).
package enum HTTPStatus {
    package static func code(forHTTP status: Int) -> StatusCode {
        switch status {
        case 400: .internal
        case 401: .unauthenticated
        case 403: .permissionDenied
        case 404: .unimplemented
        case 429, 502, 503, 504: .unavailable
        default: .unknown
        }
    }

    /// What the end of a stream means when no status came (gRPC PROTOCOL-HTTP2, HTTP2 Transport Mapping, Errors).
    package static func code(forReset http2Code: UInt32) -> StatusCode {
        switch http2Code {
        case 0x7: .unavailable  // REFUSED_STREAM
        case 0x8: .cancelled  // CANCEL
        case 0xB: .resourceExhausted  // ENHANCE_YOUR_CALM
        case 0xC: .permissionDenied  // INADEQUATE_SECURITY
        default: .internal
        }
    }
}
