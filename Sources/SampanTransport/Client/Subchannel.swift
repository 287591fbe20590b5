internal import SampanCrypto
internal import SampanHTTP2

/// One address of a channel, with one connection for new calls at the most; older ones of it may still carry calls after a GOAWAY.
///
/// ```
/// idle ──connect──► connecting ──SETTINGS──► ready ──GOAWAY or loss──► idle        close from anywhere ──► closed
///                       └──failed──► idle
/// ```
/// What to do after a failure or a loss is up to the balancer. Loop-confined.
final class Subchannel {
    private enum State {
        case idle
        case connecting(ClientConnection?)
        case ready(ClientConnection)
        case closed
    }

    let target: EndpointAddress
    let core: ChannelCore
    /// Who wants to know how the calls over its next connection fare.
    var meter: CallMeter?
    /// Whether a connection is asked for a sign of life also while no call is on it: by a server of our own only.
    var isKeptReady = false
    private var state = State.idle
    private var readySince: Int64 = 0
    /// `ChannelCore.credentialsGeneration` when the last attempt was begun.
    private var attemptGeneration = 0

    init(core: ChannelCore, target: EndpointAddress) {
        self.core = core
        self.target = target
    }

    /// What new calls are put on; nil while there is none.
    var readyConnection: ClientConnection? {
        if case .ready(let connection) = state { connection } else { nil }
    }

    func connect() {
        guard case .idle = state else { return }
        state = .connecting(nil)
        attemptGeneration = core.credentialsGeneration
        do {
            let configuration = core.configuration
            // The socket last: nobody would close it, were it there when one of the others fails.
            let tls = try core.security.connection(.client)
            let session = try HTTP2Session(role: .client, settings: configuration.http2, memory: core.loop.sessionMemory)
            let socket = try StreamSocket.connecting(to: target.address)
            socket.setUserTimeout(configuration.userTimeout)
            let connection = Connection(
                loop: core.loop, socket: socket, address: target.address.description, isConnected: false, session: session, tls: tls)
            let attempt = ClientConnection(
                subchannel: self, connection: connection, authority: target.authority, isSecure: tls != nil)
            state = .connecting(attempt)
            core.opened(attempt)
            attempt.start(setUpTimeout: configuration.setUpTimeout)
        } catch {
            failed(ConnectFailure(target.authority, "\(error)"))
        }
    }

    /// Gives an attempt up that is under way.
    func abandonAttempt() {
        guard case .connecting(let attempt) = state else { return }
        state = .idle
        attempt?.drain()
    }

    /// Takes no more calls; those under way go on.
    func close() {
        let last = state
        state = .closed
        switch last {
        case .connecting(let attempt): attempt?.drain()
        case .ready(let connection): connection.drain()
        case .idle, .closed: break
        }
    }

    // MARK: From its connections

    /// The connection has shown that it speaks HTTP/2.
    func ready(_ connection: ClientConnection) {
        guard case .connecting(let attempt) = state, attempt === connection else { return }
        state = .ready(connection)
        readySince = core.loop.nowNanoseconds
        core.balancer?.connected(self)
    }

    /// The server wants no more calls on this connection: new ones get another.
    func draining(_ connection: ClientConnection) { lost(connection) }

    func closed(_ connection: ClientConnection, _ reason: CloseReason) {
        core.closed(connection)
        if case .connecting(let attempt) = state, attempt === connection {
            failed(ConnectFailure(target.authority, reason))
        } else {
            lost(connection)
        }
    }

    private func failed(_ failure: ConnectFailure) {
        guard case .connecting = state else { return }
        state = .idle
        guard attemptGeneration == core.credentialsGeneration else {
            // It was made with credentials that have been replaced meanwhile, and says nothing about the new ones.
            connect()
            return
        }
        core.balancer?.failed(self, failure)
    }

    private func lost(_ connection: ClientConnection) {
        guard case .ready(let current) = state, current === connection else { return }
        state = .idle
        core.balancer?.lost(self, after: .nanoseconds(core.loop.nowNanoseconds - readySince))
    }
}
