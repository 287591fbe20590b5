/// A request by a door to the web, as far as its head says.
package struct WebRequest: Sendable {
    package let content: WebContent
    /// Of its messages.
    package let encoding: MessageEncoding
    /// Whether messages of the answer may be compressed.
    package let acceptsGzip: Bool
    /// The method, where it is served here or a contract is known here that declares it.
    package let method: MethodDescriptor?
    /// What a GET carries in its query; nil for a POST.
    package let message: [UInt8]?

    package init(
        _ content: WebContent, encoding: MessageEncoding = .identity, acceptsGzip: Bool = false, method: MethodDescriptor? = nil,
        message: [UInt8]? = nil
    ) {
        (self.content, self.encoding, self.acceptsGzip) = (content, encoding, acceptsGzip)
        (self.method, self.message) = (method, message)
    }
}
