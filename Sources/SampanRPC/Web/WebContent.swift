/// What a request is in that comes in by a door of the web: Connect (connectrpc.com, Protocol Reference) or gRPC-Web (gRPC PROTOCOL-WEB).
package struct WebContent: Sendable, Hashable {
    package enum Framing: Sendable, Hashable {
        /// Connect, unary: one message is the body, there and back.
        case connect
        /// Connect, streams: messages as in gRPC, with one more at the end that says how the call has ended.
        case connectStream
        /// As in gRPC, with the trailers as one more frame.
        case grpcWeb
        /// The same, all of it in base64.
        case grpcWebText
    }

    package let framing: Framing
    /// Whether messages are JSON; else they are in wire format.
    package let isJSON: Bool

    package init(framing: Framing, isJSON: Bool) { (self.framing, self.isJSON) = (framing, isJSON) }

    /// Reads a `content-type`; nil for any other. What stands behind a semicolon does not matter.
    package init?(_ value: Span<UInt8>) {
        guard value.count <= 128 else { return nil }
        switch value.text.prefix(while: { $0 != ";" && $0 != " " }) {
        case "application/json": (framing, isJSON) = (.connect, true)
        case "application/proto": (framing, isJSON) = (.connect, false)
        case "application/connect+json": (framing, isJSON) = (.connectStream, true)
        case "application/connect+proto": (framing, isJSON) = (.connectStream, false)
        case "application/grpc-web", "application/grpc-web+proto": (framing, isJSON) = (.grpcWeb, false)
        case "application/grpc-web+json": (framing, isJSON) = (.grpcWeb, true)
        case "application/grpc-web-text", "application/grpc-web-text+proto": (framing, isJSON) = (.grpcWebText, false)
        case "application/grpc-web-text+json": (framing, isJSON) = (.grpcWebText, true)
        default: return nil
        }
    }

    /// The `content-type` of the answer.
    package var name: String {
        switch framing {
        case .connect: isJSON ? "application/json" : "application/proto"
        case .connectStream: isJSON ? "application/connect+json" : "application/connect+proto"
        case .grpcWeb: isJSON ? "application/grpc-web+json" : "application/grpc-web+proto"
        case .grpcWebText: isJSON ? "application/grpc-web-text+json" : "application/grpc-web-text+proto"
        }
    }

    /// The field that says how messages are compressed, and the one that says which compression the caller takes.
    package var encodingFields: (request: String, accepted: String) {
        switch framing {
        case .connect: ("content-encoding", "accept-encoding")
        case .connectStream: ("connect-content-encoding", "connect-accept-encoding")
        case .grpcWeb, .grpcWebText: ("grpc-encoding", "grpc-accept-encoding")
        }
    }
}
