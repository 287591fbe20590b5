/// The head of a call as the server reads it, field by field (gRPC PROTOCOL-HTTP2, Requests).
package struct RequestHead: Sendable {
    package internal(set) var handler: MethodHandler?
    /// What `grpc-timeout` says, in nanoseconds; one of more than 100 years counts as that.
    package internal(set) var timeoutNanoseconds: Int64?
    package internal(set) var metadata = Metadata()
    private(set) var verb = Verb.other
    /// What `accept-encoding` says of gzip. HTTP's own: of no meaning to gRPC.
    // No optional, and beside others of one byte: every call copies it.
    private(set) var httpGzip = HTTPGzip.unsaid
    private var hasTrailersTE = false
    private var contentType = ContentType.missing
    /// Of a request that is no gRPC and that a door to the web may know.
    private(set) var web: WebContent?
    /// What `grpc-encoding` says of the messages; nil for an encoding that is not known here.
    package private(set) var encoding: MessageEncoding? = .identity
    /// Whether the client speaks of encodings at all, so that it wants to hear of ours.
    package private(set) var namesEncodings = false
    /// Whether answers may be compressed.
    package private(set) var acceptsGzip = false
    /// What the head says of the way of the call; nil for most.
    package private(set) var route: RouteFields?
    /// What `sampan-priority` says; nil for most.
    package private(set) var priority: CallPriority?
    /// Attempts at the same call that came before this one (`grpc-previous-rpc-attempts`, gRFC A6).
    package private(set) var previousAttempts: Int32 = 0
    private(set) var isMalformed = false
    /// Of a method that is not served.
    var path: [UInt8]?

    /// The path of a method that is not served here, without the slash in front; empty for one that is.
    package var unservedPath: String { path.map { String(decoding: $0.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self) } ?? "" }

    private enum ContentType { case missing, grpc, other }

    enum HTTPGzip { case unsaid, notListed, listed }

    enum Verb { case post, get, head, options, other }

    package init() {}

    /// What to do with the call once its head is complete.
    package enum Verdict: Sendable {
        case accept(MethodHandler)
        /// It says something of its way, or names a method that is not served here: its router says what becomes of it.
        case route(path: String)
        /// No gRPC: answered with a bare HTTP status.
        case refuse(httpStatus: Int)
        /// gRPC, but not a call that can be served: answered with a status alone.
        case fail(RPCError)
    }

    /// Takes one field. `route` is asked once, for the method of the path.
    package mutating func append(name: Span<UInt8>, value: Span<UInt8>, route: (Span<UInt8>) -> MethodHandler?) {
        switch name.count {
        case 5 where name.equals(HeaderName.path):
            handler = route(value)
            if handler == nil { path = value.bytes }
        case 7 where name.equals(HeaderName.method):
            verb = value.equals(HeaderName.post) ? .post : Self.otherVerb(value)
        case 2 where name.equals(HeaderName.te): hasTrailersTE = value.equals(HeaderName.trailers)
        case 12 where name.equals(HeaderName.contentType):
            contentType = Self.isGRPC(value) ? .grpc : .other
            if contentType == .other { web = WebContent(value) }
        case 12 where name.equals(HeaderName.timeout):
            timeoutNanoseconds = Timeout.parse(value)
            isMalformed = isMalformed || timeoutNanoseconds == nil
        case 13 where name.equals(HeaderName.encoding): encoding = Self.encoding(value)
        case 9 where name.equals(HeaderName.target), 10 where name.equals(HeaderName.via), 17 where name.equals(HeaderName.caller):
            takeRoute(name, value)
        case 20 where name.equals(HeaderName.acceptEncoding):
            namesEncodings = true
            acceptsGzip = acceptsGzip || value.lists(HeaderName.gzip)
        case 15 where name.equals(HeaderName.priority): priority = CallPriority(value)
        case 26 where name.equals(HeaderName.previousAttempts): previousAttempts = Int32(truncatingIfNeeded: value.decimal ?? 0)
        default: appendMetadata(name, value)
        }
    }

    /// Mutating only in name: a method of another module that does not mutate is called with a copy.
    /// - Parameter isRouted: whether somebody knows where a call goes that is not for here.
    package mutating func verdict(isRouted: Bool = false) -> Verdict {
        guard verb == .post else { return .refuse(httpStatus: 405) }
        guard contentType == .grpc else { return .refuse(httpStatus: 415) }
        guard !isMalformed else {
            return .fail(RPCError(code: .internal, message: "the head of the call has a malformed timeout, route or binary metadata"))
        }
        guard hasTrailersTE else {
            return .fail(RPCError(code: .internal, message: "the head of the call lacks `te: trailers`; is a proxy in between?"))
        }
        guard isRouted || route == nil else { return .fail(Self.notRouted) }
        if isRouted, handler == nil || route != nil {
            guard encoding != nil else { return .fail(Self.unknownEncoding) }
            return .route(path: handler?.method.path ?? String(decoding: path ?? [], as: UTF8.self))
        }
        guard let handler else {
            let name = String(decoding: path ?? [], as: UTF8.self)
            return .fail(RPCError(code: .unimplemented, message: "there is no method \(name) here"))
        }
        guard encoding != nil else { return .fail(Self.unknownEncoding) }
        return .accept(handler)
    }

    /// Served here it would be somebody else's call, or made by somebody else.
    static let notRouted = RPCError(code: .unimplemented, message: "this node takes no calls for others, or from others")

    /// gRPC compression.md: the refusal names what would have been accepted.
    private static let unknownEncoding: RPCError = {
        var metadata = Metadata()
        metadata.appendReceived(key: "grpc-accept-encoding", value: .ascii(MessageEncoding.accepted))
        return RPCError(
            code: .unimplemented, message: "the encoding of the messages is not supported; use \(MessageEncoding.accepted)",
            metadata: metadata)
    }()

    static func encoding(_ value: Span<UInt8>) -> MessageEncoding? {
        if value.equals(HeaderName.identity) { return .identity }
        return value.equals(HeaderName.gzip) ? .gzip : nil
    }

    /// A field that is there twice is as wrong as one that is no text: who reads the first would not be who reads the last.
    private mutating func takeRoute(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if route == nil { route = RouteFields() }
        if route?.take(name, value) != true { isMalformed = true }
    }

    private mutating func appendMetadata(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        guard HeaderName.isMetadata(name) else {
            if name.equals(HeaderName.httpAcceptEncoding) {
                httpGzip = httpGzip == .listed || value.lists(HeaderName.gzip) ? .listed : .notListed
            }
            return
        }
        if !metadata.appendField(name: name, value: value) { isMalformed = true }
    }

    private static func otherVerb(_ value: Span<UInt8>) -> Verb {
        if value.equals(HeaderName.get) { return .get }
        if value.equals(HeaderName.head) { return .head }
        return value.equals(HeaderName.options) ? .options : .other
    }

    /// `application/grpc`, with an optional `+codec` or `;parameter`.
    static func isGRPC(_ value: Span<UInt8>) -> Bool {
        guard value.starts(with: HeaderName.applicationGRPC) else { return false }
        let length = HeaderName.applicationGRPC.utf8CodeUnitCount
        return value.count == length || value[length] == UInt8(ascii: "+") || value[length] == UInt8(ascii: ";")
    }
}
