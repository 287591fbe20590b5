internal import Foundation
internal import SampanCrypto
internal import SampanSiege

/// One end of TLS over a blocking socket, that can do to its own bytes what no library does. For a thread of its own.
final class BentPeer {
    private let socket: RawSocket
    private let tls: TLSConnection
    /// Changes a flight, by its number from 0, before it leaves.
    private let bend: (Int, inout [UInt8]) -> Void
    private var flights = 0

    /// Nil where there is no TLS to be had.
    init?(_ socket: RawSocket, _ configuration: TLSConfiguration, bend: @escaping (Int, inout [UInt8]) -> Void = { _, _ in }) {
        guard let context = try? TLSContext(configuration), let tls = try? TLSConnection(context) else { return nil }
        (self.socket, self.tls, self.bend) = (socket, tls, bend)
    }

    /// Runs the handshake to its end, or until `enough`. Returns what ended it before; nil when nothing did.
    func shakeHands(until enough: (BentPeer) -> Bool = { _ in false }) -> HandshakeResult? {
        do throws(TLSError) {
            try tls.start()
            while true {
                send()
                if tls.isHandshakeComplete || enough(self) { return nil }
                try take()
            }
        } catch {
            return label(error)
        }
    }

    /// Flights that have left.
    var sent: Int { flights }

    /// Reads until something ends the connection, and says what it was; `success` where `words` are enough, and some came.
    func hear(words areEnough: Bool = false) -> HandshakeResult {
        do throws(TLSError) {
            while true {
                var buffer = [UInt8](repeating: 0, count: 16_384)
                var target = buffer.mutableSpan
                switch try tls.read(into: &target) {
                case .bytes where areEnough: return .success
                // There may be an alert behind it.
                case .bytes: continue
                case .wantMore: try take()
                case .closed: return .peerConnectionClosed
                }
            }
        } catch {
            return label(error)
        }
    }

    /// Says something under its keys, then in the clear.
    func say(_ plaintext: [UInt8], then raw: [UInt8] = []) {
        guard (try? tls.write(plaintext.span)) != nil else { return }
        send()
        socket.write(raw)
    }

    /// Changes its keys so many times without a word between, asking the peer to do so too.
    func changeKeys(times: Int) {
        for _ in 0..<times where (try? tls.updateKeys()) != nil { send() }
    }

    private func send() {
        var bytes: [UInt8] = []
        tls.drainCiphertext { waiting in
            bytes = waiting.indices.map { waiting[$0] }
            return bytes.count
        }
        guard !bytes.isEmpty else { return }
        bend(flights, &bytes)
        flights += 1
        socket.write(bytes)
    }

    private func take() throws(TLSError) {
        guard let bytes = socket.read() else { throw TLSError(.timedOut, "silence") }
        guard !bytes.isEmpty else { throw TLSError(.closedDuringHandshake, "closed") }
        try tls.receive(bytes.span)
    }

    private func label(_ error: TLSError) -> HandshakeResult {
        send()
        return tls.explain(error, at: Int64(Date.now.timeIntervalSince1970)).result
    }
}
