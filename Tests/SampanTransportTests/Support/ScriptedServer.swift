import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Synchronization

/// A server that does what none of ours would, call by call. Its script runs on the loop.
// Sendable: everything but the notes is touched on the loop only.
final class ScriptedServer: PollHandler, @unchecked Sendable {
    /// What has happened, in order: calls with their number of previous attempts, ends with their HTTP/2 code, connections.
    enum Event: Sendable, Equatable {
        case connected
        case called(previousAttempts: Int)
        case ended(UInt32)
    }

    let port: UInt16
    let events: AsyncStream<Event>
    private let loop: EventLoop
    private let socket: StreamSocket
    private let script: @Sendable (Call) -> Void
    private let note: AsyncStream<Event>.Continuation
    private let notes = Mutex<[Event]>([])
    private var token: Poller.Token?
    private var connections: [Peer] = []
    private var calls = 0

    /// Listens at once. `script` is called when the head of a request has come, and again by no other event: a call may be answered later,
    /// when `whole` is.
    init(_ group: EventLoopGroup, port: UInt16 = 0, script: @escaping @Sendable (Call) -> Void) async throws {
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { throw SocketError(call: "inet_pton") }
        loop = group.loops[0]
        socket = try StreamSocket.listening(on: address, backlog: 64)
        self.port = socket.localAddress?.port ?? 0
        self.script = script
        (events, note) = AsyncStream.makeStream(of: Event.self)
        try await loop.run { self.token = try self.loop.register(self.socket.descriptor, .readable, self) }
    }

    var endpoint: Endpoint { Endpoint(host: "127.0.0.1", port: port) }

    /// Every call that has come so far, by the number of attempts that it says were made before.
    var attempts: [Int] {
        notes.withLock { notes in
            notes.compactMap { if case .called(let previous) = $0 { previous } else { nil } }
        }
    }

    var connectionCount: Int { notes.withLock { notes in notes.count { $0 == .connected } } }

    func stop() async {
        await loop.run {
            if let token = self.token {
                self.loop.unregister(token, self.socket.descriptor)
                self.socket.close()
            }
            self.token = nil
            for connection in self.connections { connection.connection?.close(.finished) }
            self.connections = []
        }
    }

    /// Waits for one of the events; false when the server's end comes first.
    func wait(for event: Event) async -> Bool {
        for await seen in events where seen == event { return true }
        return false
    }

    func ready(_ readiness: Readiness) {
        while let accepted = try? socket.accept(), let session = try? HTTP2Session(role: .server, settings: HTTP2Settings()) {
            let peer = Peer(server: self)
            let connection = Connection(
                loop: loop, socket: accepted.0, address: "client", isConnected: true, session: session, tls: nil)
            peer.connection = connection
            connections.append(peer)
            noted(.connected)
            connection.start(owner: peer, setUpTimeout: .seconds(20))
        }
    }

    fileprivate func noted(_ event: Event) {
        notes.withLock { $0.append(event) }
        note.yield(event)
    }

    fileprivate func begin(_ call: Call) {
        noted(.called(previousAttempts: Int(call.fields["grpc-previous-rpc-attempts"] ?? "0") ?? -1))
        call.number = calls
        calls += 1
        script(call)
    }

    /// One connection of a client.
    final class Peer: ConnectionOwner {
        let server: ScriptedServer
        var connection: Connection?

        init(server: ScriptedServer) { self.server = server }

        var windowLimits: WindowLimits { WindowLimits(initialStream: 65_535, maximumStream: 65_535, growth: 0) }
        func mayWiden(by bytes: Int) -> Bool { false }
        func makeStream() -> HTTP2Stream? { Call(self) }
        func receivedSettings(maximumConcurrentStreams: UInt32) { connection?.setUpComplete() }
        func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}
        func receivedPingAck(_ ping: HTTP2Ping?) {}
        func connectionEstablished(_ peer: SampanRPC.Peer) {}
        func connectionFlushed() {}
        func connectionClosed(_ reason: CloseReason) { connection = nil }
    }

    /// One call, answered by hand.
    final class Call: HTTP2Stream {
        private let peer: Peer
        private(set) var fields: [String: String] = [:]
        private(set) var body: [UInt8] = []
        /// In the order in which calls reached the server, from 0.
        var number = 0
        /// Called when the client has said everything.
        var whenWhole: (() -> Void)?
        private var hasHead = false

        fileprivate init(_ peer: Peer) { self.peer = peer }

        // MARK: Answers

        /// REFUSED_STREAM.
        func refuse() { reset(.refusedStream) }

        func reset(_ code: HTTP2ErrorCode) {
            peer.connection?.session.reset(self, code)
            peer.connection?.markDirty()
        }

        /// GOAWAY that says that this call was not taken.
        func disown() {
            peer.connection?.session.submitGoAway(.noError, lastStreamID: max(0, id - 2))
            peer.connection?.markDirty()
        }

        /// The connection ends without a word.
        func hangUp() {
            guard let connection = peer.connection else { return }
            // What was submitted goes out first.
            connection.flush()
            connection.close(.finished)
        }

        func head() {
            guard !hasHead else { return }
            hasHead = true
            var head = HeaderBlock()
            head.append(":status", "200")
            head.append("content-type", "application/grpc")
            peer.connection?.session.submitResponse(head, stream: self)
            peer.connection?.markDirty()
        }

        /// A message, without an end.
        func say(_ payload: [UInt8]) {
            guard let message = try? FramedMessage(payload: payload) else { return }
            head()
            peer.connection?.session.send(message.bytes, on: self)
            peer.connection?.markDirty()
        }

        func answer(count: Int = 1, _ payload: [UInt8]) {
            head()
            for _ in 0..<count { say(payload) }
            var trailers = HeaderBlock()
            trailers.append("grpc-status", "0")
            peer.connection?.session.finish(self, trailers: trailers)
            peer.connection?.markDirty()
        }

        /// Trailers-Only.
        func fail(_ code: StatusCode, pushback: String? = nil) {
            var head = HeaderBlock()
            head.append(":status", "200")
            head.append("content-type", "application/grpc")
            head.append("grpc-status", "\(code.rawValue)")
            if let pushback { head.append("grpc-retry-pushback-ms", pushback) }
            peer.connection?.session.submitResponseOnly(head, stream: self)
            peer.connection?.markDirty()
        }

        // MARK: HTTP2Stream

        override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
            fields[Self.text(headerName)] = Self.text(value)
            return true
        }

        override func receivedHeaders(endStream: Bool) { peer.server.begin(self) }

        override func received(data: RawSpan) {
            unsafe data.withUnsafeBytes { unsafe body.append(contentsOf: $0) }
            peer.connection?.session.consumeStream(self, data.byteCount)
        }

        override func receivedEnd() { whenWhole?() }

        override func closed(_ code: HTTP2ErrorCode) {
            whenWhole = nil
            peer.server.noted(.ended(code.rawValue))
        }

        private static func text(_ span: Span<UInt8>) -> String { String(decoding: span.indices.map { span[$0] }, as: UTF8.self) }
    }
}
