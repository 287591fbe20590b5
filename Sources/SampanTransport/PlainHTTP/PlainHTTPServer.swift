/// Answers requests over plain HTTP/1.1, one on each connection: GET for collectors of metrics on the same machine, and POST, where its
/// limits allow a body, for callbacks behind a proxy that ends the TLS.
///
/// No TLS, no keep-alive, no chunks: less than a web server, and as little to attack. The answer is made in a task of its own, on no loop.
/// Safe from any task.
///
/// ```
/// init ──listen──► listening ──shutdown──► closed, with its connections
/// ```
package final class PlainHTTPServer: Sendable {
    package typealias Answer = @Sendable (PlainHTTPRequest) async -> PlainHTTPAnswer?

    private let listener: PlainHTTPListener

    /// - Parameters:
    ///   - loop: carries its connections, beside whatever else it does.
    ///   - answer: asked for each request that is well formed; nil closes the connection without a word.
    package init(loop: EventLoop, limits: PlainHTTPLimits = PlainHTTPLimits(), answer: @escaping Answer) {
        listener = PlainHTTPListener(loop: loop, limits: limits, answer: answer)
    }

    /// Listens; returns the bound address, which names the port where 0 was asked for. Once.
    package func listen(on address: SocketAddress) async throws(SocketError) -> SocketAddress {
        let socket = try StreamSocket.listening(on: address, backlog: 64)
        let listener = listener
        try await listener.loop.run { () throws(SocketError) in try listener.start(socket) }
        return socket.localAddress ?? address
    }

    /// Closes everything at once.
    package func shutdown() async {
        let listener = listener
        await listener.loop.run { listener.close() }
    }
}
