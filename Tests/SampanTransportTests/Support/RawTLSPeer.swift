import SampanCrypto
import SampanSiege
import SampanTransport

/// A client over TLS that says what it likes, when it likes. Blocking, for `RawSocket.onThread`.
// Sendable: a test uses it on one thread after the other, never on two at a time.
final class RawTLSPeer: @unchecked Sendable {
    struct Frame: Equatable {
        let type: UInt8
        let flags: UInt8
        let stream: UInt32
    }

    private let socket: RawSocket
    private let tls: TLSConnection
    private var buffer: [UInt8] = []
    /// What the server has said, without payloads.
    private(set) var frames: [Frame] = []
    /// Why TLS ended; nil while it has not.
    private(set) var failure: TLSError?
    private(set) var isClosed = false

    init?(to address: SocketAddress, _ context: TLSContext, room: Int = 1 << 20) {
        guard let socket = RawSocket(to: address, room: room), let tls = try? TLSConnection(context) else { return nil }
        self.socket = socket
        self.tls = tls
    }

    /// Shakes hands as far as the server's last word, and keeps the answer with our certificate back.
    func shakeHalf() {
        attempt { () throws(TLSError) in try tls.start() }
        flush()
        while !tls.isHandshakeComplete, failure == nil, hear() {}
    }

    func shakeHands() {
        shakeHalf()
        flush()
    }

    /// False when the server has closed.
    @discardableResult
    func say(_ bytes: [UInt8]) -> Bool {
        attempt { () throws(TLSError) in try tls.write(bytes.span) }
        return flush()
    }

    /// Takes what comes next; false when nothing more does.
    @discardableResult
    func hear() -> Bool {
        guard failure == nil, let bytes = socket.read(), !bytes.isEmpty else {
            isClosed = true
            return false
        }
        attempt { () throws(TLSError) in try tls.receive(bytes.span) }
        var plain = [UInt8](repeating: 0, count: 65_536)
        var more = tls.isHandshakeComplete
        while more, failure == nil {
            var count = 0
            attempt { () throws(TLSError) in
                var target = plain.mutableSpan
                if case .bytes(let read) = try tls.read(into: &target) { count = read }
            }
            buffer += plain.prefix(count)
            more = count > 0
        }
        takeFrames()
        return failure == nil
    }

    func hearToEnd() {
        while hear() {}
    }

    @discardableResult
    private func flush() -> Bool {
        var isOpen = true
        tls.drainCiphertext { bytes in
            isOpen = socket.write(bytes.indices.map { bytes[$0] })
            return bytes.count
        }
        return isOpen
    }

    private func attempt(_ body: () throws(TLSError) -> Void) {
        do throws(TLSError) { try body() } catch { failure = failure ?? error }
    }

    private func takeFrames() {
        while buffer.count >= 9 {
            let length = Int(buffer[0]) << 16 | Int(buffer[1]) << 8 | Int(buffer[2])
            guard buffer.count >= 9 + length else { return }
            let stream = buffer[5..<9].reduce(0) { $0 << 8 | UInt32($1) }
            frames.append(Frame(type: buffer[3], flags: buffer[4], stream: stream))
            buffer.removeFirst(9 + length)
        }
    }
}
