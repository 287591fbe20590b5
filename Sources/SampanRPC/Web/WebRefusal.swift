/// The answer to a request that no door knows: an HTTP status and a line of text, since nobody can tell what its caller speaks.
package struct WebRefusal: Error, Sendable, Hashable {
    package let status: Int
    package let text: String
    /// What would have been taken, in the field that HTTP has for that.
    package let hint: Hint?

    package enum Hint: Sendable, Hashable {
        /// RFC 9110 §10.2.1, which a 405 must have.
        case allow(String)
        /// Linked Data Platform §7.1: content types of a POST.
        case acceptPost(String)
    }

    package init(_ status: Int, _ text: String, _ hint: Hint? = nil) { (self.status, self.text, self.hint) = (status, text, hint) }

    /// Neither GET nor POST.
    static let verb = WebRefusal(405, "calls are made with POST, or with GET where a method has no side effects", .allow("GET, POST"))

    /// A GET of what may have side effects, or of what nobody here knows: a page could have it made without anybody's will.
    static let get = WebRefusal(
        405, "calls are made with POST; GET is for unary methods that are declared to have no side effects", .allow("POST"))

    static let type = WebRefusal(
        415,
        "use application/grpc, application/json, application/proto, application/connect+json, application/connect+proto "
            + "or application/grpc-web",
        .acceptPost("application/json, application/proto, application/connect+json, application/connect+proto, application/grpc-web"))

    static let queryCodec = WebRefusal(415, "the encoding of a GET is json or proto")

    static let longQuery = WebRefusal(414, "path and query are longer than \(WebQuery.longest) bytes; use POST")

    /// Connect has other types for unary methods and for those that stream.
    static func kind(of method: MethodDescriptor) -> WebRefusal {
        let types = method.kind == .unary ? "application/json, application/proto" : "application/connect+json, application/connect+proto"
        return WebRefusal(
            415, "\(method) \(method.kind == .unary ? "is unary" : "streams"): use one of \(types)", .acceptPost(types))
    }
}
