@testable import SampanCrypto

/// A client and a server joined by two byte queues in memory.
final class TLSPair {
    let client: TLSConnection
    let server: TLSConnection
    private(set) var clientError: TLSError?
    private(set) var serverError: TLSError?
    /// Bytes carried from the client, and from the server.
    private(set) var carried = (fromClient: 0, fromServer: 0)
    /// Largest piece carried at once.
    var step: Int

    convenience init(_ client: TLSConfiguration, _ server: TLSConfiguration, step: Int = .max) throws {
        try self.init(client: TLSContext(client), server: TLSContext(server), step: step)
    }

    init(client: TLSContext, server: TLSContext, step: Int = .max) throws {
        self.client = try TLSConnection(client)
        self.server = try TLSConnection(server)
        self.step = step
    }

    /// Runs the handshake until nothing moves. What goes wrong is in `clientError` and `serverError`.
    func handshake() {
        do { try client.start() } catch { clientError = error }
        settle()
        probe(client, &clientError)
        probe(server, &serverError)
        settle()
    }

    /// Carries bytes both ways until nothing moves.
    func settle() {
        while true {
            let toServer = Self.carry(client, server, step, &serverError)
            let toClient = Self.carry(server, client, step, &clientError)
            carried = (carried.fromClient + toServer, carried.fromServer + toClient)
            if toServer + toClient == 0 { return }
        }
    }

    /// Reads once, to meet an alert that came after the handshake.
    private func probe(_ connection: TLSConnection, _ error: inout TLSError?) {
        var buffer = [UInt8](repeating: 0, count: 1)
        var bytes = buffer.mutableSpan
        do { _ = try connection.read(into: &bytes) } catch let found { error = error ?? found }
    }

    private static func carry(_ from: TLSConnection, _ to: TLSConnection, _ step: Int, _ error: inout TLSError?) -> Int {
        var piece: [UInt8] = []
        from.drainCiphertext { bytes in
            piece = bytes.extracting(first: min(step, bytes.count)).array
            return piece.count
        }
        guard !piece.isEmpty else { return 0 }
        do { try to.receive(piece.span) } catch let found { error = error ?? found }
        return piece.count
    }
}

extension Span<UInt8> {
    var array: [UInt8] { indices.map { self[$0] } }
}

extension TLSConnection {
    func write(_ bytes: [UInt8]) throws(TLSError) { try write(bytes.span) }

    func receive(_ bytes: [UInt8]) throws(TLSError) { try receive(bytes.span) }

    /// Reads until there is no more, through a buffer of `size` bytes.
    func readAll(buffer size: Int = 16_384) throws(TLSError) -> (bytes: [UInt8], closed: Bool) {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: size)
        while true {
            var target = buffer.mutableSpan
            switch try read(into: &target) {
            case .bytes(let count): all += buffer[..<count]
            case .wantMore: return (all, false)
            case .closed: return (all, true)
            }
        }
    }

    /// Takes everything that waits for the socket.
    func takeCiphertext() -> [UInt8] {
        var taken: [UInt8] = []
        drainCiphertext { bytes in
            taken = bytes.array
            return taken.count
        }
        return taken
    }
}
