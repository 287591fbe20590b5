internal import Glibc
package import SampanTransport
internal import Synchronization

/// A line to a server that can be cut, or go silent as a broken one does: everything stays open, and nothing arrives.
///
/// Connections to `address` are passed on to the server, each by two threads. Safe from any thread.
package final class CuttableLine: Sendable {
    private enum Condition { case good, silent, cut }

    private let listener: RawListener
    private let server: SocketAddress
    private let condition = Mutex<Condition>(.good)
    private let pairs = Mutex<[Pair]>([])

    /// Sendable: its descriptors never change, and are closed with it.
    private final class Pair: @unchecked Sendable {
        let (near, far): (RawSocket, RawSocket)

        init(_ near: RawSocket, _ far: RawSocket) { (self.near, self.far) = (near, far) }

        func end() {
            near.shutdown()
            far.shutdown()
        }
    }

    /// Where the line begins.
    package var address: SocketAddress { listener.address }

    /// Nil where no socket is to be had.
    package init?(to server: SocketAddress) {
        guard let listener = RawListener() else { return nil }
        (self.listener, self.server) = (listener, server)
    }

    /// Takes connections, until the line is cut. Start it once, in a task of its own.
    package func run() async throws {
        let (listener, server) = (listener, server)
        try await RawSocket.onThread { [self] in
            while condition.withLock({ $0 != .cut }) {
                guard let near = listener.accept(), condition.withLock({ $0 != .cut }) else { continue }
                guard let far = RawSocket(to: server) else { continue }
                carry(Pair(near, far))
            }
        }
    }

    /// From now on nothing arrives any more, in either direction; connections stay as they are.
    package func silence() { condition.withLock { $0 = .silent } }

    /// Every connection ends, and none is taken any more.
    package func cut() {
        condition.withLock { $0 = .cut }
        endAll()
        // Wakes whoever accepts.
        _ = RawSocket(to: address)
    }

    private func endAll() {
        let all = pairs.withLock { pairs in
            defer { pairs = [] }
            return pairs
        }
        for pair in all { pair.end() }
    }

    private func carry(_ pair: Pair, isOutward: Bool) {
        let (from, to) = isOutward ? (pair.near, pair.far) : (pair.far, pair.near)
        while true {
            // Nothing for 20 s.
            guard let bytes = from.read() else { continue }
            guard !bytes.isEmpty else { return }
            if condition.withLock({ $0 != .silent }), !to.write(bytes) { return }
        }
    }

    private func carry(_ pair: Pair) {
        pairs.withLock { $0.append(pair) }
        for isOutward in [true, false] {
            Task { [self] in
                try? await RawSocket.onThread { [self] in carry(pair, isOutward: isOutward) }
                // A silent line does not tell that its other end has gone.
                if condition.withLock({ $0 != .silent }) { pair.end() }
            }
        }
    }
}
