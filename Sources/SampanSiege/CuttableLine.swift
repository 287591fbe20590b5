internal import Glibc
package import SampanTransport
internal import Synchronization

/// A line to a server that can be cut, or go silent as a broken one does: everything stays open, and nothing arrives. It can be mended.
///
/// Connections to `address` are passed on to the server, each by two threads. Safe from any thread.
package final class CuttableLine: Sendable {
    private enum Condition { case good, silent, cut, ended }

    private let listener: RawListener
    private let server: SocketAddress
    private let condition = Mutex<Condition>(.good)
    private let pairs = Mutex<[Pair]>([])
    private let bytes = Atomic<Int>(0)

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

    /// Bytes that have arrived at the server's end so far.
    package var carried: Int { bytes.load(ordering: .relaxed) }

    /// Nil where no socket is to be had.
    package init?(to server: SocketAddress) {
        guard let listener = RawListener() else { return nil }
        (self.listener, self.server) = (listener, server)
    }

    /// Takes connections, until the line is ended. Start it once, in a task of its own.
    package func run() async throws {
        let (listener, server) = (listener, server)
        try await RawSocket.onThread { [self] in
            while condition.withLock({ $0 != .ended }) {
                guard let near = listener.accept(), condition.withLock({ $0 == .good || $0 == .silent }) else { continue }
                guard let far = RawSocket(to: server) else { continue }
                carry(Pair(near, far))
            }
        }
    }

    /// From now on nothing arrives any more, in either direction; connections stay as they are.
    package func silence() { condition.withLock { $0 = .silent } }

    /// Every connection ends, and new ones end at once, until the line is mended.
    package func cut() { become(.cut) }

    /// What was lost stays lost: connections of a line that was silent end, and new ones are carried.
    package func mend() { become(.good) }

    /// Every connection ends, and `run` returns.
    package func end() {
        become(.ended)
        // Wakes whoever accepts.
        _ = RawSocket(to: address)
    }

    private func become(_ next: Condition) {
        condition.withLock { $0 = next }
        endAll()
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
            if condition.withLock({ $0 != .silent }) {
                guard to.write(bytes) else { return }
                if isOutward { self.bytes.add(bytes.count, ordering: .relaxed) }
            }
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
