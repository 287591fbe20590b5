extension RequestHead {
    /// What becomes of a request that is no gRPC, where there are doors to the web.
    package enum WebVerdict: Sendable {
        /// A browser asks whether a page of this origin may call.
        case preflight(origin: String)
        case call(MethodHandler, WebContent)
        /// A call of this content that cannot be served.
        case fail(RPCError, WebContent)
        /// Nothing that a door knows.
        case refuse(httpStatus: Int)
    }

    /// The origin of the page that a browser calls for; nil for other callers.
    package var origin: String? { metadata[ascii: "origin"] }

    package mutating func webVerdict() -> WebVerdict {
        if isOptions, let origin { return .preflight(origin: origin) }
        guard isPost else { return .refuse(httpStatus: 405) }
        guard let web else { return .refuse(httpStatus: 415) }
        guard !isMalformed, takeConnectTimeout() else {
            return .fail(RPCError(code: .invalidArgument, message: "the head of the call has a malformed timeout or binary metadata"), web)
        }
        guard route == nil else {
            return .fail(RPCError(code: .unimplemented, message: "calls for other nodes are made with gRPC"), web)
        }
        if let version = metadata[ascii: "connect-protocol-version"], version != "1" {
            return .fail(RPCError(code: .invalidArgument, message: "connect-protocol-version is 1 here"), web)
        }
        guard metadata[ascii: "content-encoding"].map({ $0 == "identity" }) ?? true, encoding == .identity else {
            return .fail(RPCError(code: .unimplemented, message: "requests are not compressed here: leave out their encoding"), web)
        }
        guard let handler else {
            let name = String(decoding: path ?? [], as: UTF8.self)
            return .fail(RPCError(code: .unimplemented, message: "there is no method \(name) here"), web)
        }
        guard web.framing != .connect || handler.method.kind == .unary else {
            return .fail(RPCError(code: .unimplemented, message: "\(handler.method) streams: call it with gRPC or gRPC-Web"), web)
        }
        return .call(handler, web)
    }

    /// `connect-timeout-ms`: at most ten digits. False for what is none.
    private mutating func takeConnectTimeout() -> Bool {
        guard let text = metadata[ascii: "connect-timeout-ms"] else { return true }
        guard text.utf8.count <= 10, text.utf8.allSatisfy({ (48...57).contains($0) }), let milliseconds = Int64(text) else { return false }
        // Ten digits of milliseconds are 115 days.
        timeoutNanoseconds = milliseconds * 1_000_000
        return true
    }
}
