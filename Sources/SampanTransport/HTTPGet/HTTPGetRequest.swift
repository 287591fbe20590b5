/// What somebody asks for over plain HTTP/1.1.
package struct HTTPGetRequest: Sendable, Hashable {
    /// The target without its query; begins with a slash. As it came: nothing is decoded.
    package let path: String
    /// The field `Accept`, where there is one; several are joined as RFC 9110 §5.3 says.
    package let accept: String?

    package init(path: String, accept: String? = nil) { (self.path, self.accept) = (path, accept) }
}
