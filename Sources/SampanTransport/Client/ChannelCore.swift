internal import SampanCrypto
internal import SampanHTTP2
internal import SampanRPC

/// The state of a channel: one live connection at the most, and the calls that wait for it.
///
/// ```
/// idle ──call──► connecting ──SETTINGS──► ready ──GOAWAY or loss──► idle
///                    │failed                            shutdown from anywhere ──► closed
///                    ▼
///                 backingOff ──timer──► connecting (while calls wait), or idle
/// ```
/// Sendable: everything here is touched on `loop` only.
final class ChannelCore: TimerTarget, @unchecked Sendable {
    private enum State {
        case idle
        case connecting
        case ready(ClientConnection)
        case backingOff(TimerID, RPCError)
        case closed
    }

    let loop: EventLoop
    let configuration: ChannelConfiguration
    private let host: String
    private let port: UInt16
    private let tls: TLSContext?
    private var state = State.idle
    private var attempt: ClientConnection?
    /// Addresses of the host that this round of connecting has not tried yet.
    private var candidates: ArraySlice<SocketAddress> = []
    private var pending: [ClientCall] = []
    private var backoff: Backoff
    /// Connections that still carry calls after a GOAWAY.
    private var drainingConnections: [ClientConnection] = []
    private var whenClosed: [() -> Void] = []

    init(loop: EventLoop, host: String, port: UInt16, tls: TLSContext?, configuration: ChannelConfiguration) {
        self.loop = loop
        self.host = host
        self.port = port
        self.tls = tls
        self.configuration = configuration
        backoff = Backoff(initial: configuration.initialBackoff, maximum: configuration.maximumBackoff)
    }

    /// What `:authority` says: an IPv6 address stands in brackets (RFC 3986 §3.2.2).
    private var authority: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Puts a call on the connection, or has it wait for one.
    func submit(_ call: ClientCall) {
        loop.assertOnLoop()
        call.arm()
        switch state {
        case .ready(let connection):
            if connection.isReady, call.start(on: connection) { return }
            wait(call)
            connectIfNeeded()
        case .idle:
            wait(call)
            connectIfNeeded()
        case .connecting: wait(call)
        case .backingOff(_, let error):
            // Fail fast, as gRPC does by default, with the reason of the last attempt.
            if call.options.waitForReady { wait(call) } else { call.end(error) }
        case .closed: call.end(RPCError(code: .unavailable, message: "the channel is closed"))
        }
    }

    /// What new calls are put on; nil while there is none. On the loop.
    var readyConnection: ClientConnection? {
        if case .ready(let connection) = state { connection } else { nil }
    }

    private func wait(_ call: ClientCall) {
        if pending.count >= configuration.maximumPendingCalls { pending.removeAll { $0.hasEnded } }
        guard pending.count < configuration.maximumPendingCalls else {
            call.end(RPCError(code: .resourceExhausted, message: "\(pending.count) calls wait for a connection to \(authority)"))
            return
        }
        pending.append(call)
    }

    // MARK: Connecting

    private func connect() {
        state = .connecting
        let (host, port, loop) = (host, port, loop)
        if let address = SocketAddress(host: host, port: port) {
            connect(toFirstOf: [address])
            return
        }
        Task {
            let result: Result<[SocketAddress], SocketError>
            do throws(SocketError) {
                result = .success(try await Resolver.resolve(host: host, port: port))
            } catch {
                result = .failure(error)
            }
            loop.submit {
                switch result {
                case .success(let addresses): self.connect(toFirstOf: addresses[...])
                case .failure(let error): self.failed("\(error)")
                }
            }
        }
    }

