/// Answers GET requests over plain HTTP/1.1, one on each connection: for collectors of metrics on the same machine.
///
/// No TLS, no keep-alive, no bodies: less than a web server, and as little to attack. The answer is made in a task of its own, on no loop.
/// Safe from any task.
///
/// ```
/// init ──listen──► listening ──shutdown──► closed, with its connections
/// ```
package final class HTTPGetServer: Sendable {
    package typealias Answer = @Sendable (HTTPGetRequest) async -> HTTPGetAnswer

    private let listener: HTTPGetListener

    /// - Parameters:
    ///   - loop: carries its connections, beside whatever else it does.
    ///   - answer: asked for each request that is well formed.
    package init(loop: EventLoop, limits: HTTPGetLimits = HTTPGetLimits(), answer: @escaping Answer) {
        listener = HTTPGetListener(loop: loop, limits: limits, answer: answer)
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
