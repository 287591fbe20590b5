internal import SampanTransport
internal import Synchronization

/// The failed handshakes of a server that is made after the service which tells about them.
final class ServerFailures: Sendable {
    private let state = Mutex<HandshakeFailures?>(nil)

    var value: HandshakeFailures? { state.withLock { $0 } }

    func set(_ failures: HandshakeFailures) { state.withLock { $0 = failures } }
}
