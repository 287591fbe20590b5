extension RequestHead {
    /// What becomes of a request that is no gRPC, where there are doors to the web.
    package enum WebVerdict: Sendable {
        /// A browser asks whether a page of this origin may call.
        case preflight(origin: String)
        case call(MethodHandler, WebRequest)
        /// It says something of its way, or names a method that is not served here: its router says what becomes of it.
        case route(path: String, WebRequest)
        /// A call of this content that cannot be served.
        case fail(RPCError, WebContent)
        /// Nothing that a door knows.
        case refuse(WebRefusal)
    }

    /// The origin of the page that a browser calls for; nil for other callers.
    package var origin: String? { metadata[ascii: "origin"] }

    /// Whether the answer is to be a head alone (RFC 9110 §9.3.2).
    package var wantsNoBody: Bool { verb == .head }

    /// Whether a browser says that a page of somebody else asks (Fetch Metadata): it names no origin where the page is not to see the
    /// answer, as with the address of a picture, and the call would be made all the same.
    package var isOfAnotherSite: Bool {
        guard let site = metadata[ascii: "sec-fetch-site"] else { return false }
        return site != "none" && site != "same-origin"
    }

    /// Takes what belongs to the doors out of the metadata.
    /// - Parameters:
    ///   - isRouted: whether somebody knows where a call goes that is not for here.
    ///   - route: the method that is served under a path.
    ///   - contract: the same of any contract that is known here.
    package mutating func webVerdict(
        isRouted: Bool, route: (Span<UInt8>) -> MethodHandler?, contract: (String) -> MethodDescriptor?
    ) -> WebVerdict {
        switch verb {
        case .options:
            guard let origin else { return .refuse(.verb) }
            return .preflight(origin: origin)
        case .post:
            guard let web else { return .refuse(.type) }
            return verdict(web, nil, isRouted, contract)
        case .get: return getVerdict(isRouted, route, contract)
        case .head, .other: return .refuse(.verb)
        }
    }

    private mutating func getVerdict(
        _ isRouted: Bool, _ route: (Span<UInt8>) -> MethodHandler?, _ contract: (String) -> MethodDescriptor?
    ) -> WebVerdict {
        // A path that is served as it is has no query.
        let target = handler.map { Array($0.method.path.utf8) } ?? path ?? []
        guard target.count <= WebQuery.longest else { return .refuse(.longQuery) }
        let end = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
        let name = Array(target[..<end])
        handler = route(name.span)
        path = name
        let method = handler?.method ?? contract(String(decoding: name, as: UTF8.self))
        guard let method, method.kind == .unary, method.idempotency == .noSideEffects else { return .refuse(.get) }
        do throws(WebQuery.Fault) {
            let query = try WebQuery(target[end...].dropFirst())
            return verdict(WebContent(framing: .connect, isJSON: query.isJSON), query, isRouted, contract)
        } catch {
            switch error {
            case .refused(let refusal): return .refuse(refusal)
            case .failed(let error): return .fail(error, WebContent(framing: .connect, isJSON: true))
            }
        }
    }

    private mutating func verdict(
        _ content: WebContent, _ query: WebQuery?, _ isRouted: Bool, _ contract: (String) -> MethodDescriptor?
    ) -> WebVerdict {
        let name = handler?.method.path ?? String(decoding: path ?? [], as: UTF8.self)
        let method = handler?.method ?? contract(name)
        if let method, content.isOfConnect, (content.framing == .connect) != (method.kind == .unary) {
            return .refuse(.kind(of: method))
        }
        do throws(RPCError) {
            try checkVersionAndTimeout()
            let (encoding, acceptsGzip) = try encodings(content, query)
            let request = WebRequest(
                content, encoding: encoding, acceptsGzip: acceptsGzip, method: method, message: query?.message)
            if let route {
                guard route.via.isEmpty, route.caller == nil else {
                    throw RPCError(code: .unimplemented, message: "nodes pass calls on to one another with gRPC")
                }
                guard isRouted else { throw Self.notRouted }
            }
            keepMetadataOfCall()
            if isRouted, handler == nil || route != nil { return .route(path: name, request) }
            guard let handler else { throw RPCError(code: .unimplemented, message: "there is no method \(name) here") }
            return .call(handler, request)
        } catch {
            return .fail(error, content)
        }
    }

    private mutating func checkVersionAndTimeout() throws(RPCError) {
        guard !isMalformed else {
            throw RPCError(code: .invalidArgument, message: "the head of the call has a malformed timeout, route or binary metadata")
        }
        guard try field("connect-protocol-version").map({ $0 == "1" }) ?? true else {
            throw RPCError(code: .invalidArgument, message: "connect-protocol-version is 1 here")
        }
        guard let text = try field("connect-timeout-ms") else { return }
        guard (1...10).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }), let milliseconds = Int64(text) else {
            throw RPCError(code: .invalidArgument, message: "the head of the call has a malformed timeout: at most ten digits")
        }
        // Ten digits of milliseconds are 115 days.
        timeoutNanoseconds = milliseconds * 1_000_000
    }

    /// How messages of the request are compressed, and whether those of the answer may be. Who does not say what he takes, takes what he
    /// sends.
    private func encodings(_ content: WebContent, _ query: WebQuery?) throws(RPCError) -> (MessageEncoding, acceptsGzip: Bool) {
        let body = try field("content-encoding")
        switch content.framing {
        case .connect:
            guard encoding == .identity, query == nil || body == nil else { throw .unknownWebEncoding }
            let encoding = if let query { query.encoding } else { try Self.encoding(body) }
            return (encoding, httpGzip == .listed || httpGzip == .unsaid && encoding == .gzip)
        case .connectStream:
            // Messages are compressed one by one: the body is not.
            guard encoding == .identity, try Self.encoding(body) == .identity else { throw .unknownWebEncoding }
            let encoding = try Self.encoding(field("connect-content-encoding"))
            let accepted = try field("connect-accept-encoding").map { Array($0.utf8).span.lists(HeaderName.gzip) }
            return (encoding, accepted ?? (encoding == .gzip))
        case .grpcWeb, .grpcWebText:
            guard let encoding, try Self.encoding(body) == .identity else { throw .unknownWebEncoding }
            return (encoding, acceptsGzip)
        }
    }

    private static func encoding(_ name: String?) throws(RPCError) -> MessageEncoding {
        switch name {
        case nil, "identity"?: return .identity
        case "gzip"?: return .gzip
        default: throw .unknownWebEncoding
        }
    }

    /// A field of the doors; one that is there twice says two things.
    private func field(_ name: String) throws(RPCError) -> String? {
        var value: String?
        for entry in metadata where entry.key == name {
            guard value == nil, case .ascii(let text) = entry.value else {
                throw RPCError(code: .invalidArgument, message: "the head of the call says \(name) twice")
            }
            value = text
        }
        return value
    }

    /// What browsers and the doors' own protocols say is nobody's metadata: a handler need not know it, and another institution must not
    /// (a cookie is for the host that it was made for).
    private mutating func keepMetadataOfCall() {
        var kept = Metadata()
        for entry in metadata where !Self.isOfDoors(entry.key) { kept.appendReceived(key: entry.key, value: entry.value) }
        metadata = kept
    }

    private static let fieldsOfDoors: Set<String> = [
        "origin", "referer", "cookie", "accept", "accept-language", "content-encoding", "x-grpc-web", "x-user-agent", "cache-control",
        "pragma", "priority", "dnt", "upgrade-insecure-requests",
    ]

    private static func isOfDoors(_ key: String) -> Bool {
        key.hasPrefix("connect-") || key.hasPrefix("sec-") || key.hasPrefix("access-control-") || fieldsOfDoors.contains(key)
    }
}

extension WebContent {
    fileprivate var isOfConnect: Bool { framing == .connect || framing == .connectStream }
}