    /// Tries one address after the other: a name such as `localhost` stands for several, and a server may listen on one.
    private func connect(toFirstOf addresses: ArraySlice<SocketAddress>) {
        guard case .connecting = state, let address = addresses.first else { return }
        candidates = addresses.dropFirst()
        do {
            let socket = try StreamSocket.connecting(to: address)
            socket.setUserTimeout(configuration.userTimeout)
            let session = try HTTP2Session(role: .client, settings: configuration.http2, memory: loop.sessionMemory)
            let tls = try tls.map { try TLSConnection($0) }
            let connection = Connection(
                loop: loop, socket: socket, address: address.description, isConnected: false, session: session, tls: tls)
            let attempt = ClientConnection(
                channel: self, connection: connection, authority: authority, scheme: tls == nil ? "http" : "https")
            self.attempt = attempt
            attempt.start(setUpTimeout: configuration.setUpTimeout)
        } catch {
            failed("\(error)")
        }
    }

    /// The connection has shown that it speaks HTTP/2.
    func ready(_ connection: ClientConnection) {
        attempt = nil
        candidates = []
        backoff.reset()
        state = .ready(connection)
        startPending(on: connection)
    }

    private func startPending(on connection: ClientConnection) {
        var rest: [ClientCall] = []
        for call in pending where !call.hasEnded {
            if !(connection.isReady && call.start(on: connection)) { rest.append(call) }
        }
        pending = rest
        connectIfNeeded()
    }

    /// A call of the connection has ended, so that one that waits may start.
    func streamEnded(on connection: ClientConnection) {
        guard !pending.isEmpty, case .ready(let current) = state, current === connection else { return }
        startPending(on: connection)
    }

    /// The server wants no more calls on this connection: new ones get another.
    func draining(_ connection: ClientConnection) {
        guard case .ready(let current) = state, current === connection else { return }
        drainingConnections.append(connection)
        reconnectIfNeeded()
    }

    func closed(_ connection: ClientConnection, _ reason: CloseReason) {
        drainingConnections.removeAll { $0 === connection }
        if attempt === connection {
            attempt = nil
            failed("\(reason)")
        } else if case .ready(let current) = state, current === connection {
            reconnectIfNeeded()
        }
        finishIfClosed()
    }

    private func reconnectIfNeeded() {
        state = .idle
        connectIfNeeded()
    }

    private func connectIfNeeded() {
        guard case .idle = state else { return }
        pending.removeAll { $0.hasEnded }
        if !pending.isEmpty { connect() }
    }

    private func failed(_ reason: String) {
        guard case .connecting = state else { return }
        guard candidates.isEmpty else {
            connect(toFirstOf: candidates)
            return
        }
        let error = RPCError(code: .unavailable, message: "no connection to \(authority): \(reason)")
        var random = SystemRandomNumberGenerator()
        state = .backingOff(loop.schedule(after: backoff.next(using: &random), self), error)
        let waiting = pending
        pending = []
        for call in waiting where !call.hasEnded {
            if call.options.waitForReady { pending.append(call) } else { call.end(error) }
        }
    }

    func timerFired() {
        guard case .backingOff = state else { return }
        reconnectIfNeeded()
    }

    // MARK: End

    /// Ends the channel: waiting calls fail, calls on the wire may end within `grace`.
    func shutdown(grace: Duration, whenClosed: @escaping () -> Void = {}) {
        self.whenClosed.append(whenClosed)
        if case .backingOff(let timer, _) = state { loop.cancel(timer) }
        if case .ready(let connection) = state { drainingConnections.append(connection) }
        state = .closed
        candidates = []
        for call in pending { call.end(RPCError(code: .unavailable, message: "the channel is closed")) }
        pending = []
        if let attempt { drainingConnections.append(attempt) }
        attempt = nil
        for connection in drainingConnections { connection.drain() }
        _ = loop.schedule(after: grace, ShutdownTimer(core: self))
        finishIfClosed()
    }

    fileprivate func cutAll() {
        for connection in drainingConnections { connection.close(.graceExpired) }
    }

    private func finishIfClosed() {
        guard case .closed = state, drainingConnections.isEmpty else { return }
        let waiting = whenClosed
        whenClosed = []
        for body in waiting { body() }
    }
}

private final class ShutdownTimer: TimerTarget {
    private let core: ChannelCore

    init(core: ChannelCore) { self.core = core }

    func timerFired() { core.cutAll() }
}
